/** The words of the annotate page in the reader's language. */
import { en, type Catalogue } from "./strings/en";

/** Replaced once, before the first page is drawn; everything reads it when it draws. */
export let t: Catalogue = en;

/** Languages by their tag, each by its own name. */
export const languages: Record<string, string> = { en: "English" };

const catalogues: Record<string, () => Promise<Catalogue>> = { en: () => Promise.resolve(en) };

/** The first language of `wanted` (tags such as "de-CH") that there is a catalogue for; English without one. */
export function pickLanguage(wanted: readonly string[]): string {
  return wanted.map((tag) => tag.toLowerCase().split("-")[0]!).find((tag) => tag in catalogues) ?? "en";
}

/** Loads a language's catalogue and speaks it from now on. */
export async function speak(language: string): Promise<void> {
  t = await catalogues[language]!();
  document.documentElement.lang = language;
}
