/** What agreement is measured by, and which figures of a report are drawn under one another. */
import type { Figure, QualityReport } from "../../../api/quality";
import type { Taxonomy } from "../../../api/console";

export type Measure = { key: string; name: string; figures: string[]; least: number; explained: string };

/** `figures`: by the names of the report, the first that a scope has. `least`: where the scale begins; it ends at 1. */
export const MEASURES: Measure[] = [
  { key: "alpha", name: "Krippendorff’s α, by words or sentences", figures: ["word_alpha", "sentence_alpha"], least: -0.2, explained: "0 is what chance would bring, 1 is full agreement. Above 0.8 is reliable, above 0.67 good for tentative conclusions." },
  { key: "span_alpha", name: "Krippendorff’s uα, by spans", figures: ["span_alpha"], least: -0.2, explained: "α on the continuum of characters, where a marked span is one unit." },
  { key: "unit_f1", name: "F1 of words or sentences", figures: ["word_f1", "sentence_f1"], least: 0, explained: "Of what either of two people marked, how much both did." },
  { key: "overlap_f1", name: "F1 of spans that overlap by half", figures: ["overlap_f1"], least: 0, explained: "Spans count as the same if they share half of what they cover together." },
  { key: "exact_f1", name: "F1 of spans with the same ends", figures: ["exact_f1"], least: 0, explained: "Spans count as the same if both ends are." },
];

export const COMPARISONS: { key: string; name: string; least: number }[] = [
  { key: "tau_b", name: "Two people rank alike (Kendall’s τ-b)", least: -1 },
  { key: "transitivity", name: "Three comparisons that fit one ranking", least: 0 },
  { key: "first_shown", name: "The one shown first is preferred", least: 0 },
];

export const REASONS: Record<NonNullable<Figure["reason"]>, string> = {
  no_overlap: "nothing was judged by two people",
  no_variation: "everybody says the same everywhere, so chance and agreement cannot be told apart",
  no_marks: "nothing of the kind is marked",
  no_pairs: "nothing of the kind was compared",
};

export type Row = { key: string; name: string; level: "overall" | "category" | "type"; figure: Figure };

/** All types, each category, and its types, as far as the measure is about them. */
export function rowsOf(agreement: QualityReport["figures"]["agreement"], measure: Measure, taxonomy: Taxonomy): Row[] {
  const rows: Row[] = [];
  const add = (key: string, name: string, level: Row["level"], named: Record<string, Figure> | undefined) => {
    for (const each of measure.figures) {
      const figure = named?.[each];
      if (!figure) continue;
      const suffix = level === "overall" && measure.figures.length > 1 ? (each.startsWith("sentence") ? ", missing information" : ", marks") : "";
      rows.push({ key: `${level}.${key}.${each}`, name: name + suffix, level, figure });
    }
  };
  add("", "All types", "overall", agreement.overall);
  for (const category of taxonomy.categories) {
    add(category.key, category.name, "category", agreement.categories[category.key]);
    for (const kind of category.types) add(kind.key, kind.name, "type", agreement.types[kind.key]);
  }
  return rows;
}

/** Examples that two people must have judged before figures tell much. */
export const ENOUGH = 10;
