/** The annotate entry: who is here, which project, and the next assignment or why there is none. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, type ReactNode } from "react";
import { getMe, nextAssignment } from "../../api/annotate";
import { ApiError } from "../../api/client";
import type { Assignment, Me, Project } from "../../api/types";
import { t } from "../../text/strings";
import { Delayed } from "../../ui/Delayed";
import { DraftGate } from "./DraftGate";
import { readItem } from "./item";
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

function Loading() {
  return (
    <div className="page">
      <div role="status" className="sr">
        {t.loading}
      </div>
      <Delayed>
        <div className="skeleton" aria-hidden="true">
          {[40, 95, 88, 92, 60].map((width) => (
            <span key={width} style={{ inlineSize: `${width}%` }} />
          ))}
        </div>
      </Delayed>
    </div>
  );
}

function Notice({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="notice">
      <h1>{title}</h1>
      {children}
    </main>
  );
}

function Problem({ error, onRetry }: { error: Error; onRetry: () => void }) {
  if (error instanceof ApiError && error.signedOut) {
    return (
      <Notice title={t.session.title}>
        <p>{t.session.body}</p>
        <a className="primary" href={`/sign-in?next=${encodeURIComponent(location.pathname)}`}>
          {t.session.signIn}
        </a>
      </Notice>
    );
  }
  return (
    <Notice title={t.error.title}>
      <p role="alert">{error.message}</p>
      <p>{t.error.kept}</p>
      <button type="button" className="primary" onClick={onRetry}>
        {t.retry}
      </button>
    </Notice>
  );
}

/** In place of a page that failed to draw. */
export function Broken() {
  return (
    <Notice title={t.error.title}>
      <p role="alert">{t.error.broken}</p>
      <p>{t.error.kept}</p>
      <button type="button" className="primary" onClick={() => location.reload()}>
        {t.error.reload}
      </button>
    </Notice>
  );
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
