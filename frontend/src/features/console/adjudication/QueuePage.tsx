import { NativeSelect, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getDisputes } from "../../../api/console";
import { plural } from "../format";
import { Answer, Empty, Page, State } from "../parts";
import { useProject } from "../project";
import { Link, navigate, useRoute } from "../route";
import { Scroll } from "../Scroll";
import { addressOf, wantedIn, type Wanted } from "./wanted";

/** Which examples wait for a decision, the most disputed first. */
export function QueuePage() {
  const project = useProject();
  const wanted = wantedIn(useRoute().query);
  const page = useQuery({ queryKey: ["disputes", project.id, wanted], queryFn: () => getDisputes(project.id, wanted) });
  const go = (change: Partial<Wanted>) => navigate(project.at(addressOf({ ...wanted, ...change })), true);
  const types = project.taxonomy.categories.flatMap((category) => category.types);
  return (
    <Page title="Adjudication" lead="Where people judged the same text and differ, one of you decides. Names and times stay hidden meanwhile.">
      <div className="controls">
        <SegmentedControl
          size="xs"
          aria-label="Show"
          value={wanted.state}
          onChange={(state) => go({ state: state as Wanted["state"] })}
          data={[
            { value: "unsettled", label: "To settle" },
            { value: "settled", label: "Settled" },
            { value: "all", label: "All" },
          ]}
        />
        <NativeSelect
          aria-label="With a mark of the type"
          value={wanted.type ?? ""}
          onChange={({ target }) => navigate(project.at(addressOf({ state: wanted.state, ...(target.value && { type: target.value }) })), true)}
          data={[{ value: "", label: "Any type" }, ...types.map(({ key, name }) => ({ value: key, label: name }))]}
        />
      </div>
      <Answer query={page} height={300}>
        {({ results, more, why_none }) =>
          why_none === "no_overlap" ? (
            <Empty action={<Link href={project.at("settings")}>To the settings</Link>}>
              No example has two judgements that count, so there is nothing to compare yet. {(project.overlap ?? 1) < 2 ? "The project asks for one judgement per example; ask for two or more in the settings." : `The project asks for ${project.overlap ?? 1} judgements per example; they will be here once a second person has judged one.`}
            </Empty>
          ) : why_none === "no_match" ? (
            <Empty action={wanted.type || wanted.state !== "all" ? <Link href={project.at(addressOf({ state: "all" }))}>Show all</Link> : undefined}>
              {wanted.type ? "No such example has a mark of this type." : wanted.state === "settled" ? "Nothing is settled yet." : "Everything that two or more people judged is settled."}
            </Empty>
          ) : (
            <Scroll label="Examples">
              <table className="rows">
                <thead>
                  <tr>
                    <th scope="col">Example</th>
                    <th scope="col" className="num">
                      Judgements
                    </th>
                    <th scope="col" className="num">
                      In dispute
                    </th>
                    <th scope="col">State</th>
                  </tr>
                </thead>
                <tbody>
                  {results.map(({ id, external_id, question, judgements, disagreement, state }) => (
                    <tr key={id}>
                      <th scope="row" className="wrap">
                        <Link href={project.at(addressOf(wanted, id))}>{question}</Link> <span className="soft">{external_id}</span>
                      </th>
                      <td className="num">{judgements}</td>
                      <td className="num">{disagreement === null ? <span className="soft">not measured</span> : `${Math.round(disagreement * 100)} %`}</td>
                      <td>
                        <State of={state ?? "waiting"} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
              {more && <p className="hint">These are the {plural(results.length, "example")} that come first; the next follow as these are settled.</p>}
            </Scroll>
          )
        }
      </Answer>
    </Page>
  );
}
