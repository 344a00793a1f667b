import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getAdjudication } from "../../../api/console";
import { readDraftAt } from "../../../api/local";
import { Answer, Empty, Page } from "../parts";
import { useProject } from "../project";
import { Link, useRoute } from "../route";
import { readCase } from "./cases";
import { Ruling } from "./Ruling";
import { localKey, type KeptRuling } from "./useRuling";
import { addressOf, wantedIn } from "./wanted";

/** One example with its judgements, to be settled. */
export function AdjudicatePage({ id }: { id: number }) {
  const project = useProject();
  const client = useQueryClient();
  const wanted = wantedIn(useRoute().query);
  const opened = useQuery({
    queryKey: ["adjudication", id],
    queryFn: async () => ({ detail: await getAdjudication(id), local: ((await readDraftAt(localKey(id))) ?? null) as KeptRuling | null }),
    // What is worked on is not replaced under the reader's hands.
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const crumb = (
    <p className="crumb">
      <Link href={project.at(addressOf(wanted))}>All examples to settle</Link>
    </p>
  );
  return (
    <>
      {crumb}
      <Answer query={opened} height={600} page>
        {({ detail, local }) =>
          detail.task ? (
            <Ruling
              key={`${id} ${detail.adjudication?.version ?? 0} ${detail.adjudication?.state ?? ""}`}
              about={readCase(detail, detail.task)}
              local={local}
              wanted={wanted}
              reload={() => client.resetQueries({ queryKey: ["adjudication", id] })}
            />
          ) : (
            <Page title={detail.example.question}>
              <Empty action={<Link href={project.at(addressOf(wanted))}>Back to the list</Link>}>
                {detail.annotations.length === 0 ? "Nobody’s judgement of this example counts yet" : "One judgement of this example counts so far"}; it takes two to compare.{" "}
                {(project.overlap ?? 1) < 2 ? "The project asks for one judgement per example." : "It will be in the list once a second person has judged it."}
              </Empty>
            </Page>
          )
        }
      </Answer>
    </>
  );
}
