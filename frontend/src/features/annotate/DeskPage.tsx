/** The desk for one assignment: judging, passages and submit, with saving, the lease and the dialogs around them. */
import { useRef, useState, type ReactNode } from "react";
import { release } from "../../api/annotate";
import { dropDraft, type Kept } from "../../api/local";
import type { Assignment, Me, Standing } from "../../api/types";
import { historyOf, type DraftBody } from "../../state/draft";
import { unmet } from "../../state/requirements";
import { t } from "../../text/strings";
import { OnText } from "./Banners";
import { GuidelinePanel } from "./guidance/GuidelinePanel";
import { StopDialog } from "./guidance/StopDialog";
import type { Stopped } from "./guidance/StoppedPage";
import { HelpDialog } from "./HelpDialog";
import { rulesOf, startOf, type Item } from "./item";
import { Judging } from "./Judging";
import { Announcer, describe } from "./Messages";
import type { Entry } from "./outbox";
import { Panels } from "./Panels";
import { Passages } from "./Passages";
import { FlagDialog, SkipDialog } from "./SkipDialog";
import { submissionOf } from "./submission";
import { LeftDialog, SubmitBar, type SubmitState } from "./SubmitBar";
import { TopBar } from "./TopBar";
import { useAutosave, type Start } from "./useAutosave";
import { useDesk } from "./useDesk";
import { useKeys } from "./useKeys";
import { useActiveTime, useLease } from "./useLease";
import { usePanel } from "./usePanel";
import type { Tab } from "./useTab";

export type DeskPageProps = {
  me: Me;
  slug: string;
  pay: Standing["pay"];
  study: Standing["study"];
  progress: Assignment["progress"];
  item: Item;
  start: Start;
  /** Another tab may be the one that works on it: then nothing can be changed in this one. */
  tab: Tab;
  onTake: () => void;
  onConflict: (mine: DraftBody) => void;
  /** This text's submission while it is on its way and could not be kept in this browser: the desk waits for the answer. */
  entry: Entry | undefined;
  onSubmit: (submission: Kept) => Promise<void>;
  onResend: () => void;
  /** Brings the next text. */
  onNext: () => void;
  onStop: (stopped: Stopped) => void;
  banners: (signedOut: boolean) => ReactNode;
};

type Open = "left" | "help" | "skip" | "report" | "stop" | null;

export function DeskPage({ me, slug, pay, study, progress, item, start, tab, onTake, onConflict, entry, onSubmit, onResend, onNext, onStop, banners }: DeskPageProps) {
  const { id, project, example } = item.assignment;
  const [history] = useState(() => historyOf(start.body, startOf(item)));
  const handle = useDesk(item, history);
  const { desk, dispatch, run, goTo, passagesRef } = handle;
  const { work } = desk.history;
  const pane = usePanel(item, handle);
  const [open, setOpen] = useState<Open>(null);
  const [reading, setReading] = useState(false);
  const close = () => setOpen(null);

  const live = tab === "live";
  const activeSeconds = useActiveTime(start.body.active_seconds);
  const { status, flush } = useAutosave(id, start, desk.history, activeSeconds, onConflict, live);
  const { lease, signedOut } = useLease(id, live);
  const forget = () => void dropDraft(start.key);
  const skip = async (reason: string) => {
    await release(id, reason);
    forget();
    onNext();
  };

  const left = unmet(work, rulesOf(item));
  const submitting = stateOf(entry);
  const busy = submitting.phase === "busy" || submitting.phase === "offline";
  const submitted = useRef(false);
  const submit = async () => {
    if (submitted.current || !live) return;
    if (left.some(({ blocks }) => blocks)) return setOpen("left");
    submitted.current = true;
    const submission = submissionOf(item, work, start.body.client_id, activeSeconds(), desk.history.log);
    await onSubmit({ user: me.id, project: project.id, assignment: id, question: example.question, draft: start.key, at: Date.now(), submission });
    submitted.current = false;
  };
  useKeys(item.types, (command, zone) => {
    if (!live || busy) return;
    if (command.do === "submit") void submit();
    else if (command.do === "help" || command.do === "skip" || command.do === "report") setOpen(command.do);
    else if (command.do === "guideline") setReading(!reading);
    else if (!pane.run(command)) run(command, zone);
  });

  return (
    <div className="page">
      <TopBar
        me={me}
        slug={slug}
        totals={{ progress, pay, activeSeconds }}
        onGuideline={() => setReading(!reading)}
        onHelp={() => setOpen("help")}
        onSkip={() => setOpen("skip")}
        onReport={() => setOpen("report")}
        onStop={() => setOpen("stop")}
      />
      <OnText lease={lease} elsewhere={tab === "elsewhere"} onTake={onTake} onNext={onNext} />
      {banners(status.signedOut || signedOut)}
      <main className="desk" data-panel={pane.shown}>
        <header className="question">
          <p className="eyebrow">{t.question}</p>
          <h1 dir="auto">{example.question}</h1>
        </header>
        <Panels pane={pane} />
        <div className="asked" inert={!live || busy}>
          <Judging item={item} handle={handle} pane={pane} />
          <Passages ref={passagesRef} item={item} desk={desk} dispatch={dispatch} pane={pane} />
        </div>
      </main>
      {live && <SubmitBar left={left} onLeft={() => setOpen("left")} onSubmit={() => void (busy ? onResend() : submit())} state={submitting} saved={status} />}
      <Announcer item={item} desk={desk} />
      {open === "left" && <LeftDialog unmet={left} describe={(each) => describe(item, work, each)} onClose={close} onGo={(each) => pane.lead(() => goTo(each))} />}
      {open === "help" && <HelpDialog item={item} onClose={close} />}
      {open === "skip" && <SkipDialog onClose={close} onSkip={skip} />}
      {open === "report" && <FlagDialog assignment={id} onClose={close} onSkip={() => setOpen("skip")} />}
      {open === "stop" && <StopDialog assignment={id} slug={study && slug} flush={flush} settle={forget} onClose={close} onStop={onStop} />}
      {reading && <GuidelinePanel guideline={item.assignment.guideline} onClose={() => setReading(false)} />}
    </div>
  );
}

function stateOf(entry: Entry | undefined): SubmitState {
  if (!entry) return { phase: "idle", message: "" };
  if (entry.state === "refused") return { phase: "failed", message: entry.message };
  return { phase: entry.state === "sending" ? "busy" : "offline", message: entry.message };
}
