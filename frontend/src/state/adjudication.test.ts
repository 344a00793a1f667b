import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { disputesOf, fateOf, rule, sameFinding, type Act, type Finding, type Kept, type Ruling, type Vote } from "./adjudication";
import { startSession, stepSession, type Session } from "./session";

const finding = (start: number, end: number, type = "irrelevant"): Finding => ({ span: { start, end }, type, antecedent: null, evidence: [], note: "" });
const vote = (person: number, index: number, what: Finding): Vote => ({ ...what, key: `${person}.${index}`, person, index, response: 0 });
const missing = (...sentences: number[]): Finding => ({ span: null, type: "missing_answer", antecedent: null, evidence: sentences.map((sentence) => ({ passage: 1, sentence })), note: "" });

const empty: Ruling = { verdicts: { 0: { kept: [], corrected: null, answers: {} } }, comparisons: [], reasons: {}, nextId: 1 };
const of = (...acts: Act[]) => acts.reduce(rule, empty);
const places = (ruling: Ruling) => ruling.verdicts[0]!.kept.map(({ span, type }) => [span?.start, span?.end, type]);

describe("a ruling", () => {
  const a = vote(0, 0, finding(4, 10));
  const b = vote(1, 0, finding(8, 14, "repetitive"));

  it("takes one person's mark in place of what it touches, or beside it", () => {
    expect(places(of({ do: "take", vote: a, beside: false }, { do: "take", vote: b, beside: false }))).toEqual([[8, 14, "repetitive"]]);
    expect(places(of({ do: "take", vote: a, beside: false }, { do: "take", vote: b, beside: true }))).toEqual([[4, 10, "irrelevant"], [8, 14, "repetitive"]]);
  });

  it("merges two marks to what both or either cover, of the first one's type", () => {
    expect(places(of({ do: "merge", votes: [a, b], how: "union" }))).toEqual([[4, 14, "irrelevant"]]);
    expect(places(of({ do: "merge", votes: [b, a], how: "intersection" }))).toEqual([[8, 10, "repetitive"]]);
    expect(of({ do: "merge", votes: [a, vote(1, 1, finding(10, 12))], how: "intersection" })).toBe(empty);
    expect(of({ do: "merge", votes: [a], how: "union" })).toBe(empty);
  });

  it("merges what is missing by its sentences", () => {
    const both = [vote(0, 0, missing(1, 2)), vote(1, 0, missing(2, 3))];
    expect(of({ do: "merge", votes: both, how: "union" }).verdicts[0]!.kept[0]!.evidence.map(({ sentence }) => sentence)).toEqual([1, 2, 3]);
    expect(of({ do: "merge", votes: both, how: "intersection" }).verdicts[0]!.kept[0]!.evidence.map(({ sentence }) => sentence)).toEqual([2]);
  });

  it("rejects a mark with a reason, which taking it again takes back", () => {
    const rejected = of({ do: "take", vote: a, beside: false }, { do: "reject", votes: [a], reason: "no_error" });
    expect(places(rejected)).toEqual([]);
    expect(rejected.reasons).toEqual({ "0.0": "no_error" });
    expect(rule(rejected, { do: "take", vote: a, beside: false }).reasons).toEqual({});
  });

  it("keeps what repeats only after what it repeats", () => {
    const repeats = vote(0, 0, { ...finding(8, 14), antecedent: { start: 0, end: 6 } });
    const taken = of({ do: "take", vote: repeats, beside: false });
    const moved = (start: number) => rule(taken, { do: "resize", response: 0, id: 1, span: { start, end: 14 } }).verdicts[0]!.kept[0]!.antecedent;
    expect(moved(6)).toEqual({ start: 0, end: 6 });
    expect(moved(5)).toBeNull();
  });

  it("tells what became of each vote", () => {
    const votes = [a, b];
    const fates = (...acts: Act[]) => votes.map((each) => fateOf(each, votes, of(...acts).verdicts[0]!.kept));
    expect(fates()).toEqual(["reject", "reject"]);
    expect(fates({ do: "take", vote: a, beside: false })[0]).toBe("accept");
    expect(fates({ do: "merge", votes, how: "union" })).toEqual(["merge", "merge"]);
    expect(fates({ do: "take", vote: a, beside: false }, { do: "resize", response: 0, id: 1, span: { start: 3, end: 9 } })).toEqual(["edit", "edit"]);
  });

  it("puts what touches into one dispute, and knows what is agreed", () => {
    const kept: Kept[] = [{ ...finding(4, 10), id: 1 }];
    const far = vote(1, 1, finding(30, 40));
    const found = disputesOf([a, vote(1, 0, finding(4, 10)), far], kept, 0, 2);
    expect(found.map(({ votes, kept: ours, agreed }) => [votes.length, ours.length, agreed])).toEqual([[2, 1, true], [1, 0, false]]);
    expect(disputesOf([a, far, vote(0, 1, finding(9, 31))], [], 0, 2)).toHaveLength(1);
  });
});

const findings = fc.oneof(
  fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 8 }), fc.constantFrom("irrelevant", "repetitive")).map(([start, length, type]) => finding(start, start + length, type)),
  fc.uniqueArray(fc.nat(4), { maxLength: 3 }).map((sentences) => missing(...sentences)),
);
const votes = fc.tuple(fc.nat(2), fc.nat(3), findings).map(([person, index, what]) => vote(person, index, what));
const acts: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ do: fc.constant("take" as const), vote: votes, beside: fc.boolean() }),
  fc.record({ do: fc.constant("merge" as const), votes: fc.array(votes, { maxLength: 3 }), how: fc.constantFrom("union" as const, "intersection" as const) }),
  fc.record({ do: fc.constant("reject" as const), votes: fc.array(votes, { maxLength: 2 }), reason: fc.constantFrom("no_error" as const, null) }),
  fc.record({ do: fc.constant("drop" as const), response: fc.nat(1), id: fc.nat(5) }),
  fc.record({ do: fc.constant("retype" as const), response: fc.constant(0), id: fc.nat(5), type: fc.constantFrom("irrelevant", "repetitive") }),
  fc.record({ do: fc.constant("resize" as const), response: fc.constant(0), id: fc.nat(5), span: fc.record({ start: fc.nat(9), end: fc.nat(20) }) }),
  fc.record({ do: fc.constant("evidence" as const), response: fc.constant(0), id: fc.nat(5), sentence: fc.record({ passage: fc.constant(1), sentence: fc.nat(3) }) }),
  fc.record({ do: fc.constant("correct" as const), response: fc.constant(0), text: fc.constantFrom("one", "two", null) }),
  fc.record({ do: fc.constant("answer" as const), response: fc.constant(0), key: fc.constantFrom("clear", "tone"), answer: fc.constantFrom(1, "dry", null) }),
  fc.record({ do: fc.constant("compare" as const), pair: fc.record({ first: fc.constant(0), second: fc.constant(1), preferred: fc.constantFrom("first" as const, "second" as const, "tie" as const), strength: fc.constant(null) }) }),
);

const run = (session: Session<Ruling>, act: Act | { do: "undo" } | { do: "redo" }) => stepSession(session, act, rule, () => null);

describe("undo", () => {
  it("takes back any act, and redo does it again", () => {
    fc.assert(
      fc.property(fc.array(acts, { maxLength: 12 }), acts, (before, last) => {
        const start = before.reduce(run, startSession(empty));
        const done = run(start, last);
        if (done === start) return;
        expect(run(done, { do: "undo" }).now).toBe(start.now);
        expect(run(run(done, { do: "undo" }), { do: "redo" }).now).toBe(done.now);
      }),
    );
  });

  it("leads back to the beginning, and forward to the end", () => {
    fc.assert(
      fc.property(fc.array(acts, { maxLength: 12 }), (all) => {
        const end = all.reduce(run, startSession(empty));
        const back = end.past.reduce((session) => run(session, { do: "undo" }), end);
        expect(back.now).toBe(empty);
        expect(end.past.reduce((session) => run(session, { do: "redo" }), back).now).toBe(end.now);
      }),
    );
  });

  it("keeps a run of typing in one step", () => {
    const typed = ["o", "on", "one"].reduce(
      (session, text) => stepSession(session, { do: "correct", response: 0, text } as Act, rule, (act) => (act.do === "correct" ? "text" : null)),
      startSession(empty),
    );
    expect(run(typed, { do: "undo" }).now).toBe(empty);
  });
});

describe("any ruling", () => {
  it("has no empty mark, and every id once", () => {
    fc.assert(
      fc.property(fc.array(acts, { maxLength: 20 }), (all) => {
        const { verdicts, nextId } = all.reduce(rule, empty);
        const { kept } = verdicts[0]!;
        expect(new Set(kept.map(({ id }) => id)).size).toBe(kept.length);
        for (const each of kept) {
          expect(each.id).toBeLessThan(nextId);
          if (each.span) expect(each.span.start).toBeLessThan(each.span.end);
          if (each.span && each.antecedent) expect(each.antecedent.end).toBeLessThanOrEqual(each.span.start);
        }
      }),
    );
  });

  it("is an identity to take what was just taken", () => {
    fc.assert(
      fc.property(fc.array(acts, { maxLength: 8 }), votes, (all, taken) => {
        const once = rule(all.reduce(rule, empty), { do: "take", vote: taken, beside: false });
        expect(rule(once, { do: "take", vote: taken, beside: false })).toBe(once);
        expect(once.verdicts[0]!.kept.some((each) => sameFinding(each, taken))).toBe(true);
      }),
    );
  });
});
