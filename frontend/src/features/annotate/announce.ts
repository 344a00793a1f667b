/** What the last action did, in words. */
import type { Notice } from "../../state/desk";
import { t } from "../../text/strings";
import type { Item } from "./item";

/** Said in the line above the text too, where everybody sees it. */
export function isWarning(notice: Notice | null): notice is Notice {
  return notice !== null && ["antecedent_not_earlier", "overlap_warned", "overlap_forbidden"].includes(notice.what);
}

export function noticeOf(item: Item, notice: Notice): string {
  if (!("between" in notice)) return t.notice[notice.what];
  const [first, second] = notice.between.map((type) => item.typeOf(type)?.name ?? "");
  return t.overlap[notice.what](first!, second!);
}
