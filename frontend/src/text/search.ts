/** Finding words in several texts, in code points. */
import { codePoints } from "./offsets";
import type { Span } from "./spans";

/** A place where the query stands; `text`: which of the texts. */
export type Hit = Span & { readonly text: number };

/** `whole`: the hits are the query as it stands; else it stands nowhere, and they are words that begin like its own. */
export type Found = { hits: Hit[]; whole: boolean };

/** Shorter words stand everywhere and say nothing. */
const MIN_LETTERS = 3;

export function find(texts: readonly string[], query: string): Found {
  const words = query.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  const asked = query.trim();
  if (asked === "") return { hits: [], whole: true };
  const hits = occurrences(texts, asked.split(/\s+/u).map(escape).join("\\s+"));
  if (hits.length > 0 || words.length < 2) return { hits, whole: true };
  const telling = words.filter((word) => word.length >= MIN_LETTERS || /\p{N}/u.test(word));
  return { hits: telling.length ? occurrences(texts, `(?<![\\p{L}\\p{N}\\p{M}])(?:${telling.map(escape).join("|")})`) : [], whole: false };
}

const escape = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");

/** Case does not count. Matching text by text keeps the lengths, which lower case would not ("İ"). */
function occurrences(texts: readonly string[], pattern: string): Hit[] {
  const expression = new RegExp(pattern, "giu");
  return texts.flatMap((value, text) => {
    const matches = [...value.matchAll(expression)];
    if (matches.length === 0) return [];
    const { codePoint } = codePoints(value);
    return matches.map((match): Hit => ({ text, start: codePoint(match.index), end: codePoint(match.index + match[0].length) }));
  });
}
