/** The desk for one lesson: mark, have it checked, and in the tutorial compare and try again. */
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { checkLesson } from "../../../api/guidance";
import { ApiError } from "../../../api/client";
import { randomUuid } from "../../../api/local";
import type { Assignment, Checked, Lesson, Me, Submission } from "../../../api/types";
import type { Work } from "../../../state/annotation";
import type { History } from "../../../state/history";
import { unmet } from "../../../state/requirements";
import { t } from "../../../text/strings";
import { HelpDialog } from "../HelpDialog";
import { rulesOf, type Item } from "../item";
import { Judging } from "../Judging";
import { Announcer, describe } from "../Messages";
import { Panels } from "../Panels";
import { Passages } from "../Passages";
import { submissionOf } from "../submission";
import { LeftDialog } from "../SubmitBar";
import { TopBar } from "../TopBar";
import { useDesk } from "../useDesk";
import { useKeys } from "../useKeys";
import { useActiveTime } from "../useLease";
import { usePanel } from "../usePanel";
import { Compared } from "./Compared";
import { GuidelinePanel } from "./GuidelinePanel";
import { dropLesson, keepLesson, lessonItem, readLesson } from "./lesson";

type Props = { me: Me; slug: string; project: Assignment["project"]; lesson: Lesson; onStop: () => void; onNext: () => Promise<void> };

/** Answers after which there is nothing more to do with this lesson. */
const DONE = ["already_submitted", "idempotency_mismatch", "lesson_retired"];

export function LessonDesk({ lesson, project, onNext, ...bar }: Props) {
  const [item] = useState(() => lessonItem(lesson, project));
  const [history, setHistory] = useState(() => readLesson(bar.me.id, item));
  const [feedback, setFeedback] = useState<Checked["feedback"]>(null);
  const go = async () => {
    dropLesson(bar.me.id, item);
    await onNext();
  };
  const title = `${t.guide.lessons[lesson.part]} · ${t.guide.lessons.number(lesson.number, lesson.count)}`;
  if (feedback) return <Compared {...bar} title={title} item={item} feedback={feedback} last={lesson.number === lesson.count} onAgain={() => setFeedback(null)} onNext={go} />;
  const onChecked = async (checked: Checked, mine: History) => {
    setHistory(mine);
    if (checked.feedback) setFeedback(checked.feedback);
    else await go();
  };
  return <Marking {...bar} title={title} item={item} part={lesson.part} history={history} onChecked={onChecked} onDone={go} />;
}

type MarkingProps = {
  me: Me;
  slug: string;
  title: string;
  item: Item;
  part: Lesson["part"];
  history: History;
  onStop: () => void;
  onChecked: (checked: Checked, mine: History) => Promise<void>;
  onDone: () => Promise<void>;
};

function Marking({ title, item, part, history: start, onChecked, onDone, ...bar }: MarkingProps) {
  const handle = useDesk(item, start);
  const { desk, dispatch, run, goTo, passagesRef } = handle;
  const { history } = desk;
  const pane = usePanel(item, handle);
  const [open, setOpen] = useState<"left" | "help" | null>(null);
  const [reading, setReading] = useState(false);
  const activeSeconds = useActiveTime(0);
  const close = () => setOpen(null);

  const keep = useEffectEvent(() => keepLesson(bar.me.id, item, history));
  useEffect(() => keep(), [history.log]);

  const left = unmet(history.work, rulesOf(item)).filter(({ blocks }) => blocks);
  const { busy, problem, send } = useCheck(item, (checked) => onChecked(checked, history), onDone);
  const check = () => (left.length > 0 ? setOpen("left") : void send(history.work, activeSeconds()));
  useKeys(item.types, (command, zone) => {
    if (command.do === "submit") check();
    else if (command.do === "help") setOpen("help");
    else if (command.do === "guideline") setReading(!reading);
    else if (!pane.run(command)) run(command, zone);
  });

  const button = part === "tutorial" ? t.guide.lessons.check : t.guide.lessons.submit;
  return (
    <div className="page">
      <TopBar {...bar} title={title} onGuideline={() => setReading(!reading)} onHelp={() => setOpen("help")} />
      <main className="desk" data-panel={pane.shown}>
        <header className="question">
          <p className="eyebrow">{t.question}</p>
          <h1 dir="auto">{item.assignment.example.question}</h1>
        </header>
        <Panels pane={pane} />
        <Judging item={item} handle={handle} pane={pane} />
        <Passages ref={passagesRef} item={item} desk={desk} dispatch={dispatch} pane={pane} />
      </main>
      <footer className="submit-bar">
        {problem && (
          <p role="alert" className="problem">
            {problem}
          </p>
        )}
        <div className="submit-row">
          {left.length > 0 ? (
            <button type="button" className="quiet" aria-haspopup="dialog" onClick={() => setOpen("left")}>
              {t.submit.left(left.length)}
            </button>
          ) : (
            <p className="ready">{t.submit.ready}</p>
          )}
          <button type="button" className="primary" disabled={busy} aria-keyshortcuts="Control+Enter" onClick={check}>
            {busy ? t.guide.lessons.checking : button}
          </button>
        </div>
      </footer>
      <Announcer item={item} desk={desk} />
      {reading && <GuidelinePanel guideline={item.assignment.guideline} onClose={() => setReading(false)} />}
      {open === "left" && <LeftDialog unmet={left} describe={(each) => describe(item, history.work, each)} onClose={close} onGo={(each) => pane.lead(() => goTo(each))} />}
      {open === "help" && <HelpDialog item={item} onClose={close} />}
    </div>
  );
}

/** Hands the marks in. Unchanged work goes out unchanged under the same id, so that trying again counts once. */
function useCheck(item: Item, onChecked: (checked: Checked) => Promise<void>, onDone: () => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const sent = useRef<{ work: Work; body: Submission } | null>(null);
  const send = async (work: Work, seconds: number) => {
    if (busy) return;
    if (sent.current?.work !== work) sent.current = { work, body: submissionOf(item, work, randomUuid(), seconds) };
    const { client_id, judgements, active_seconds } = sent.current.body;
    setBusy(true);
    setProblem("");
    try {
      await onChecked(await checkLesson(item.assignment.id, { client_id, judgements, active_seconds: active_seconds ?? null }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (DONE.includes(error.code)) await onDone();
      else setProblem(`${t.submit.failed}: ${error.message}`);
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, send };
}
