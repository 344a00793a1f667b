/** How the gutter is shared among the sentences. Pure. */

/** The vertical extent of one line. */
export type Line = { top: number; bottom: number };
/** The first and the last line of a sentence. */
export type Extent = { first: Line; last: Line };

const middle = ({ top, bottom }: Line) => (top + bottom) / 2;

/**
 * A stretch of the gutter for each sentence, in order and apart: from its first line to its last. `pitch` is the height
 * of a line; sentences that share a line share its height.
 */
export function stretches(sentences: readonly Extent[], pitch: number): Line[] {
  const shares = (a: Extent | undefined, b: Extent | undefined) => a !== undefined && b !== undefined && Math.abs(middle(a.last) - middle(b.first)) < pitch / 2;
  /** Where sentence i + 1 begins on the line that it shares with sentence i. */
  const border = (i: number) => {
    let before = i;
    let after = i + 1;
    const line = middle(sentences[i]!.last);
    const on = (each: Line | undefined) => each !== undefined && Math.abs(middle(each) - line) < pitch / 2;
    while (on(sentences[before - 1]?.last)) before -= 1;
    while (on(sentences[after + 1]?.first)) after += 1;
    return line - pitch / 2 + (pitch * (i + 1 - before)) / (after + 1 - before);
  };
  return sentences.map((sentence, i) => ({
    top: shares(sentences[i - 1], sentence) ? border(i - 1) : middle(sentence.first) - pitch / 2,
    bottom: shares(sentence, sentences[i + 1]) ? border(i) : middle(sentence.last) + pitch / 2,
  }));
}
