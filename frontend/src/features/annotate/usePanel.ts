/** The passages' pane: whether a small screen shows it, which passages are open in it, and what is looked for there. */
import { useEffect, useState, useSyncExternalStore, type RefObject } from "react";
import { flushSync } from "react-dom";
import { judgementOf } from "../../state/desk";
import { openedPassages } from "../../state/history";
import { selected } from "../../state/selection";
import type { Item } from "./item";
import type { Command } from "./keys";
import { toggleListMode } from "./listMode";
import type { DeskHandle } from "./useDesk";

export type Panel = "response" | "passages";

const NARROW = "(max-width: 900px)";
const onResize = (listener: () => void) => {
  const query = window.matchMedia?.(NARROW);
  query?.addEventListener("change", listener);
  return () => query?.removeEventListener("change", listener);
};

/** Whether the screen shows one panel at a time; the style sheet draws the same line. */
const useNarrow = () => useSyncExternalStore(onResize, () => window.matchMedia?.(NARROW).matches ?? false);

export const FIND = "find-field";

/** Controls by where they are: "2" is the head of passage 2, "2.0" its title, "2.1" its first sentence. */
export const controlOf = (passage: number, sentence?: number) => (sentence === undefined ? `${passage}` : `${passage}.${sentence}`);

type Handle = Pick<DeskHandle, "desk" | "dispatch" | "toPassages"> & { textRef: RefObject<HTMLElement | null> };

/** `opened`: the passages (from 1) that are open at first; those opened before, if nothing else is said. */
export function usePanel(item: Item, { desk, dispatch, textRef, toPassages }: Handle, opened: Iterable<number> = openedPassages(desk.history)) {
  const count = item.assignment.example.passages.length;
  const several = count > 1;
  const narrow = useNarrow();
  const [asked, setAsked] = useState<Panel>("response");
  const [open, setOpen] = useState<ReadonlySet<number>>(() => new Set(opened));
  const [current, setCurrent] = useState("");
  const [query, setQuery] = useState("");
  const choosing = desk.picking?.need === "evidence";
  const shown = choosing ? "passages" : asked;

  useEffect(() => {
    if (narrow) return undefined;
    // When the screen becomes narrow, the panel with the focus is the one that stays.
    const follow = ({ target }: FocusEvent) => {
      const panel = target instanceof Element ? target.closest<HTMLElement>("[data-panel-of]")?.dataset.panelOf : undefined;
      if (panel) setAsked(panel as Panel);
    };
    document.addEventListener("focusin", follow);
    return () => document.removeEventListener("focusin", follow);
  }, [narrow]);
  useEffect(() => {
    // Focus that was in the panel which is hidden now would be lost with it.
    const active = document.activeElement;
    if (active !== document.body && active?.checkVisibility?.() !== false) return;
    if (shown === "passages") toPassages();
    else textRef.current?.focus();
    // Only a change of panel hides anything.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [shown, narrow]);

  const show = (panel: Panel) => {
    if (choosing && panel === "response") dispatch({ do: "pick", picking: null });
    setAsked(panel);
  };
  const setPassage = (passage: number, opens: boolean) => {
    if (opens === open.has(passage)) return;
    setOpen((before) => new Set(opens ? [...before, passage] : [...before].filter((each) => each !== passage)));
    if (opens && !openedPassages(desk.history).has(passage)) dispatch({ do: "opened", passage });
  };
  const all = Array.from({ length: several ? count : 0 }, (_, i) => i + 1);
  const allOpen = all.every((passage) => open.has(passage));
  const toggleAll = () => {
    for (const passage of all) if (!open.has(passage) && !openedPassages(desk.history).has(passage)) dispatch({ do: "opened", passage });
    setOpen(new Set(allOpen ? [] : all));
  };

  /** Opens the passage that the focus comes to, since its sentences were asked for. */
  const enter = () => {
    const passage = Number.parseInt(current || "1", 10);
    if (!several || open.has(passage)) return;
    setPassage(passage, true);
    setCurrent(controlOf(passage, 0));
  };

  /** To the search, which starts with what is selected in the response, or with the words of the open mark. */
  const find = () => {
    const span = selected(desk.selection) ?? judgementOf(desk).marks.find(({ id }) => id === desk.focused);
    flushSync(() => {
      setAsked("passages");
      if (span) setQuery(item.context.texts[desk.response]!.codePoints.slice(span.start, span.end));
    });
    const field = document.getElementById(FIND) as HTMLInputElement | null;
    field?.focus();
    field?.select();
  };
  /** Shows the response first, which a small screen may hide, for a step that moves the focus there. */
  const lead = (step: () => void) => {
    flushSync(() => show("response"));
    step();
  };
  const leave = () => lead(() => textRef.current?.focus());

  /** What a key does to the pane; true when that was all. */
  const run = (command: Command): boolean => {
    if (command.do === "find") find();
    else if (command.do === "openAll") toggleAll();
    else if (command.do === "list") toggleListMode();
    else {
      flushSync(() => {
        if (command.do === "passages" || command.do === "addMissing") {
          setAsked("passages");
          enter();
        }
        // These lead to the response, which a small screen may hide. Escape itself ends the choosing.
        if (command.do === "correction") show("response");
        if (command.do === "escape") setAsked("response");
      });
      return false;
    }
    return true;
  };
  return { several, narrow, shown, show, lead, open, setPassage, allOpen, toggleAll, current, setCurrent, query, setQuery, leave, run };
}

export type Pane = ReturnType<typeof usePanel>;
