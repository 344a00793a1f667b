import { describe, expect, test } from "vitest";
import { codePoints } from "../text/offsets";
import { words } from "../text/words";
import { apply, emptyWork, type Edit } from "./annotation";
import { note, startHistory, step, unopenedPassages, type Entry } from "./history";
import { hasEntry, mendedBy, proposals } from "./proposals";
import type { TextModel } from "./selection";

const model = (value: string): TextModel => ({ codePoints: codePoints(value), words: words(value), sentences: [], clauses: [] });
const place = (value: string, quote: string) => {
  const start = codePoints(value.slice(0, value.indexOf(quote))).length;
  return { start, end: start + codePoints(quote).length };
};
const both = { spans: true, edits: true, deletable: (type: string) => type === "idle" };

function proposed(value: string, edits: Edit[], log: Entry[] = [], asked = both) {
  const text = model(value);
  const judgement = edits.reduce(apply, emptyWork([0], [0])).judgements[0]!;
  return proposals(text, judgement, asked, log, 0).map(({ what, span }) => [what, text.codePoints.slice(span.start, span.end)]);
}
const correct = (text: string): Edit => ({ do: "correct", response: 0, text });
const mark = (value: string, quote: string, type = "plain"): Edit => ({ do: "mark", response: 0, span: place(value, quote), type });

describe("spans from edits", () => {
  const value = "Oru has two moons. 🌕 It has a ring of ice.";

  test("removed and replaced words are proposed, added ones are not", () => {
    expect(proposed(value, [correct("Oru has one moon. 🌕 It has a ring.")])).toEqual([["span", "two moons"], ["span", "of ice"]]);
    expect(proposed(value, [correct("Oru has two big moons. 🌕 It has a ring of ice.")])).toEqual([]);
    expect(proposed(value, [])).toEqual([]);
  });

  test("not what is marked, what was declined, or what the project does not want", () => {
    const edit = correct("Oru has one moon. 🌕 It has a ring.");
    expect(proposed(value, [mark(value, "moons"), edit])).toEqual([["span", "of ice"]]);
    const log: Entry[] = [{ do: "dismissed", what: "span", response: 0, ...place(value, "two moons"), at: 1 }];
    expect(proposed(value, [edit], log)).toEqual([["span", "of ice"]]);
    expect(proposed(value, [edit], [], { ...both, spans: false })).toEqual([]);
  });

  test("a text with other line ends keeps its own places", () => {
    const lines = "One.\r\n\r\nTwo small moons.\r\nThree.";
    expect(proposed(lines, [correct("One.\n\nTwo moons.\nThree.")])).toEqual([["span", "small"]]);
    expect(proposed(lines, [correct("One.\n\nTwo small moons.\n")])).toEqual([["span", "Three."]]);
  });
});

describe("edits from marks", () => {
  const value = "Oru has two moons.\r\n🌕 It rhymes. It has a ring.";

  test("words that a deletion mends are proposed as long as the correction has them", () => {
    expect(proposed(value, [mark(value, "It rhymes.", "idle"), mark(value, "moons")])).toEqual([["edit", "It rhymes."]]);
    expect(proposed(value, [mark(value, "It rhymes.", "idle"), correct("Oru has two moons.\n🌕 It has a ring.")])).toEqual([]);
    expect(proposed(value, [mark(value, "It rhymes.", "idle"), correct("Oru has one moon or so.\n🌕 It rhymes. It has a ring.")], [], { ...both, spans: false })).toEqual([["edit", "It rhymes."]]);
  });

  test("taking them out changes nothing else", () => {
    const span = place(value, "It rhymes.");
    expect(mendedBy(model(value), null, span)).toBe("Oru has two moons.\n🌕 It has a ring.");
    expect(mendedBy(model(value), "Oru has one moon or so.\n🌕 It rhymes. It has a ring.", span)).toBe("Oru has one moon or so.\n🌕 It has a ring.");
    expect(mendedBy(model(value), "Gone.", span)).toBe("Gone.");
  });
});

describe("the log", () => {
  test("says what was proposed and answered, and a yes amid typing is a step of its own", () => {
    const span = { start: 2, end: 4 };
    let history = step(startHistory(emptyWork([0], [0])), correct("a"));
    history = note(history, { do: "accepted", what: "edit", response: 0, ...span });
    history = step(step(history, correct("b")), { do: "undo" });
    expect(history.work.judgements[0]!.corrected).toBe("a");
    expect(hasEntry(note(history, { do: "proposed", what: "span", response: 0, ...span }).log, "proposed", { what: "span", span }, 0)).toBe(true);
    expect(hasEntry(history.log, "dismissed", { what: "edit", span }, 0)).toBe(false);
  });

  test("knows the passages that nobody opened; a lone one stands open", () => {
    const history = note(startHistory(emptyWork([0], [0])), { do: "opened", passage: 2 });
    expect([unopenedPassages(history, 3), unopenedPassages(history, 1)]).toEqual([[1, 3], []]);
  });
});
