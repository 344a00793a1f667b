/** The error types as buttons, the tools for selecting, and one line that says what to do now. */
import type { Desk, DeskAction } from "../../state/desk";
import { judgementOf } from "../../state/desk";
import { selected } from "../../state/selection";
import { t } from "../../text/strings";
import { isWarning, noticeOf } from "./announce";
import type { Item } from "./item";
import { toggleListMode, useListMode } from "./listMode";
import { TypeKeys } from "./TypeKeys";

export function TypeBar({ item, desk, dispatch }: { item: Item; desk: Desk; dispatch: (action: DeskAction) => void }) {
  const { past, future } = desk.history;
  const focusedType = judgementOf(desk).marks.find(({ id }) => id === desk.focused)?.type;
  const pressed = (key: string) => (desk.brush ?? (selected(desk.selection) ? null : focusedType)) === key;
  const types = item.types.filter(({ target }) => target === "response");
  return (
    <div className="type-bar">
      <TypeKeys types={types} label={t.tools.types} pressed={pressed} dispatch={dispatch} />
      <div className="tools">
        <button type="button" className="quiet" aria-keyshortcuts="S" onClick={() => dispatch({ do: "take", unit: "sentence" })}>
          {t.tools.sentence} <kbd aria-hidden="true">S</kbd>
        </button>
        <button type="button" className="quiet" aria-keyshortcuts="D" onClick={() => dispatch({ do: "take", unit: "clause" })}>
          {t.tools.clause} <kbd aria-hidden="true">D</kbd>
        </button>
        <button type="button" className="quiet" aria-keyshortcuts="L" aria-pressed={useListMode()} onClick={toggleListMode}>
          {t.tools.list} <kbd aria-hidden="true">L</kbd>
        </button>
        <button type="button" className="quiet" aria-keyshortcuts="Control+Z" disabled={past.length === 0} onClick={() => dispatch({ do: "undo" })}>
          {t.tools.undo}
        </button>
        <button type="button" className="quiet" aria-keyshortcuts="Control+Shift+Z" disabled={future.length === 0} onClick={() => dispatch({ do: "redo" })}>
          {t.tools.redo}
        </button>
      </div>
      <p className="hint" data-warn={isWarning(desk.notice) || undefined}>
        {hintOf(item, desk)}
      </p>
    </div>
  );
}

function hintOf(item: Item, desk: Desk): string {
  if (isWarning(desk.notice)) return noticeOf(item, desk.notice);
  const { picking } = desk;
  if (picking?.need === "antecedent") return t.hint.antecedent;
  if (selected(desk.selection)) return desk.selection.open ? t.hint.open : t.hint.selected;
  if (picking) return judgementOf(desk).missing.some(({ id }) => id === picking.id) ? t.hint.evidenceMissing : t.hint.evidence;
  if (desk.brush) return t.hint.brush(item.typeOf(desk.brush)?.name ?? "");
  return t.hint.idle;
}
