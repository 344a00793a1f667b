import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apply, emptyWork, type Edit } from "./annotation";
import { chooseDraft, historyOf, readDraft, type DraftBody } from "./draft";
import { note, openedPassages, replay, startHistory, step, type History, type Note, type Step } from "./history";
import { unmet, type Rules } from "./requirements";
import { needs, word } from "./testing";

const id = fc.integer({ min: 1, max: 6 });
const span = fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 9 })).map(([from, length]) => ({ start: from, end: from + length }));
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ do: fc.constant("mark" as const), response: fc.nat(2), span, type: fc.constantFrom("plain", "again", "false") }),
  fc.record({ do: fc.constant("retype" as const), response: fc.nat(1), id, type: fc.constantFrom("plain", "again") }),
  fc.record({ do: fc.constant("resize" as const), response: fc.nat(1), id, span }),
  fc.record({ do: fc.constant("antecedent" as const), response: fc.nat(1), id, span }),
  fc.record({ do: fc.constant("evidence" as const), response: fc.nat(1), id, sentence: fc.record({ passage: fc.integer({ min: 1, max: 2 }), sentence: fc.nat(2) }) }),
  fc.record({ do: fc.constant("missing" as const), response: fc.nat(1), type: fc.constant("absent") }),
  fc.record({ do: fc.constant("delete" as const), response: fc.nat(1), id }),
  fc.record({ do: fc.constant("clean" as const), response: fc.nat(1), clean: fc.boolean() }),
  fc.record({ do: fc.constant("correct" as const), response: fc.nat(1), text: fc.string() }),
  fc.record({ do: fc.constant("move" as const), response: fc.nat(3), by: fc.constantFrom(-1 as const, 1 as const) }),
  fc.record({ do: fc.constant("place" as const), response: fc.nat(3), tier: fc.integer({ min: -1, max: 4 }), tie: fc.boolean() }),
  fc.constant({ do: "equal" as const }),
  fc.record({ do: fc.constant("answer" as const), response: fc.nat(2), key: fc.constantFrom("clear", "why"), answer: fc.constantFrom(null, 1, 2, "because", ["a", "b"]) }),
  fc.record({
    do: fc.constant("compare" as const),
    pair: fc.record({ first: fc.constantFrom(0, 1), second: fc.constant(2), preferred: fc.constantFrom("first" as const, "tie" as const), strength: fc.constantFrom(null, 1 as const) }),
  }),
  fc.record({ do: fc.constant("compareBy" as const), comparing: fc.constantFrom("board" as const, "pairs" as const) }),
);
const seen: fc.Arbitrary<Note> = fc.oneof(
  fc.record({ do: fc.constant("opened" as const), passage: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant("pasted" as const), characters: fc.nat(99) }),
);
const command: fc.Arbitrary<Step | Note> = fc.oneof(edit, edit, fc.constantFrom({ do: "undo" as const }, { do: "redo" as const }), seen);
const take = (history: History, action: Step | Note, clock: number): History => {
  const now = { ...history, clock };
  return action.do === "opened" || action.do === "pasted" ? note(now, action) : step(now, action as Step);
};

describe("history", () => {
  const open = () => startHistory(emptyWork([0, 1], [0, 1, 2]));

  test("undo after an edit gives the work before it", () => {
    fc.assert(
      fc.property(fc.array(edit), edit, (edits, last) => {
        const before = { ...edits.reduce(step, open()), typing: null };
        const after = step(before, last);
        expect(after === before || step(after, { do: "undo" }).work === before.work).toBe(true);
      }),
    );
  });

  test("undo to the beginning and redo to the end give both back", () => {
    fc.assert(
      fc.property(fc.array(edit), (edits) => {
        const first = open();
        let history = edits.reduce(step, first);
        const last = history.work;
        const steps = history.past.length;
        for (let i = 0; i < steps; i += 1) history = step(history, { do: "undo" });
        expect(history.work).toBe(first.work);
        for (let i = 0; i < steps; i += 1) history = step(history, { do: "redo" });
        expect(history.work).toBe(last);
      }),
    );
  });

  test("the log of any commands, replayed, gives the same history", () => {
    fc.assert(
      fc.property(fc.array(command), (commands) => {
        const live = commands.reduce(take, open());
        const again = replay(open().work, live.log);
        expect([again.work, again.past, again.future]).toEqual([live.work, live.past, live.future]);
        expect(live.log.every(({ at }, i) => i === 0 || live.log[i - 1]!.at <= at)).toBe(true);
      }),
    );
  });

  test("what changes nothing is not logged, and no undo takes a note back", () => {
    const history = take(take(open(), { do: "delete", response: 0, id: 9 }, 1), { do: "opened", passage: 2 }, 2);
    expect(history.log).toEqual([{ do: "opened", passage: 2, at: 2 }]);
    expect(openedPassages(step(history, { do: "undo" }))).toEqual(new Set([2]));
  });

  test("saying that nothing is wrong and marks exclude each other; ids stay unique; marks stay sorted", () => {
    fc.assert(
      fc.property(fc.array(edit), (edits) => {
        for (const { clean, marks, missing, corrected } of Object.values(edits.reduce(apply, emptyWork([0, 1], [0, 1, 2])).judgements)) {
          expect(clean && (marks.length > 0 || missing.length > 0 || corrected !== null)).toBe(false);
          const ids = [...marks, ...missing].map((item) => item.id);
          expect(new Set(ids).size).toBe(ids.length);
          expect(marks.every((mark, i) => i === 0 || marks[i - 1]!.start <= mark.start)).toBe(true);
        }
      }),
    );
  });

  test("a run of typing is one step", () => {
    const typed = ["a", "ab", "abc"].map((each): Edit => ({ do: "correct", response: 0, text: each })).reduce(step, open());
    expect(step(typed, { do: "undo" }).work.judgements[0]!.corrected).toBeNull();
  });

  test("typing into another field is another step", () => {
    const write = (key: string, text: string): Edit => ({ do: "write", response: 0, key, text });
    const typed = [write("why", "a"), write("why", "ab"), write("how", "c"), write("how", "cd")].reduce(step, open());
    expect(typed.log.map((entry) => "text" in entry && entry.text)).toEqual(["ab", "cd"]);
    expect(step(typed, { do: "undo" }).work.judgements[0]!.answers).toEqual({ why: "ab" });
  });
});

describe("requirements", () => {
  const all: Rules = { asks: ["marks", "correction", "comparison"], needs, linked: true, corrections: true, questions: [] };
  const left = (edits: Edit[], change: Partial<Rules> = {}, shown = [0], comparing?: "pairs") => unmet(edits.reduce(apply, emptyWork([0], shown, comparing)), { ...all, ...change });
  const rules = (edits: Edit[], shown = [0], corrections = true) => left(edits, { corrections }, shown).map(({ rule }) => rule);

  test("something must be said, and what is said must be complete", () => {
    expect(rules([])).toEqual(["say_something"]);
    expect(rules([{ do: "clean", response: 0, clean: true }])).toEqual([]);
    expect(rules([{ do: "mark", response: 0, span: word("six"), type: "again" }])).toEqual(["antecedent", "correct"]);
    expect(rules([{ do: "missing", response: 0, type: null }, { do: "correct", response: 0, text: "x" }])).toEqual(["missing_type", "evidence"]);
    expect(rules([{ do: "mark", response: 0, span: word("six"), type: "plain" }], [0], false)).toEqual([]);
    expect(rules([{ do: "clean", response: 0, clean: true }], [1, 0])).toEqual(["rank"]);
    expect(rules([{ do: "clean", response: 0, clean: true }, { do: "equal" }], [1, 0])).toEqual([]);
  });

  test("only what is asked for is required", () => {
    const mark: Edit = { do: "mark", response: 0, span: word("six"), type: "plain" };
    expect(left([mark], { asks: ["marks"] }, [1, 0])).toEqual([]);
    expect(left([], { asks: [] }, [1, 0])).toEqual([]);
    expect(left([], { asks: ["comparison"] }, [1, 0]).map(({ rule }) => rule)).toEqual(["rank"]);
    const correction = (edits: Edit[]) => left(edits, { asks: ["correction"] }).map(({ rule }) => rule);
    expect([correction([]), correction([{ do: "correct", response: 0, text: "x" }]), correction([{ do: "clean", response: 0, clean: true }])]).toEqual([["correct_or_clean"], [], []]);
  });

  test("where links are optional they are reminders, which block nothing", () => {
    const edits: Edit[] = [{ do: "mark", response: 0, span: word("six"), type: "again" }, { do: "missing", response: 0, type: null }];
    const found = left(edits, { linked: false, corrections: false }).map(({ rule, blocks }) => [rule, blocks]);
    expect(found).toEqual([["antecedent", false], ["missing_type", true], ["evidence", false]]);
  });

  test("each question without an answer is named, and an empty answer is none", () => {
    const question = { key: "why", text: "Why?", kind: "text", required: true, points: 5, low: "", high: "", options: [], multiple: false, when: null } as const;
    const asked = (text: string) => left([{ do: "write", response: 0, key: "why", text }], { asks: [], questions: [question] });
    expect(asked("  ")).toEqual([{ rule: "answer", response: 0, id: null, key: "why", blocks: true }]);
    expect(asked("So.")).toEqual([]);
  });

  test("every pair is to be decided, and of a lone pair how much better", () => {
    const say = (first: number, second: number, preferred: "first" | "tie", strength: null | 1 = null): Edit => ({ do: "compare", pair: { first, second, preferred, strength } });
    const compare = (shown: number[], ...edits: Edit[]) => left(edits, { asks: ["comparison"] }, shown, "pairs").map(({ rule }) => rule);
    expect([compare([0]), compare([1, 0]), compare([1, 0], say(1, 0, "tie"))]).toEqual([[], ["pairs"], []]);
    expect([compare([1, 0], say(1, 0, "first")), compare([1, 0], say(1, 0, "first", 1))]).toEqual([["strength"], []]);
    expect([compare([0, 1, 2], say(0, 1, "first"), say(1, 2, "first")), compare([0, 1, 2], say(0, 1, "first"), say(1, 2, "first"), say(2, 0, "first"))]).toEqual([["pairs"], []]);
  });

  test("what was said the other way of comparing does not count, and is kept", () => {
    const edits: Edit[] = [{ do: "equal" }, { do: "compareBy", comparing: "pairs" }];
    expect(left(edits, { asks: ["comparison"] }, [1, 0]).map(({ rule }) => rule)).toEqual(["pairs"]);
    expect(left([...edits, { do: "compareBy", comparing: "board" }], { asks: ["comparison"] }, [1, 0])).toEqual([]);
  });
});

describe("drafts", () => {
  const body = { format: 2, client_id: "x", tab: "t", texts: ["h"], saved_at: "", active_seconds: 0, work: emptyWork([0], [0]), log: [] } satisfies DraftBody;
  const local = (revision: number, dirty: boolean) => ({ revision, dirty, body });

  test("the newer goes on, and the annotator decides between two that grew apart", () => {
    expect(chooseDraft(null, null).use).toBe("new");
    expect(chooseDraft(null, { revision: 1, body }).use).toBe("server");
    expect(chooseDraft(local(2, true), { revision: 2, body }).use).toBe("local");
    expect(chooseDraft(local(2, false), { revision: 3, body: { ...body, tab: "other" } }).use).toBe("server");
    expect(chooseDraft(local(2, true), { revision: 3, body: { ...body, tab: "other" } }).use).toBe("ask");
  });

  test("a page that was told nothing of its last save goes on with what it kept", () => {
    expect(chooseDraft(local(2, true), { revision: 3, body }).use).toBe("local");
  });

  test("a draft of other texts or another format is not read", () => {
    expect(readDraft(body, ["h"])).toBe(body);
    expect([readDraft(body, ["other"]), readDraft({ ...body, format: 0 }, ["h"]), readDraft("junk", ["h"]), readDraft(null, [])]).toEqual([null, null, null, null]);
  });

  test("a draft brings its undo along, and a log that does not fit it costs only the undo", () => {
    const live = [{ do: "clean", response: 0, clean: true } as const].reduce(step, startHistory(body.work));
    const opened = historyOf({ ...body, work: live.work, log: live.log }, body.work);
    expect(step(opened, { do: "undo" }).work).toEqual(body.work);
    const foreign = historyOf({ ...body, work: live.work }, body.work);
    expect([foreign.work, foreign.past]).toEqual([live.work, []]);
  });
});
