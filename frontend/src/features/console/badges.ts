/** How an error type is drawn, as on the annotate page: a hue and a line by its place among the hotkeys, and its letter. */
import type { Taxonomy } from "../../api/console";

const LINES = ["solid", "dashed", "dotted", "wavy", "double"];

export type Look = { hue: number; line: string; badge: string };

export function looksOf(taxonomy: Taxonomy): Map<string, Look> {
  const types = taxonomy.categories.flatMap(({ types }) => types).sort((a, b) => a.hotkey.localeCompare(b.hotkey));
  return new Map(types.map(({ key, badge }, i) => [key, { hue: (i % 8) + 1, line: LINES[i % LINES.length]!, badge }]));
}
