import { useCallback, useEffect, useReducer, useRef } from "react";
import { flushSync } from "react-dom";
import { judgementOf, openDesk, reduceDesk, type Desk, type DeskAction } from "../../state/desk";
import type { History } from "../../state/history";
import type { Requirement } from "../../state/requirements";
import { takesEvidence } from "./Cards";
import { COMPARE_TITLE } from "./compare/Compare";
import { questionId } from "./Questions";
import type { Item } from "./item";
import type { Command, Zone } from "./keys";
import { cardId } from "./Sentence";

type Timed = { action: DeskAction; clock: number };

const reduce = ({ item, desk }: { item: Item; desk: Desk }, { action, clock }: Timed) => ({ item, desk: reduceDesk(item.context, desk, action, clock) });

/** The desk's state, the places that the focus moves between, and what keys and links do with both. */
export function useDesk(item: Item, history: History) {
  // Where responses are only compared none is judged, and the first is as good as any.
  const first = (item.responses.find(({ judged }) => judged) ?? item.responses[0]!).index;
  const [{ desk }, send] = useReducer(reduce, null, () => ({ item, desk: openDesk(history, first) }));
  const dispatch = useCallback((action: DeskAction) => send({ action, clock: Date.now() }), []);
  const textRef = useRef<HTMLDivElement>(null);
  const correctionRef = useRef<HTMLTextAreaElement>(null);
  const passagesRef = useRef<HTMLElement>(null);

  useEffect(() => {
    (textRef.current ?? correctionRef.current ?? document.getElementById(COMPARE_TITLE))?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    // The browser's promise must not become the effect's clean-up.
    void textRef.current?.querySelector("[data-cursor]")?.scrollIntoView?.({ block: "nearest" });
  }, [desk.selection]);

  /** Dispatches and draws at once, for a step that then moves the focus to what was drawn. */
  const now = (action: DeskAction) => flushSync(() => dispatch(action));
  const toPassages = () => passagesRef.current?.querySelector<HTMLElement>("[data-control][tabindex='0']")?.focus();
  const toCard = (id: number) => {
    now({ do: "focus", id });
    document.querySelector<HTMLElement>(`#${cardId(id)} .card-head`)?.focus();
  };

  /** The mark that Enter opens: the one under the cursor, the innermost first, else the one that was used last. */
  const { cursor } = desk.selection;
  const under = cursor && judgementOf(desk).marks.findLast(({ start, end }) => start <= cursor.start && cursor.end <= end);
  const opens = under?.id ?? desk.focused ?? undefined;

  const run = (command: Command, zone: Zone | null) => {
    switch (command.do) {
      case "toggleClean":
        return dispatch({ do: "clean", response: desk.response, clean: !judgementOf(desk).clean });
      case "addMissing":
        now({ do: "missing", response: desk.response, type: null });
        return toPassages();
      case "correction":
        return correctionRef.current?.focus();
      case "passages":
        if (desk.focused !== null && takesEvidence(item, desk, desk.focused)) now({ do: "pick", picking: { need: "evidence", id: desk.focused } });
        return toPassages();
      case "escape":
        now(command);
        return zone === "text" ? undefined : textRef.current?.focus();
      case "finish":
        if (desk.picking || desk.brush) return dispatch(command);
        return opens === undefined ? undefined : toCard(opens);
      case "submit":
      case "guideline":
      case "help":
      case "skip":
      case "report":
      case "find":
      case "openAll":
      case "list":
        return undefined;
      default:
        return dispatch(command);
    }
  };

  const goTo = ({ rule, response, id, key }: Requirement) => {
    if (response !== null && response !== desk.response) now({ do: "show", response });
    if (rule === "correct" || rule === "correct_or_clean") correctionRef.current?.focus();
    else if (rule === "rank" || rule === "pairs" || rule === "strength") document.getElementById(COMPARE_TITLE)?.focus();
    else if (key !== null) document.querySelector<HTMLElement>(`#${questionId(key)} :is(input, textarea)`)?.focus();
    else if (id === null) textRef.current?.focus();
    else {
      toCard(id);
      if (rule !== "missing_type") dispatch({ do: "pick", picking: { need: rule === "antecedent" ? "antecedent" : "evidence", id } });
    }
  };

  return { desk, dispatch, run, goTo, toPassages, textRef, correctionRef, passagesRef };
}

export type DeskHandle = ReturnType<typeof useDesk>;
