/** How one text differs from another, word by word. */
import { diffArrays } from "diff";
import { codePoints } from "./offsets";
import { wordPieces } from "./words";

/** `start`, `end`: where the change is in the text before, in code points; an addition stands between two of them. */
export type Change = { kind: "same" | "added" | "removed"; text: string; start: number; end: number };

/** Two texts that share next to nothing take ever longer to compare; past this many edits all between their ends has changed. */
const MAX_EDITS = 800;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** A field's line ends are always \n; a response may hold others, and those are no correction. */
export const lineEnds = (text: string) => text.replace(/\r\n?/g, "\n");

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

/**
 * Joined, what is not added is `before` and what is not removed is `after`; no change begins or ends inside a grapheme.
 * White space between two changes belongs to both, so that a replaced phrase is one change.
 */
export function wordDiff(before: string, after: string): Change[] {
  const changes: Change[] = [];
  const runs: { removed: string; added: string; same: string }[] = [{ removed: "", added: "", same: "" }];
  for (const { kind, text } of compare(pieces(before), pieces(after))) {
    const run = runs.at(-1)!;
    if (kind === "same") run.same += text;
    else if (run.same === "") run[kind] += text;
    else if (run.same.trim() === "" && (run.removed || run.added)) {
      run.removed += run.same;
      run.added += run.same;
      run.same = "";
      run[kind] += text;
    } else runs.push({ removed: "", added: "", same: "", [kind]: text });
  }
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

function compare(before: string[], after: string[]): Pick<Change, "kind" | "text">[] {
  // What both begin and end with is no change: an edit in one place then costs no more in a long text than in a short one.
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(before.length, after.length) - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const middle = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)] as const;
  const parts = diffArrays(...middle, { maxEditLength: MAX_EDITS });
  const of = (kind: Change["kind"], some: string[]) => ({ kind, text: some.join("") });
  return [
    of("same", before.slice(0, head)),
    ...(parts?.map(({ added, removed, value }) => of(added ? "added" : removed ? "removed" : "same", value)) ?? [of("removed", middle[0]), of("added", middle[1])]),
    of("same", before.slice(before.length - tail)),
  ].filter(({ text }) => text !== "");
}
