import type { Desk } from "../../state/desk";
import { unopenedPassages } from "../../state/history";
import { t } from "../../text/strings";
import type { Item } from "./item";

/** By error type: the warning that it claims something about passages that were never opened, or nothing. It stops nobody. */
export function unopenedWarning(item: Item, desk: Desk): (type: string | null) => string {
  const unopened = unopenedPassages(desk.history, item.assignment.example.passages.length);
  return (type) => (unopened.length > 0 && item.typeOf(type)?.reads_passages ? t.reading.warning(unopened) : "");
}
