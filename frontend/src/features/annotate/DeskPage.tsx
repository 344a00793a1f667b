/** The desk for one assignment: text and passages, marks, correction, order, submit; keys and focus between them. */
import { useEffect, useReducer, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { release } from "../../api/annotate";
import type { Me } from "../../api/types";
import { judgementOf, needsOf, openDesk, reduceDesk, type Desk, type DeskAction } from "../../state/desk";
import type { DraftBody } from "../../state/draft";
import { unmet, type Requirement } from "../../state/requirements";
import { selected } from "../../state/selection";
import { t } from "../../text/strings";
import { Announcer, Banners, describe, FinalDialog } from "./Messages";
import { Cards, takesEvidence } from "./Cards";
import { Correction } from "./Correction";
import { HelpDialog } from "./HelpDialog";
import type { Item } from "./item";
import type { Command, Zone } from "./keys";
import { Passages } from "./Passages";
import { Ranking } from "./Ranking";
import { cardId, ResponseView } from "./ResponseView";
import { SkipDialog } from "./SkipDialog";
import { submissionOf } from "./submission";
import { LeftDialog, SubmitBar } from "./SubmitBar";
import { TopBar } from "./TopBar";
import { TypeBar } from "./TypeBar";
import { useAutosave, type Start } from "./useAutosave";
import { useKeys } from "./useKeys";
import { useActiveTime, useLease } from "./useLease";
import { FINAL, useSubmit, type Final } from "./useSubmit";

export type DeskPageProps = {
  me: Me;
  slug: string;
  item: Item;
  start: Start;
  onConflict: (mine: DraftBody) => void;
  /** Brings the next assignment; the desk stays until it is there. */
  onNext: () => Promise<void>;
};

type Dialogs = "left" | "help" | "skip" | Final | null;

const focusPassages = (passages: HTMLElement | null) => passages?.querySelector<HTMLElement>(".sentence[tabindex='0']")?.focus();

const reduce = ({ item, desk }: { item: Item; desk: Desk }, action: DeskAction) => ({ item, desk: reduceDesk(item.context, desk, action) });

export function DeskPage({ me, slug, item, start, onConflict, onNext }: DeskPageProps) {
  const { id, example, progress } = item.assignment;
  const judged = item.responses.filter((response) => response.judged);
  const [{ desk }, dispatch] = useReducer(reduce, null, () => ({ item, desk: openDesk(start.body.work, judged[0]!.index) }));
  const { work } = desk.history;
  const judgement = judgementOf(desk);
  const response = item.responses.find(({ index }) => index === desk.response)!;
  const name = judged.length > 1 || item.responses.length > 1 ? t.responseNamed(response.letter) : t.response;
  const left = unmet(work, { needs: needsOf(item.context), corrections: item.assignment.require_corrections });

  const [dialog, setDialog] = useState<Dialogs>(null);
  const [panel, setPanel] = useState<"response" | "passages">("response");
  const text = useRef<HTMLDivElement>(null);
  const correction = useRef<HTMLTextAreaElement>(null);
  const passages = useRef<HTMLElement>(null);

  const activeSeconds = useActiveTime(start.body.active_seconds);
  const { status, settle } = useAutosave(id, start, work, activeSeconds, onConflict);
  const expired = useLease(id);
  const leave = () => {
    settle();
    return onNext();
  };
  const { state: submitting, send } = useSubmit(id, () => void leave(), setDialog);
  const submit = () => {
    if (submitting.phase === "busy") return;
    if (left.length > 0) setDialog("left");
    else send(work, () => submissionOf(item, work, start.body.client_id, activeSeconds()));
  };

  useEffect(() => {
    text.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    // The browser's promise must not become the effect's clean-up.
    void text.current?.querySelector("[data-cursor]")?.scrollIntoView?.({ block: "nearest" });
  }, [desk.selection]);

  /** Dispatches and draws at once, for a step that then moves the focus to what was drawn. */
  const now = (action: DeskAction) => flushSync(() => dispatch(action));
  const openItem = (target: number) => {
    now({ do: "focus", id: target });
    document.querySelector<HTMLElement>(`#${cardId(target)} .card-head`)?.focus();
  };

  const run = (command: Command, zone: Zone | null) => {
    switch (command.do) {
      case "submit":
        return submit();
      case "toggleClean":
        return dispatch({ do: "clean", response: desk.response, clean: !judgement.clean });
      case "addMissing":
        now({ do: "missing", response: desk.response, type: null });
        return focusPassages(passages.current);
      case "go":
        if (command.to === "help") return setDialog("help");
        if (command.to === "correction") return correction.current?.focus();
        if (desk.focused !== null && takesEvidence(item, desk, desk.focused)) now({ do: "pick", picking: { need: "evidence", id: desk.focused } });
        return focusPassages(passages.current);
      case "escape":
        now(command);
        return zone === "text" ? undefined : text.current?.focus();
      case "finish":
        if (!desk.picking && !desk.brush && desk.focused !== null && !selected(desk.selection)) return openItem(desk.focused);
        return dispatch(command);
      default:
        return dispatch(command);
    }
  };
  useKeys(item.types, run);

  const goTo = ({ rule, response: where, id: target }: Requirement) => {
    flushSync(() => setDialog(null));
    if (where !== null && where !== desk.response) now({ do: "show", response: where });
    if (rule === "correct") correction.current?.focus();
    else if (rule === "rank") document.getElementById("ranking-title")?.focus();
    else if (target === null) text.current?.focus();
    else {
      openItem(target);
      if (rule !== "missing_type") dispatch({ do: "pick", picking: { need: rule === "antecedent" ? "antecedent" : "evidence", id: target } });
    }
  };

  const choosing = desk.picking?.need === "evidence";
  const shown = choosing ? "passages" : panel;
  useEffect(() => {
    // A small screen shows one panel at a time; focus that was in the other goes with it.
    const active = document.activeElement;
    if (active !== document.body && active?.checkVisibility?.() !== false) return;
    if (shown === "passages") focusPassages(passages.current);
    else text.current?.focus();
  }, [shown]);
  const show = (next: "response" | "passages") => {
    if (choosing) dispatch({ do: "pick", picking: null });
    setPanel(next);
  };
  const focusedMark = judgement.marks.find((mark) => mark.id === desk.focused);
  return (
    <div className="page">
      <TopBar me={me} slug={slug} progress={progress} onHelp={() => setDialog("help")} onSkip={() => setDialog("skip")} />
      <Banners expired={expired} signedOut={status.signedOut} />
      <main className="desk" data-panel={shown}>
        <header className="question">
          <p className="eyebrow">{t.question}</p>
          <h1 dir="auto">{example.question}</h1>
        </header>
        <div className="panels types" role="group" aria-label={t.panels}>
          {(["response", "passages"] as const).map((each) => (
            <button key={each} type="button" className="quiet" aria-pressed={shown === each} onClick={() => show(each)}>
              {t[each]}
            </button>
          ))}
        </div>
        <div className="work">
          {judged.length > 1 && (
            <div className="response-tabs" role="group" aria-label={t.response}>
              {judged.map((each) => (
                <button key={each.index} type="button" aria-pressed={each.index === desk.response} onClick={() => dispatch({ do: "show", response: each.index })}>
                  {t.responseNamed(each.letter)}
                </button>
              ))}
            </div>
          )}
          <section className="response" aria-labelledby="response-title">
            <h2 id="response-title">{name}</h2>
            <p id="text-help" className="sr">
              {t.text.help}
            </p>
            <TypeBar item={item} desk={desk} dispatch={dispatch} />
            <ResponseView
              ref={text}
              name={name}
              text={item.context.texts[desk.response]!}
              marks={judgement.marks}
              focused={desk.focused}
              typeOf={item.typeOf}
              selection={selected(desk.selection)}
              cursor={desk.selection.cursor}
              antecedent={focusedMark?.antecedent ?? null}
              dispatch={dispatch}
            />
          </section>
          <Cards item={item} desk={desk} dispatch={dispatch} />
          <label className="clean choice">
            <input type="checkbox" checked={judgement.clean} onChange={(event) => dispatch({ do: "clean", response: desk.response, clean: event.target.checked })} />
            {t.tools.clean} <kbd aria-hidden="true">N</kbd>
          </label>
          <Correction ref={correction} response={response.text} corrected={judgement.corrected} onChange={(corrected) => dispatch({ do: "correct", response: desk.response, text: corrected })} />
          {item.responses.length > 1 && <Ranking item={item} work={work} dispatch={dispatch} />}
        </div>
        <Passages ref={passages} item={item} desk={desk} dispatch={dispatch} />
      </main>
      <SubmitBar left={left.length} onLeft={() => setDialog("left")} onSubmit={submit} state={submitting} saved={status} />
      <Announcer item={item} desk={desk} />
      {dialog === "left" && <LeftDialog unmet={left} describe={(requirement) => describe(item, work, requirement)} onGo={goTo} onClose={() => setDialog(null)} />}
      {dialog === "help" && <HelpDialog item={item} onClose={() => setDialog(null)} />}
      {dialog === "skip" && (
        <SkipDialog
          onClose={() => setDialog(null)}
          onSkip={async (reason) => {
            await release(id, reason);
            await leave();
          }}
        />
      )}
      {FINAL.some((code) => code === dialog) && <FinalDialog code={dialog as Final} onNext={() => void leave()} onClose={() => setDialog(null)} />}
    </div>
  );
}
