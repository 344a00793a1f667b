/** The annotate entry: who is here, which project, and the next assignment or why there is none. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { getMe, nextAssignment } from "../../api/annotate";
import { ApiError } from "../../api/client";
import { getStanding } from "../../api/guidance";
import type { Assignment, Me, Project, Standing } from "../../api/types";
import { t } from "../../text/strings";
import type { DeskPageProps } from "./DeskPage";
import { DraftGate } from "./DraftGate";
import { Guidance } from "./guidance/Guidance";
import { StoppedPage, type Stopped } from "./guidance/StoppedPage";
import { readItem } from "./item";
import { useLanguage } from "./language";
import { Loading, Notice, Problem } from "./Notices";
import { TopBar } from "./TopBar";

export function AnnotatePage({ slug }: { slug: string }) {
  useLanguage();
  const me = useQuery({ queryKey: ["me"], queryFn: getMe });
  if (me.isPending) return <Loading />;
  if (me.isError) return <Problem error={me.error} onRetry={() => void me.refetch()} />;
  const project = me.data.projects.find((each) => each.slug === slug);
  return project ? <Gate key={project.id} me={me.data} project={project} /> : <NoProject me={me.data} />;
}

/** Whatever stands before the work comes first, and again when it changes between two texts. */
function Gate({ me, project }: { me: Me; project: Project }) {
  const { data, error, refetch } = useQuery({ queryKey: ["standing", project.id], queryFn: () => getStanding(project.id) });
  const [stopped, setStopped] = useState<Stopped | null>(null);
  const again = () => refetch().then((result) => result.data);
  if (!data) return error ? <Problem error={error} onRetry={() => void again()} /> : <Loading />;
  if (stopped) return <StoppedPage me={me} standing={data} reason={stopped} onGoOn={() => setStopped(null)} />;
  const stop = (reason: Stopped) => {
    void again();
    setStopped(reason);
  };
  return (
    <Guidance me={me} standing={data} onChange={again}>
      <Work me={me} project={project} standing={data} onChange={again} onStop={stop} />
    </Guidance>
  );
}

type WorkProps = { me: Me; project: Project; standing: Standing; onChange: () => Promise<unknown>; onStop: (reason: Stopped) => void };

function Work({ me, project, standing, onChange, onStop }: WorkProps) {
  const client = useQueryClient();
  const queryKey = ["next", project.id];
  const queryFn = () =>
    nextAssignment(project.id).catch(async (error: unknown) => {
      // Something has come to stand before the work meanwhile, such as a new guideline: the gate shows it.
      if (error instanceof ApiError && error.status === 409) await onChange();
      throw error;
    });
  const next = useQuery({ queryKey, queryFn, gcTime: 0 });
  const onNext = async () => {
    void onChange();
    await client.refetchQueries({ queryKey });
    window.scrollTo(0, 0);
  };
  if (next.isPending) return <Loading />;
  if (next.isError) return <Problem error={next.error} onRetry={() => void next.refetch()} />;
  if (next.data === null) return <Empty me={me} slug={project.slug} submitted={standing.submitted} onCheck={() => void next.refetch()} onStop={() => onStop("idle")} />;
  return <Opened key={next.data.id} me={me} slug={project.slug} pay={standing.pay} assignment={next.data} onNext={onNext} onStop={onStop} />;
}

function Opened({ assignment, ...props }: { assignment: Assignment } & Omit<DeskPageProps, "item" | "start" | "onConflict">) {
  const item = useMemo(() => readItem(assignment), [assignment]);
  return <DraftGate item={item} {...props} />;
}

function Empty({ me, slug, submitted, onCheck, onStop }: { me: Me; slug: string; submitted: number; onCheck: () => void; onStop: () => void }) {
  return (
    <div className="page">
      <TopBar me={me} slug={slug} onStop={onStop} />
      <Notice title={t.empty.title}>
        {submitted > 0 && <p>{t.empty.submitted(submitted)}</p>}
        <p>{t.empty.body}</p>
        <button type="button" className="primary" onClick={onCheck}>
          {t.empty.check}
        </button>
      </Notice>
    </div>
  );
}

function NoProject({ me }: { me: Me }) {
  return (
    <Notice title={t.noProject.title}>
      <p>{t.noProject.body}</p>
      {me.projects.length > 0 && (
        <>
          <h2>{t.noProject.other}</h2>
          <ul>
            {me.projects.map((project) => (
              <li key={project.id}>
                <a href={`/annotate/${project.slug}`}>{project.name}</a>
              </li>
            ))}
          </ul>
        </>
      )}
    </Notice>
  );
}
