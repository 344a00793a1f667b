/** How one text differs from another, word by word. */
import { shortestEdits, type Edit } from "./myers";
import { codePoints } from "./offsets";
import { wordPieces } from "./words";

/** `start`, `end`: where the change is in the text before, in code points; an addition stands between two of them. */
export type Change = { kind: Edit; text: string; start: number; end: number };

/** Two texts that share next to nothing take ever longer to compare; past this many edits all between their ends has changed. */
const MAX_EDITS = 800;

type Piece = { kind: Edit; text: string };

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** A field's line ends are always \n; a response may hold others, and those are no correction. */
export const lineEnds = (text: string) => text.replace(/\r\n?/g, "\n");

/**
 * Joined, what is not added is `before` and what is not removed is `after`; no change begins or ends inside a grapheme.
 * White space between two changes belongs to both, so that a replaced phrase is one change.
 */
export function wordDiff(before: string, after: string): Change[] {
  const runs = [{ removed: "", added: "", same: "" }];
  for (const { kind, text } of compare(pieces(before), pieces(after))) {
    const run = runs.at(-1)!;
    if (kind === "same" || run.same === "") run[kind] += text;
    else if (run.same.trim() === "" && (run.removed || run.added)) {
      run.removed += run.same;
      run.added += run.same;
      run.same = "";
      run[kind] += text;
    } else runs.push({ removed: "", added: "", same: "", [kind]: text });
  }
  const changes: Change[] = [];
  let at = 0;
  for (const run of runs) {
    for (const kind of ["removed", "added", "same"] as const) {
      if (run[kind] === "") continue;
      const start = at;
      if (kind !== "added") at += codePoints(run[kind]).length;
      changes.push({ kind, text: run[kind], start, end: at });
    }
  }
  return changes;
}

/** `wordPieces`, joined wherever one would end inside a grapheme. */
function pieces(text: string): string[] {
  const ends = new Set<number>();
  for (const { index, segment } of graphemes.segment(text)) ends.add(index + segment.length);
  const joined: string[] = [];
  let start = 0;
  let end = 0;
  for (const piece of wordPieces(text)) {
    end += piece.length;
    if (!ends.has(end)) continue;
    joined.push(text.slice(start, end));
    start = end;
  }
  return joined;
}

function compare(before: string[], after: string[]): Piece[] {
  // What both begin and end with is no change: an edit in one place then costs no more in a long text than in a short one.
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(before.length, after.length) - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const removed = before.slice(head, before.length - tail);
  const added = after.slice(head, after.length - tail);
  const edits = shortestEdits(removed, added, MAX_EDITS) ?? [...removed.map((): Edit => "removed"), ...added.map((): Edit => "added")];
  let x = head;
  let y = head;
  const same = (text: string): Piece => ({ kind: "same", text });
  const list = [
    ...before.slice(0, head).map(same),
    ...edits.map((kind): Piece => {
      const text = kind === "added" ? after[y]! : before[x]!;
      if (kind !== "added") x += 1;
      if (kind !== "removed") y += 1;
      return { kind, text };
    }),
    ...before.slice(before.length - tail).map(same),
  ];
  settle(list);
  return list;
}

/**
 * Of "It rhymes. It has" without its first sentence, "It rhymes. " may have gone or "rhymes. It ": each run that was only
 * removed or only added goes, among the places that come to the same, to where it joins another or begins a sentence.
 */
function settle(list: Piece[]): void {
  for (let start = 0, end = 0; start < list.length; start = Math.max(end, start + 1)) {
    const { kind } = list[start]!;
    end = start;
    while (list[end]?.kind === kind) end += 1;
    if (kind === "same" || (list[end]?.kind ?? "same") !== "same" || (list[start - 1]?.kind ?? "same") !== "same") continue;
    const size = end - start;
    const agree = (at: number) => list[at]?.text === list[at + size]?.text;
    let [first, last] = [start, start];
    while (list[first - 1]?.kind === "same" && agree(first - 1)) first -= 1;
    while (list[last + size]?.kind === "same" && agree(last)) last += 1;
    const joins = (at: number) => (list[at]?.kind ?? "same") !== "same";
    const worth = (at: number) => ((at === first && joins(first - 1)) || (at === last && joins(last + size)) ? 3 : opens(list, at));
    let best = start;
    for (let at = first; at <= last; at += 1) if (worth(at) > worth(best)) best = at;
    for (let at = first; at < last + size; at += 1) list[at]!.kind = at >= best && at < best + size ? kind : "same";
    end = best + size;
  }
}

/** 2: a sentence opens at this piece; 1: white space stands before it. */
function opens(list: readonly Piece[], at: number): number {
  const spaced = list[at - 1]?.text.trim() === "";
  const text = list[at - (spaced ? 2 : 1)]?.text;
  if (text === undefined || (spaced && /[.!?…。！？]["”’»)]*$/u.test(text))) return 2;
  return spaced ? 1 : 0;
}
