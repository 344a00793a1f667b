/** Sentences that several texts have in common, word for word. */
export type Piece = { text: string; shared: boolean };

/** Each text in pieces that together are the text; shared are the sentences that all the others have too. */
export function sharedSentences(texts: readonly (readonly string[])[]): Piece[][] {
  const known = texts.map((sentences) => new Set(sentences.map((sentence) => sentence.trim())));
  return texts.map((sentences, i) => sentences.map((text) => ({ text, shared: text.trim() !== "" && texts.length > 1 && known.every((set, j) => i === j || set.has(text.trim())) })));
}
