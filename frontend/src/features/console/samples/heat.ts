/** Rewards of a sampled response as pieces of its text, and the scale on which they are coloured. */
import type { SampledResponse } from "../../../api/console";
import { codePoints } from "../../../text/offsets";

export const SUM = "sum";

/** Tokens [first, last] that one reward is for: it stands at the last. `value` null: no reward after these tokens. */
export type Piece = { first: number; last: number; value: number | null };

type Scored = Pick<SampledResponse, "tokens" | "rewards">;

/** One number per token: those of a category, or of all categories together. */
export function layerValues({ tokens, rewards }: Scored, layer: string): number[] {
  if (layer !== SUM) return rewards[layer] ?? tokens.map(() => 0);
  return tokens.map((_, i) => Object.values(rewards).reduce((sum, values) => sum + (values[i] ?? 0), 0));
}

/** The tokens cut after each that has a reward in the layer. A segment's reward stands at its last token, so a piece is a segment. */
export function pieces(response: Scored, layer: string): Piece[] {
  const values = layerValues(response, layer);
  // In the sum two rewards may cancel out; the place is a reward's nevertheless.
  const stands = (i: number) => values[i] !== 0 || (layer === SUM && Object.values(response.rewards).some((row) => row[i]));
  const found: Piece[] = [];
  let first = 0;
  values.forEach((value, i) => {
    if (!stands(i)) return;
    found.push({ first, last: i, value });
    first = i + 1;
  });
  if (first < values.length) found.push({ first, last: values.length - 1, value: null });
  return found;
}

/** The text of each token, cut by code points. */
export function tokenTexts({ text, tokens }: Pick<SampledResponse, "text" | "tokens">): string[] {
  const points = codePoints(text);
  return tokens.map(({ start, end }) => points.slice(start, end));
}

/** Half the width of the colour scale: the greatest reward of the layer in any response, rounded up to 1, 2 or 5 times a power of ten. */
export function domainOf(responses: Scored[], layer: string): number {
  const greatest = Math.max(0, ...responses.flatMap((response) => layerValues(response, layer).map(Math.abs)));
  if (greatest === 0) return 1;
  const power = 10 ** Math.floor(Math.log10(greatest));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= greatest * (1 - 1e-9))!;
  return Number((step * power).toPrecision(1));
}

/** How strong the colour is: 0 at 0, 1 at the end of the scale and beyond. */
export const strength = (value: number, domain: number): number => Math.min(1, Math.abs(value) / domain);

/** The layers of these responses: every category that a reward is given for, then their sum. */
export function layersOf(responses: Scored[]): string[] {
  const categories = [...new Set(responses.flatMap(({ rewards }) => Object.keys(rewards)))];
  return categories.length > 1 ? [...categories, SUM] : categories;
}
