/** Which language the page speaks: the one chosen here before, else the browser's. */
import { useSyncExternalStore } from "react";
import { language, onSpeak, pickLanguage, speak } from "../../text/strings";

const KEY = "redpen:language";

function remembered(): string[] {
  try {
    return [localStorage.getItem(KEY) ?? ""];
  } catch {
    return [];
  }
}

/** Speaks before the first page is drawn; English when the catalogue cannot be fetched. */
export const startLanguage = () => speak(pickLanguage([...remembered(), ...navigator.languages])).catch(() => undefined);

/** Speaks another language from now on, and on the next visit; the old one goes on when it cannot be fetched. */
export async function chooseLanguage(tag: string): Promise<void> {
  try {
    localStorage.setItem(KEY, tag);
  } catch {
    // The choice then lasts as long as the page.
  }
  await speak(tag).catch(() => undefined);
}

/** The language spoken now; whoever uses it is drawn again, with all below, when that changes. */
export const useLanguage = () => useSyncExternalStore(onSpeak, language);
