/** How one text differs from another, word by word. */
import { shortestEdits, type Edit } from "./myers";
import { codePoints } from "./offsets";
import { wordPieces } from "./words";

/** `start`, `end`: where the change is in the text before, in code points; an addition stands between two of them. */
export type Change = { kind: Edit; text: string; start: number; end: number };

/** Two texts that share next to nothing take ever longer to compare; past this many edits all between their ends has changed. */
const MAX_EDITS = 800;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** A field's line ends are always \n; a response may hold others, and those are no correction. */
export const lineEnds = (text: string) => text.replace(/\r\n?/g, "\n");

/**
 * Joined, what is not added is `before` and what is not removed is `after`; no change begins or ends inside a grapheme.
 * White space between two changes belongs to both, so that a replaced phrase is one change.
 */
export function wordDiff(before: string, after: string): Change[] {
  const runs = [{ removed: "", added: "", same: "" }];
  for (const [kind, text] of compare(pieces(before), pieces(after))) {
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

function compare(before: string[], after: string[]): [Edit, string][] {
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
  return [
    ["same", before.slice(0, head).join("")],
    ...edits.map((kind): [Edit, string] => {
      const piece = kind === "added" ? after[y]! : before[x]!;
      if (kind !== "added") x += 1;
      if (kind !== "removed") y += 1;
      return [kind, piece];
    }),
    ["same", before.slice(before.length - tail).join("")],
  ];
}
