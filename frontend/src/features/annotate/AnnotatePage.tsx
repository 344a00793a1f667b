/** The annotate entry: who is here, which project, and the next assignment or why there is none. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { getMe, nextAssignment } from "../../api/annotate";
import type { Assignment, Me, Project } from "../../api/types";
import { t } from "../../text/strings";
import { DraftGate } from "./DraftGate";
import { readItem } from "./item";
import { Loading, Notice, Problem } from "./Notices";
import { TopBar } from "./TopBar";

export function AnnotatePage({ slug }: { slug: string }) {
  const me = useQuery({ queryKey: ["me"], queryFn: getMe });
  if (me.isPending) return <Loading />;
  if (me.isError) return <Problem error={me.error} onRetry={() => void me.refetch()} />;
  const project = me.data.projects.find((each) => each.slug === slug);
  return project ? <Work key={project.id} me={me.data} project={project} /> : <NoProject me={me.data} />;
}

function Work({ me, project }: { me: Me; project: Project }) {
  const client = useQueryClient();
  const queryKey = ["next", project.id];
  const next = useQuery({ queryKey, queryFn: () => nextAssignment(project.id) });
  const onNext = async () => {
    await client.refetchQueries({ queryKey });
    window.scrollTo(0, 0);
  };
  if (next.isPending) return <Loading />;
  if (next.isError) return <Problem error={next.error} onRetry={() => void next.refetch()} />;
  if (next.data === null) return <Empty me={me} slug={project.slug} onCheck={() => void next.refetch()} />;
  return <Opened key={next.data.id} me={me} slug={project.slug} assignment={next.data} onNext={onNext} />;
}

function Opened({ assignment, ...props }: { me: Me; slug: string; assignment: Assignment; onNext: () => Promise<void> }) {
  const item = useMemo(() => readItem(assignment), [assignment]);
  return <DraftGate item={item} {...props} />;
}

function Empty({ me, slug, onCheck }: { me: Me; slug: string; onCheck: () => void }) {
  return (
    <div className="page">
      <TopBar me={me} slug={slug} progress={null} />
      <Notice title={t.empty.title}>
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
