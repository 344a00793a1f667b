/** The words of the annotate page in the reader's language. */
import { en, type Catalogue } from "./strings/en";

/** What is spoken now. Everything reads it when it draws, and is drawn again when it changes. */
export let t: Catalogue = en;

/** Languages by their tag, each by its own name. */
export const languages: Record<string, string> = { en: "English", de: "Deutsch" };

// Only the language that is spoken is fetched.
const catalogues: Record<string, () => Promise<Catalogue>> = {
  en: () => Promise.resolve(en),
  de: () => import("./strings/de").then(({ de }) => de),
};

const listeners = new Set<() => void>();
let spoken = "en";

/** The tag of the language that is spoken now. */
export const language = () => spoken;

/** Calls `listener` whenever another language is spoken; the answer ends that. */
export function onSpeak(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The first language of `wanted` (tags such as "de-CH") that there is a catalogue for; English without one. */
export function pickLanguage(wanted: readonly string[]): string {
  return wanted.map((tag) => tag.toLowerCase().split("-")[0]!).find((tag) => Object.hasOwn(catalogues, tag)) ?? "en";
}

/** Loads a language's catalogue and speaks it from now on. */
export async function speak(tag: string): Promise<void> {
  t = await catalogues[tag]!();
  spoken = tag;
  document.documentElement.lang = tag;
  for (const listener of listeners) listener();
}
