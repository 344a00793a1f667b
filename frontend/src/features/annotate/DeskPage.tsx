/** The desk for one assignment: judging, passages and submit, with saving, the lease and the dialogs around them. */
import { useState } from "react";
import { release } from "../../api/annotate";
import type { Me, Standing } from "../../api/types";
import { historyOf, type DraftBody } from "../../state/draft";
import { unmet } from "../../state/requirements";
import { t } from "../../text/strings";
import { GuidelinePanel } from "./guidance/GuidelinePanel";
import { StopDialog } from "./guidance/StopDialog";
import type { Stopped } from "./guidance/StoppedPage";
import { HelpDialog } from "./HelpDialog";
import { rulesOf, startOf, type Item } from "./item";
import { Judging } from "./Judging";
import { Announcer, Banners, describe, FinalDialog } from "./Messages";
import { Panels } from "./Panels";
import { Passages } from "./Passages";
import { FlagDialog, SkipDialog } from "./SkipDialog";
import { submissionOf } from "./submission";
import { LeftDialog, SubmitBar } from "./SubmitBar";
import { TopBar } from "./TopBar";
import { useAutosave, type Start } from "./useAutosave";
import { useDesk } from "./useDesk";
import { useKeys } from "./useKeys";
import { useActiveTime, useLease } from "./useLease";
import { usePanel } from "./usePanel";
import { useSubmit, type Final } from "./useSubmit";

export type DeskPageProps = {
  me: Me;
  slug: string;
  pay: Standing["pay"];
  item: Item;
  start: Start;
  onConflict: (mine: DraftBody) => void;
  /** Brings the next assignment; the desk stays until it is there. */
  onNext: () => Promise<void>;
  onStop: (stopped: Stopped) => void;
};

type Open = { kind: "left" | "help" | "skip" | "report" | "stop" } | { kind: "final"; code: Final } | null;

export function DeskPage({ me, slug, pay, item, start, onConflict, onNext, onStop }: DeskPageProps) {
  const { id, example, progress } = item.assignment;
  const [history] = useState(() => historyOf(start.body, startOf(item)));
  const handle = useDesk(item, history);
  const { desk, dispatch, run, goTo, passagesRef } = handle;
  const { work } = desk.history;
  const pane = usePanel(item, handle);
  const [open, setOpen] = useState<Open>(null);
  const [reading, setReading] = useState(false);
  const close = () => setOpen(null);

  const activeSeconds = useActiveTime(start.body.active_seconds);
  const { status, settle, flush } = useAutosave(id, start, desk.history, activeSeconds, onConflict);
  const expired = useLease(id);
  const leave = () => {
    settle();
    return onNext();
  };
  const { state: submitting, send } = useSubmit(id, () => void leave(), (code) => setOpen({ kind: "final", code }));

  const left = unmet(work, rulesOf(item));
  const submit = () => {
    if (submitting.phase === "busy") return;
    if (left.some(({ blocks }) => blocks)) setOpen({ kind: "left" });
    else send(work, () => submissionOf(item, work, start.body.client_id, activeSeconds(), desk.history.log));
  };
  useKeys(item.types, (command, zone) => {
    if (command.do === "submit") submit();
    else if (command.do === "help" || command.do === "skip" || command.do === "report") setOpen({ kind: command.do });
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
        onHelp={() => setOpen({ kind: "help" })}
        onSkip={() => setOpen({ kind: "skip" })}
        onReport={() => setOpen({ kind: "report" })}
        onStop={() => setOpen({ kind: "stop" })}
      />
      <Banners expired={expired} signedOut={status.signedOut} />
      <main className="desk" data-panel={pane.shown}>
        <header className="question">
          <p className="eyebrow">{t.question}</p>
          <h1 dir="auto">{example.question}</h1>
        </header>
        <Panels pane={pane} />
        <Judging item={item} handle={handle} pane={pane} />
        <Passages ref={passagesRef} item={item} desk={desk} dispatch={dispatch} pane={pane} />
      </main>
      <SubmitBar left={left} onLeft={() => setOpen({ kind: "left" })} onSubmit={submit} state={submitting} saved={status} />
      <Announcer item={item} desk={desk} />
      {open?.kind === "left" && <LeftDialog unmet={left} describe={(each) => describe(item, work, each)} onClose={close} onGo={(each) => pane.lead(() => goTo(each))} />}
      {open?.kind === "help" && <HelpDialog item={item} onClose={close} />}
      {open?.kind === "skip" && <SkipDialog onClose={close} onSkip={(reason) => release(id, reason).then(leave)} />}
      {open?.kind === "report" && <FlagDialog assignment={id} onClose={close} onSkip={() => setOpen({ kind: "skip" })} />}
      {open?.kind === "stop" && <StopDialog assignment={id} flush={flush} settle={settle} onClose={close} onStop={onStop} />}
      {reading && <GuidelinePanel guideline={item.assignment.guideline} onClose={() => setReading(false)} />}
      {open?.kind === "final" && <FinalDialog code={open.code} onNext={() => void leave()} onClose={close} />}
    </div>
  );
}
