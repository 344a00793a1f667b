/** Taking words out of a text. */
import { codePoints } from "./offsets";
import type { Span } from "./spans";

/** `text` without the span, and without the white space and the punctuation that only the span had needed. */
export function withoutWords(text: string, { start, end }: Span): string {
  const { slice, length } = codePoints(text);
  const before = slice(0, start);
  const after = slice(end, length);
  const head = before.trimEnd();
  const tail = after.trimStart();
  if (head === "" || tail === "") return head + tail;
  const gaps = [before.slice(head.length), after.slice(0, after.length - tail.length)];
  // A comma that led to the words goes with them where the sentence then ends; so does the end of a sentence that is gone.
  if (/[([«“„]$/u.test(head) && /^[)\]»”“]/u.test(tail)) return withoutWords(text, { start: codePoints(head).length - 1, end: end + gaps[1]!.length + 1 });
  if (/^[,.!?…;:]/u.test(tail) && /[,;:–—]$/u.test(head)) return head.replace(/\s*[,;:–—]+$/u, "") + tail;
  if (/^[.!?…]/u.test(tail) && /[.!?…]["”’)]?$/u.test(head)) return withoutWords(text, { start, end: end + gaps[1]!.length + 1 });
  if (/^[\p{Pe}\p{Pf}.,;:!?…]/u.test(tail) && gaps[1] === "") return head + tail;
  if (gaps[0] === "" || gaps[1] === "") return head + gaps.join("") + tail;
  return head + (gaps.find((gap) => gap.includes("\n")) ?? gaps[0]) + tail;
}
