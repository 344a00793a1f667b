/** The annotate entry: who is here, which project, and the next text or why there is none. */
import { useState, type ReactNode } from "react";
import { getMe } from "../../api/annotate";
import { ApiError } from "../../api/client";
import { getStanding } from "../../api/guidance";
import { dropDraft, type Kept } from "../../api/local";
import type { Me, Project, Standing } from "../../api/types";
import { t } from "../../text/strings";
import { Sending } from "./Banners";
import { DraftGate } from "./DraftGate";
import { Guidance } from "./guidance/Guidance";
import { StoppedPage, type Stopped } from "./guidance/StoppedPage";
import { useLanguage } from "./language";
import { Loading, Notice, Problem } from "./Notices";
import type { Outbox } from "./outbox";
import { TopBar } from "./TopBar";
import { useLoaded } from "./useLoaded";
import { useOutbox } from "./useOutbox";
import { useTexts } from "./useTexts";

export function AnnotatePage({ slug }: { slug: string }) {
  useLanguage();
  const { data: me, error, reload } = useLoaded(getMe);
  if (!me) return error ? <Problem error={error} onRetry={() => void reload()} /> : <Loading />;
  const project = me.projects.find((each) => each.slug === slug);
  return project ? <Gate key={project.id} me={me} project={project} /> : <NoProject me={me} />;
}

/** Whatever stands before the work comes first, and again when it changes between two texts. */
function Gate({ me, project }: { me: Me; project: Project }) {
  const { data, error, reload } = useLoaded(() => getStanding(project.id));
  const [stopped, setStopped] = useState<Stopped | null>(null);
  const [surplus, setSurplus] = useState<string | null>(null);
  const outbox = useOutbox(me.id, (entry, { counted }) => {
    void dropDraft(entry.draft);
    void reload();
    setSurplus(counted ? null : entry.question);
  });
  if (!data) return error ? <Problem error={error} onRetry={() => void reload()} /> : <Loading />;
  if (stopped) return <StoppedPage me={me} standing={data} reason={stopped} onGoOn={() => setStopped(null)} />;
  const stop = (reason: Stopped) => {
    void reload();
    setStopped(reason);
  };
  return (
    <Guidance me={me} standing={data} onChange={reload}>
      <Work me={me} project={project} standing={data} outbox={outbox} surplus={surplus} onSeen={() => setSurplus(null)} onChange={reload} onStop={stop} />
    </Guidance>
  );
}

type WorkProps = {
  me: Me;
  project: Project;
  standing: Standing;
  outbox: Outbox;
  surplus: string | null;
  onSeen: () => void;
  onChange: () => Promise<unknown>;
  onStop: (reason: Stopped) => void;
};

function Work({ me, project, standing, outbox, surplus, onSeen, onChange, onStop }: WorkProps) {
  const { shown, load, advance, back, entries } = useTexts(project.id, outbox, onChange);
  const send = () => void outbox.flush();
  const banners = (signedOut = false) => (
    <Sending
      me={me}
      signedOut={signedOut}
      entries={entries}
      surplus={surplus}
      onSeen={onSeen}
      onSend={send}
      onBack={back}
      onDrop={(entry) => void outbox.remove(entry).then(() => dropDraft(entry.draft))}
    />
  );
  // Once it is kept here, it needs neither the page nor the server's answer any more, and the next text can come.
  const submit = async (submission: Kept) => {
    if ((await outbox.add(submission)) || (await outbox.accepted(submission))) advance();
  };
  if (!shown) return <Loading />;
  if ("error" in shown) return <Problem error={shown.error} onRetry={load} banners={banners(shown.error instanceof ApiError && shown.error.signedOut)} />;
  const { item } = shown;
  if (!item) return <Empty me={me} slug={project.slug} submitted={standing.submitted} banners={banners()} onCheck={load} onStop={() => onStop("idle")} />;
  // The text may have been fetched ahead, before the last one was counted.
  const { progress } = item.assignment;
  const newest = standing.submitted > progress.submitted ? standing : progress;
  const { study, pay } = standing;
  const done = study && study.done + newest.submitted - standing.submitted;
  return (
    <DraftGate
      key={item.assignment.id}
      me={me}
      slug={project.slug}
      pay={pay}
      study={study}
      progress={{ submitted: done ?? newest.submitted, open: study && done !== null ? study.texts - done - 1 : progress.open, active_seconds: newest.active_seconds, earned: newest.earned }}
      item={item}
      entry={entries.find(({ assignment }) => assignment === item.assignment.id)}
      onSubmit={submit}
      onResend={send}
      onNext={advance}
      onStop={onStop}
      banners={banners}
    />
  );
}

function Empty({ me, slug, submitted, banners, onCheck, onStop }: { me: Me; slug: string; submitted: number; banners: ReactNode; onCheck: () => void; onStop: () => void }) {
  return (
    <div className="page">
      <TopBar me={me} slug={slug} onStop={onStop} />
      {banners}
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
