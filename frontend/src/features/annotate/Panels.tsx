/** On a small screen: tabs for the two panels, of which one is in sight. */
import type { KeyboardEvent } from "react";
import { t } from "../../text/strings";
import type { Pane, Panel } from "./usePanel";

const panels: readonly Panel[] = ["response", "passages"];

export function Panels({ pane: { shown, show } }: { pane: Pane }) {
  const move = (event: KeyboardEvent<HTMLElement>) => {
    const to = { ArrowLeft: 1, ArrowRight: 1, Home: 0, End: 2 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    // Two tabs: either arrow, in either direction of writing, leads to the other.
    const next = to === 1 ? panels.find((each) => each !== shown)! : panels[to === 0 ? 0 : 1]!;
    show(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return (
    <div className="panels" role="tablist" aria-label={t.panels}>
      {panels.map((each) => (
        <button
          key={each}
          id={`tab-${each}`}
          type="button"
          role="tab"
          aria-selected={shown === each}
          aria-controls={`panel-${each}`}
          tabIndex={shown === each ? 0 : -1}
          onClick={() => show(each)}
          onKeyDown={move}
        >
          {t[each]}
        </button>
      ))}
    </div>
  );
}

/** What makes an element the panel of its tab; beside each other, the two are no tabs. */
export function panelProps(panel: Panel, { narrow }: Pick<Pane, "narrow">) {
  return { id: `panel-${panel}`, "data-panel-of": panel, ...(narrow && { role: "tabpanel", "aria-labelledby": `tab-${panel}` }) };
}
