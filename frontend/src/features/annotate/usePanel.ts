import { useEffect, useState } from "react";
import type { DeskHandle } from "./useDesk";

export type Panel = "response" | "passages";

/** Which panel a small screen shows: the passages while sentences are chosen, else what was asked for last. */
export function usePanel({ desk, dispatch, textRef, toPassages }: DeskHandle): [Panel, (panel: Panel) => void] {
  const [asked, setAsked] = useState<Panel>("response");
  const choosing = desk.picking?.need === "evidence";
  const shown = choosing ? "passages" : asked;
  useEffect(() => {
    // Focus that was in the panel which is hidden now would be lost with it.
    const active = document.activeElement;
    if (active !== document.body && active?.checkVisibility?.() !== false) return;
    if (shown === "passages") toPassages();
    else textRef.current?.focus();
    // Only a change of panel hides anything.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [shown]);
  const show = (panel: Panel) => {
    if (choosing) dispatch({ do: "pick", picking: null });
    setAsked(panel);
  };
  return [shown, show];
}
