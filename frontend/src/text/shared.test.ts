import { expect, test } from "vitest";
import { sharedSentences } from "./shared";

const shared = (...texts: string[][]) => sharedSentences(texts).map((pieces) => pieces.filter((piece) => piece.shared).map(({ text }) => text));

test("a sentence is shared when all the others have it, wherever it stands", () => {
  expect(shared(["One. ", "Two."], ["Two. ", "One."])).toEqual([["One. ", "Two."], ["Two. ", "One."]]);
  expect(shared(["One. ", "Two."], ["One. ", "Three."], ["Two."])).toEqual([[], [], []]);
});

test("the pieces are the text, and other letters are another sentence", () => {
  const [pieces] = sharedSentences([["One moon. 🌕 ", "Two."], ["one moon. 🌕"]]);
  expect(pieces).toEqual([{ text: "One moon. 🌕 ", shared: false }, { text: "Two.", shared: false }]);
});

test("blank pieces and a lone text share nothing", () => {
  expect([shared([" "], [" "]), shared(["One."])]).toEqual([[[], []], [[]]]);
});
