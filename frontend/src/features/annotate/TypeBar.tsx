/** The error types as buttons, the tools for selecting, and one line that says what to do now. */
import type { Desk, DeskAction } from "../../state/desk";
import { judgementOf } from "../../state/desk";
import { selected } from "../../state/selection";
import { t } from "../../text/strings";
import { Badge } from "./Badge";
import type { Item } from "./item";

export function TypeBar({ item, desk, dispatch }: { item: Item; desk: Desk; dispatch: (action: DeskAction) => void }) {
  const { past, future } = desk.history;
  const focusedType = judgementOf(desk).marks.find(({ id }) => id === desk.focused)?.type;
  const pressed = (key: string) => (desk.brush ?? (selected(desk.selection) ? null : focusedType)) === key;
  return (
    <div className="type-bar">
      <div className="types" role="group" aria-label={t.tools.types}>
        {item.types
          .filter(({ target }) => target === "response")
          .map((type) => (
            <button key={type.key} type="button" className="type" data-hue={type.hue} aria-pressed={pressed(type.key)} title={type.definition} aria-keyshortcuts={type.hotkey} onClick={() => dispatch({ do: "type", type: type.key })}>
              <Badge type={type} />
              {type.name}
              <kbd aria-hidden="true">{type.hotkey}</kbd>
            </button>
          ))}
      </div>
      <div className="tools">
        <button type="button" className="quiet" aria-keyshortcuts="S" onClick={() => dispatch({ do: "take", unit: "sentence" })}>
          {t.tools.sentence} <kbd aria-hidden="true">S</kbd>
        </button>
        <button type="button" className="quiet" aria-keyshortcuts="D" onClick={() => dispatch({ do: "take", unit: "clause" })}>
          {t.tools.clause} <kbd aria-hidden="true">D</kbd>
        </button>
        <button type="button" className="quiet" disabled={past.length === 0} onClick={() => dispatch({ do: "undo" })}>
          {t.tools.undo}
        </button>
        <button type="button" className="quiet" disabled={future.length === 0} onClick={() => dispatch({ do: "redo" })}>
          {t.tools.redo}
        </button>
      </div>
      <p className="hint" data-warn={desk.notice?.what === "antecedent_not_earlier" || undefined}>
        {hintOf(item, desk)}
      </p>
    </div>
  );
}

function hintOf(item: Item, desk: Desk): string {
  if (desk.notice?.what === "antecedent_not_earlier") return t.notice.antecedent_not_earlier;
  const { picking } = desk;
  if (picking?.need === "antecedent") return t.hint.antecedent;
  if (selected(desk.selection)) return desk.selection.open ? t.hint.open : t.hint.selected;
  if (picking) return judgementOf(desk).missing.some(({ id }) => id === picking.id) ? t.hint.evidenceMissing : t.hint.evidence;
  if (desk.brush) return t.hint.brush(item.typeOf(desk.brush)?.name ?? "");
  return t.hint.idle;
}
