/** The search in the passages: how often the words stand there, and a way from one place to the next. */
import { useDeferredValue, useEffect, useMemo, useState, type KeyboardEvent, type RefObject } from "react";
import { flushSync } from "react-dom";
import { find } from "../../text/search";
import { t } from "../../text/strings";
import { highlight } from "./highlight";
import type { Item } from "./item";
import { say } from "./say";
import { controlOf, FIND, type Pane } from "./usePanel";

type Place = { passage: number; sentence: number; start: number; end: number };
type Props = { item: Item; pane: Pane; list: RefObject<HTMLElement | null>; onEscape: () => void };

type Passages = Item["assignment"]["example"]["passages"];

/** Where the words stand; `whole`: as they were asked for. */
function look(passages: Passages, query: string): { places: Place[]; whole: boolean } {
  const sentences = passages.flatMap(({ title, sentences }, p) => [title, ...sentences].map((text, sentence) => ({ passage: p + 1, sentence, text })));
  const { hits, whole } = find(sentences.map(({ text }) => text), query);
  return { whole, places: hits.map(({ text, start, end }): Place => ({ passage: sentences[text]!.passage, sentence: sentences[text]!.sentence, start, end })) };
}

export function Find({ item, pane, list, onEscape }: Props) {
  const { passages } = item.assignment.example;
  const query = useDeferredValue(pane.query);
  const { places, whole } = useMemo(() => look(passages, query), [passages, query]);
  const [visited, setVisited] = useState({ query, at: -1 });
  const at = visited.query === query ? visited.at : -1;
  const control = (place: Place) => list.current?.querySelector<HTMLElement>(`[data-control="${controlOf(place.passage, place.sentence)}"]`);

  const count = query.trim() === "" ? "" : t.find.count(places.length, whole);
  useEffect(() => {
    if (count) say(count);
  }, [count, query]);
  useEffect(() => {
    const lit = places.flatMap((place) => {
      const element = list.current?.querySelector(`[data-control="${controlOf(place.passage, place.sentence)}"] .sentence-text`);
      return element ? [{ element, span: place, place }] : [];
    });
    return highlight(lit, lit.find(({ place }) => place === places[at]));
  }, [places, at, list, pane.open]);

  /** To the next place (by 1) or the one before; a passage that holds it is opened. */
  const go = (by: -1 | 1) => {
    // Who types fast is ahead of what is shown.
    const { places } = look(passages, pane.query);
    const at = visited.query === pane.query ? visited.at : -1;
    const next = at < 0 && by < 0 ? places.length - 1 : (at + by + places.length) % places.length;
    const place = places[next];
    if (!place) return;
    flushSync(() => {
      setVisited({ query: pane.query, at: next });
      pane.setCurrent(controlOf(place.passage, place.sentence));
      if (pane.several) pane.setPassage(place.passage, true);
    });
    control(place)?.scrollIntoView?.({ block: "nearest" });
    say(`${t.find.at(next + 1, places.length)} ${t.sentenceShort(place.passage, place.sentence)} ${control(place)?.querySelector(".sentence-text")?.textContent ?? ""}`);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) go(event.shiftKey ? -1 : 1);
    else if (event.key === "ArrowDown") (places[at] ? control(places[at]) : list.current?.querySelector<HTMLElement>("[data-control][tabindex='0']"))?.focus();
    else if (event.key === "Escape") {
      pane.setQuery("");
      onEscape();
    } else return;
    event.preventDefault();
  };

  return (
    <div className="find" role="search">
      <label htmlFor={FIND} className="sr">
        {t.find.label}
      </label>
      <input id={FIND} type="search" placeholder={t.find.label} title={t.find.help} aria-keyshortcuts="/" autoComplete="off" dir="auto" value={pane.query} onChange={(event) => pane.setQuery(event.target.value)} onKeyDown={onKey} />
      {!pane.query && <kbd aria-hidden="true">/</kbd>}
      {count && (
        <>
          <span className="soft">{at < 0 ? count : t.find.at(at + 1, places.length)}</span>
          <span className="steps">
            <button type="button" className="step" aria-label={t.find.before} title={t.find.help} disabled={places.length === 0} onClick={() => go(-1)}>
              ▴
            </button>
            <button type="button" className="step" aria-label={t.find.next} title={t.find.help} disabled={places.length === 0} onClick={() => go(1)}>
              ▾
            </button>
          </span>
        </>
      )}
    </div>
  );
}
