/** Words by number, as list mode and the live region tell where a mark is. */
import type { Mark } from "../../state/annotation";
import type { TextModel } from "../../state/selection";
import type { Span } from "../../text/spans";
import { stopAt } from "../../text/words";
import { t } from "../../text/strings";
import type { Item } from "./item";

const known = new WeakMap<TextModel, readonly Span[]>();

/** The words of the text without its punctuation: the n-th has number n + 1. */
export function numberedWords(text: TextModel): readonly Span[] {
  const words = known.get(text) ?? text.words.filter(({ start, end }) => !/^\p{P}+$/u.test(text.codePoints.slice(start, end)));
  known.set(text, words);
  return words;
}

/** Numbers of the first and the last word that the span touches. */
export function numbersOf(text: TextModel, { start, end }: Span): [number, number] {
  const words = numberedWords(text);
  const first = stopAt(words, start);
  const from = words[first] && words[first].end <= start ? first + 1 : first;
  return [from + 1, Math.max(from, stopAt(words, end - 1)) + 1];
}

/** "Mark 3, Irrelevant, words 5 to 9": `marks` are those of the response, in its order. */
export function markInWords(item: Item, response: number, marks: readonly Mark[], mark: Mark): string {
  return t.list.mark(marks.indexOf(mark) + 1, item.typeOf(mark.type)?.name ?? mark.type, ...numbersOf(item.context.texts[response]!, mark));
}
