import { diffArrays } from "diff";
import { wordPieces } from "./words";

export type Change = { kind: "same" | "added" | "removed"; text: string };

/** How `after` differs from `before`, word by word: joined, what is not added is `before`, what is not removed `after`. */
export function wordDiff(before: string, after: string): Change[] {
  return diffArrays(wordPieces(before), wordPieces(after)).map((part) => ({
    kind: part.added ? "added" : part.removed ? "removed" : "same",
    text: part.value.join(""),
  }));
}
