import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { overlaps } from "../text/spans";
import { type DeskAction, type DeskContext } from "./desk";
import { selected } from "./selection";
import { context, marksOf, play, quote, start, text, word } from "./testing";

type Walk = Extract<DeskAction, { do: "walk" }>;
const walk = (unit: Walk["unit"], by: Walk["by"] = 1, extend = false): Walk => ({ do: "walk", unit, by, extend });
const right = walk("word");
const further = walk("word", 1, true);
const press = (name: string): DeskAction => ({ do: "press", at: word(name), extend: false });
const click = (name: string): DeskAction[] => [press(name), { do: "release" }];
const clause = (index: number, extend = true): DeskAction[] => {
  const { start: from, end } = text.clauses[index]!;
  return [{ do: "press", at: { start: from, end: end - (end < text.codePoints.length ? 1 : 0) }, extend, whole: true }, { do: "release" }];
};
const type = (key: string): DeskAction => ({ do: "type", type: key });
const quotes = (actions: DeskAction[]) => marksOf(play(actions)).map(quote);

describe("marking", () => {
  test("by keyboard: walk, extend, type", () => {
    const desk = play([right, right, further, { do: "type", type: "plain" }]);
    expect(marksOf(desk).map(quote)).toEqual(["two three"]);
    expect([desk.focused, selected(desk.selection), desk.picking]).toEqual([1, null, null]);
  });

  test("goes on behind what was marked, after its antecedent too", () => {
    const sentence: DeskAction = { do: "take", unit: "sentence" };
    expect(quotes([right, sentence, type("plain"), sentence, type("plain")])).toEqual(["One two three.", "Four five, six."]);
    expect(quote(selected(play([walk("text"), type("plain"), sentence]).selection))).toBe("Seven eight.");
    const again = [walk("sentence"), walk("sentence"), type("again"), walk("text", -1), { do: "finish" } as const, sentence, type("plain")];
    expect(quotes(again)).toEqual(["Four", "Four five, six."]);
  });

  test("sentences and clauses are taken whole, then one more", () => {
    expect(quote(selected(play([right, { do: "take", unit: "sentence" }]).selection))).toBe("One two three.");
    expect(quote(selected(play([right, { do: "take", unit: "sentence" }, { do: "take", unit: "clause" }, { do: "take", unit: "clause" }]).selection))).toBe("One two three. Four five, six.");
  });

  test("sentence walking goes to edges", () => {
    const down = walk("sentence");
    const stops = [[down], [down, down], [down, down, down], [down, down, right, { ...down, by: -1 as const }]];
    expect(stops.map((actions) => quote(selected(play(actions).selection)))).toEqual(["One", "Four", "Seven", "Four"]);
    expect(quote(selected(play([down, { ...down, extend: true }, { ...down, extend: true }]).selection))).toBe("One two three. Four five, six.");
  });

  test("by mouse: click and click, or drag; a click in a mark opens it", () => {
    const clicked = play([...click("two"), ...click("Four"), { do: "type", type: "plain" }]);
    expect(marksOf(clicked).map(quote)).toEqual(["two three. Four"]);
    const dragged = play([{ do: "press", at: word("six"), extend: false }, { do: "drag", at: word("five") }, { do: "release" }, { do: "type", type: "plain" }]);
    expect(marksOf(dragged).map(quote)).toEqual(["five, six"]);
    const opened = play([{ do: "focus", id: null }, ...click("five")], dragged);
    expect([opened.focused, selected(opened.selection)]).toEqual([1, null]);
    expect(quote(selected(play(click("five"), opened).selection))).toBe("five");
  });

  test("the brush marks each finished selection until Escape", () => {
    const brushed = play([{ do: "type", type: "plain" }, ...click("One"), ...click("two"), ...click("six"), ...click("six")]);
    expect(marksOf(brushed).map(quote)).toEqual(["One two", "six"]);
    expect(play([{ do: "escape" }], brushed).brush).toBeNull();
    expect(play([{ do: "type", type: "plain" }], brushed).brush).toBeNull();
    const retyped = play([{ do: "type", type: "again" }], brushed);
    expect([retyped.brush, marksOf(retyped).map((mark) => mark.type)]).toEqual(["plain", ["plain", "again"]]);
  });

  test("a repetition asks for earlier words and takes no later ones", () => {
    const asked = play([...click("six"), { do: "type", type: "again" }]);
    expect(asked.picking).toEqual({ need: "antecedent", id: 1 });
    const later = play([...click("Seven"), { do: "finish" }], asked);
    expect([later.notice?.what, marksOf(later)[0]!.antecedent]).toEqual(["antecedent_not_earlier", null]);
    const earlier = play([...click("One"), ...click("two")], later);
    expect([quote(marksOf(earlier)[0]!.antecedent), earlier.picking]).toEqual(["One two", null]);
  });

  test("what needs evidence collects sentences, and a second choice takes one back", () => {
    const title = { passage: 1, sentence: 0 };
    const desk = play([...click("six"), { do: "type", type: "false" }, { do: "choose", sentence: { passage: 2, sentence: 3 } }, { do: "choose", sentence: title }]);
    expect(marksOf(desk)[0]!.evidence).toEqual([title, { passage: 2, sentence: 3 }]);
    expect(marksOf(play([{ do: "choose", sentence: title }], desk))[0]!.evidence).toEqual([{ passage: 2, sentence: 3 }]);
  });

  test("a passage type adds missing information at once, and undo closes what it opened", () => {
    const desk = play([{ do: "type", type: "absent" }]);
    expect([desk.history.work.judgements[0]!.missing.length, desk.picking?.need, desk.focused]).toEqual([1, "evidence", 1]);
    const undone = play([{ do: "undo" }], desk);
    expect([undone.picking, undone.focused]).toEqual([null, null]);
  });

  test("a segment is complete in itself, and the next one with Shift is taken along", () => {
    expect(quote(selected(play(clause(1)).selection))).toBe("Four five,");
    expect(quote(selected(play([...clause(1), ...clause(2)]).selection))).toBe("Four five, six.");
    expect(quote(selected(play([...clause(2), ...clause(1)]).selection))).toBe("Four five, six.");
    expect(quote(selected(play([...clause(1), ...clause(3, false)]).selection))).toBe("Seven eight.");
    expect(quotes([type("plain"), ...clause(2), ...clause(0, false)])).toEqual(["One two three.", "six."]);
  });

  test("a segment can be taken inside a mark, which a word would open", () => {
    const marked = play([...clause(1), type("plain"), { do: "focus", id: null }]);
    expect(quote(selected(play(clause(1, false), marked).selection))).toBe("Four five,");
  });

  test("a segment says again in one click what is repeated", () => {
    const asked = play([...click("six"), type("again"), ...clause(0, false)]);
    expect([quote(marksOf(asked)[0]!.antecedent), asked.picking]).toEqual(["One two three.", null]);
  });

  test("an end goes by words or graphemes, or is dragged, as one step", () => {
    const marked = play([...click("two"), type("plain")]);
    const nudge = (unit: "word" | "grapheme"): DeskAction => ({ do: "nudge", edge: "end", by: 1, unit });
    expect(marksOf(play([nudge("grapheme"), nudge("grapheme")], marked)).map(quote)).toEqual(["two t"]);
    expect(marksOf(play([nudge("word")], marked)).map(quote)).toEqual(["two three"]);
    const dragged = play([{ do: "pull", edge: "start", to: word("One") }], marked);
    expect(marksOf(dragged).map(quote)).toEqual(["One two"]);
    expect(marksOf(play([{ do: "undo" }], dragged)).map(quote)).toEqual(["two"]);
    expect(marksOf(play([{ do: "pull", edge: "end", to: word("One") }], marked))).toBe(marksOf(marked));
  });
});

describe("marks that overlap", () => {
  const within = (overlap: DeskContext["overlap"]) => ({ ...context, overlap });
  const three = [...click("two"), type("plain")] as const;
  const over: DeskAction[] = [walk("word", -1), further, type("false")];
  const after = (overlap: DeskContext["overlap"], last = over) => play([...three, ...last], start(), within(overlap));

  test("are put without a word where that is allowed", () => {
    expect([marksOf(after("allow")).length, after("allow").notice?.what]).toEqual([2, "marked"]);
  });

  test("are put with a word on which goes first", () => {
    expect([marksOf(after("warn")).length, after("warn").notice]).toEqual([2, { what: "overlap_warned", id: 2, between: ["plain", "false"] }]);
  });

  test("are refused where that is forbidden, and the selection stays", () => {
    const refused = after("forbid");
    expect([marksOf(refused).length, quote(selected(refused.selection)), refused.notice]).toEqual([
      1, "two three", { what: "overlap_forbidden", id: null, between: ["plain", "false"] },
    ]);
  });

  test("of the same type are no matter", () => {
    expect(after("forbid", [...over.slice(0, 2), type("plain")]).notice?.what).toBe("marked");
  });

  test.each(["forbid", "warn"] as const)("never come about in any way unsaid: %s", (overlap) => {
    const words = fc.nat(text.words.length - 1).map((i): DeskAction => ({ do: "press", at: text.words[i]!, extend: false }));
    const action: fc.Arbitrary<DeskAction> = fc.oneof(
      words,
      words.map((at) => ({ ...at, extend: true }) as DeskAction),
      fc.constant<DeskAction>({ do: "release" }),
      fc.constantFrom("plain", "false").map(type),
      fc.record({ do: fc.constant("nudge" as const), edge: fc.constantFrom("start" as const, "end" as const), by: fc.constantFrom(-1 as const, 1 as const), unit: fc.constantFrom("word" as const, "grapheme" as const) }),
      fc.record({ do: fc.constant("pull" as const), edge: fc.constantFrom("start" as const, "end" as const), to: fc.constantFrom(...text.words) }),
      fc.integer({ min: 1, max: 4 }).map((id): DeskAction => ({ do: "focus", id })),
    );
    const clashes = (desk: ReturnType<typeof start>) => marksOf(desk).flatMap((a) => marksOf(desk).filter((b) => a.id < b.id && a.type !== b.type && overlaps(a, b)).map((b) => `${a.id} ${b.id}`));
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        let before = start();
        for (const each of actions) {
          const now = play([each], before, within(overlap));
          const said = now.notice?.what === "overlap_warned";
          expect(clashes(now).every((clash) => clashes(before).includes(clash)) || (overlap === "warn" && said)).toBe(true);
          before = now;
        }
      }),
    );
  });
});
