/** One record out of several people's judgements, and the acts that change it. Pure: an act returns the next record. */
import { cover, overlaps, sameSpan, type Span } from "../text/spans";
import type { Answer, SentenceRef } from "./annotation";
import { setComparison, type Comparison } from "./ranking";

/** An error in the words of the response, or, where `span` is null, information that it leaves out. `note`: why. */
export type Finding = { span: Span | null; type: string; antecedent: Span | null; evidence: readonly SentenceRef[]; note: string };

/** What one annotator found. `person` is their place among the letters, `index` the place among their marks of its kind. */
export type Vote = Finding & { key: string; person: number; response: number; index: number };

/** What is in the record. */
export type Kept = Finding & { id: number };

export type Verdict = { kept: readonly Kept[]; corrected: string | null; answers: Readonly<Record<string, Answer>> };

export const REASONS = ["no_error", "other_type", "other_place", "guideline", "duplicate", "unclear"] as const;
export type Reason = (typeof REASONS)[number];

/** `reasons`: by key of the vote, why it was not taken as it is. */
export type Ruling = {
  verdicts: Readonly<Record<number, Verdict>>;
  comparisons: readonly Comparison[];
  reasons: Readonly<Record<string, Reason>>;
  nextId: number;
};

/** What became of a vote: it is in the record as it is, as part of several, with other ends or another type, or not. */
export type Fate = "accept" | "merge" | "edit" | "reject";

export type Act =
  | { do: "take"; vote: Vote; beside: boolean }
  | { do: "merge"; votes: readonly Vote[]; how: "union" | "intersection" }
  | { do: "reject"; votes: readonly Vote[]; reason: Reason | null }
  | { do: "drop"; response: number; id: number }
  | { do: "resize"; response: number; id: number; span: Span }
  | { do: "retype"; response: number; id: number; type: string }
  | { do: "evidence"; response: number; id: number; sentence: SentenceRef }
  | { do: "correct"; response: number; text: string | null }
  | { do: "answer"; response: number; key: string; answer: Answer | null }
  | { do: "compare"; pair: Comparison }
  | { do: "replace"; ruling: Ruling };

/** Whether two findings are about a common place: a character, a sentence, or both about none. */
export function touches(a: Finding, b: Finding): boolean {
  if (a.span && b.span) return overlaps(a.span, b.span);
  if (a.span || b.span) return false;
  if (a.evidence.length === 0 || b.evidence.length === 0) return a.evidence.length === b.evidence.length;
  return a.evidence.some((ref) => b.evidence.some((other) => sameSentence(ref, other)));
}

export function sameFinding(a: Finding, b: Finding): boolean {
  const sentences = a.evidence.length === b.evidence.length && a.evidence.every((ref) => b.evidence.some((other) => sameSentence(ref, other)));
  return a.type === b.type && (a.span || b.span ? sameSpan(a.span, b.span) : sentences);
}

const sameSentence = (a: SentenceRef, b: SentenceRef) => a.passage === b.passage && a.sentence === b.sentence;

/** The record after the act; the very same object when the act changes nothing. */
export function rule(ruling: Ruling, act: Act): Ruling {
  switch (act.do) {
    case "replace":
      return act.ruling === ruling ? ruling : { ...act.ruling, nextId: Math.max(act.ruling.nextId, ruling.nextId) };
    case "compare": {
      const comparisons = setComparison(ruling.comparisons, act.pair);
      return comparisons === ruling.comparisons ? ruling : { ...ruling, comparisons };
    }
    case "take":
      return put(ruling, act.vote.response, act.vote, [act.vote], act.beside);
    case "merge": {
      const merged = mergedFinding(act.votes, act.how);
      return merged ? put(ruling, act.votes[0]!.response, merged, act.votes, false) : ruling;
    }
    case "reject":
      return reject(ruling, act.votes, act.reason);
    default:
      return change(ruling, act.response, (verdict) => changed(verdict, act));
  }
}

function change(ruling: Ruling, response: number, how: (verdict: Verdict) => Verdict): Ruling {
  const before = ruling.verdicts[response];
  const after = before && how(before);
  if (!after || after === before) return ruling;
  return { ...ruling, verdicts: { ...ruling.verdicts, [response]: after } };
}

/** The finding in place of what the record says about the same place, or beside it. */
function put(ruling: Ruling, response: number, finding: Finding, votes: readonly Vote[], beside: boolean): Ruling {
  const verdict = ruling.verdicts[response];
  if (!verdict) return ruling;
  const reasons = without(ruling.reasons, votes);
  const known = verdict.kept.find((kept) => sameFinding(kept, finding));
  const others = verdict.kept.filter((kept) => kept !== known && (beside || !touches(kept, finding)));
  if (known && others.length === verdict.kept.length - 1) return reasons === ruling.reasons ? ruling : { ...ruling, reasons };
  const { span, type, antecedent, evidence, note } = finding;
  const kept = [...others, known ?? { id: ruling.nextId, span, type, antecedent, evidence, note }].sort(byPlace);
  return { ...ruling, verdicts: { ...ruling.verdicts, [response]: { ...verdict, kept } }, reasons, nextId: ruling.nextId + (known ? 0 : 1) };
}

/** Takes what the votes say out of the record, and everything that touches them alone. */
function reject(ruling: Ruling, votes: readonly Vote[], reason: Reason | null): Ruling {
  const response = votes[0]?.response;
  if (response === undefined) return ruling;
  const after = change(ruling, response, (verdict) => {
    const kept = verdict.kept.filter((each) => !votes.some((vote) => sameFinding(each, vote)) && !(votes.length > 1 && votes.some((vote) => touches(each, vote))));
    return kept.length === verdict.kept.length ? verdict : { ...verdict, kept };
  });
  const bare = without(after.reasons, votes);
  const reasons = reason ? { ...bare, ...Object.fromEntries(votes.map(({ key }) => [key, reason])) } : bare;
  return JSON.stringify(reasons) === JSON.stringify(after.reasons) ? after : { ...after, reasons };
}

function without(reasons: Ruling["reasons"], votes: readonly Vote[]): Ruling["reasons"] {
  const left = Object.entries(reasons).filter(([key]) => !votes.some((vote) => vote.key === key));
  return left.length === Object.keys(reasons).length ? reasons : Object.fromEntries(left);
}

/** Several votes as one: of their places all or what they share; of the rest what the first says that has it. Null where nothing is shared. */
function mergedFinding(votes: readonly Vote[], how: "union" | "intersection"): Finding | null {
  const [first, ...others] = votes;
  if (!first || others.length === 0) return null;
  const inAll = (ref: SentenceRef) => votes.every(({ evidence }) => evidence.some((other) => sameSentence(ref, other)));
  const every = votes.flatMap(({ evidence }) => evidence).filter((ref, i, all) => all.findIndex((other) => sameSentence(ref, other)) === i);
  const note = votes.find((vote) => vote.note)?.note ?? "";
  if (!first.span) {
    const evidence = (how === "union" ? every : every.filter(inAll)).sort(bySentence);
    return evidence.length > 0 ? { ...first, evidence, note } : null;
  }
  const span = others.reduce<Span | null>((all, { span: other }) => (all && other ? (how === "union" ? cover(all, other) : shared(all, other)) : null), first.span);
  if (!span) return null;
  const antecedent = votes.map((vote) => vote.antecedent).find((each) => each && each.end <= span.start) ?? null;
  return { span, type: first.type, antecedent, evidence: every.sort(bySentence), note };
}

function shared(a: Span, b: Span): Span | null {
  const span = { start: Math.max(a.start, b.start), end: Math.min(a.end, b.end) };
  return span.start < span.end ? span : null;
}

type Small = Extract<Act, { do: "drop" | "resize" | "retype" | "evidence" | "correct" | "answer" }>;

function changed(verdict: Verdict, act: Small): Verdict {
  switch (act.do) {
    case "correct":
      return verdict.corrected === act.text ? verdict : { ...verdict, corrected: act.text };
    case "answer": {
      const { [act.key]: before = null, ...others } = verdict.answers;
      if (JSON.stringify(before) === JSON.stringify(act.answer)) return verdict;
      return { ...verdict, answers: act.answer === null ? others : { ...others, [act.key]: act.answer } };
    }
    case "drop": {
      const kept = verdict.kept.filter(({ id }) => id !== act.id);
      return kept.length === verdict.kept.length ? verdict : { ...verdict, kept };
    }
    case "retype":
      return changeKept(verdict, act.id, (kept) => (kept.type === act.type ? kept : { ...kept, type: act.type }));
    case "resize":
      return changeKept(verdict, act.id, (kept) => {
        if (!kept.span || sameSpan(kept.span, act.span) || act.span.start >= act.span.end) return kept;
        // What a mark repeats was said before it.
        const antecedent = kept.antecedent && kept.antecedent.end <= act.span.start ? kept.antecedent : null;
        return { ...kept, span: act.span, antecedent };
      });
    case "evidence":
      return changeKept(verdict, act.id, (kept) => {
        const others = kept.evidence.filter((ref) => !sameSentence(ref, act.sentence));
        const evidence = others.length < kept.evidence.length ? others : [...others, act.sentence].sort(bySentence);
        return { ...kept, evidence };
      });
  }
}

function changeKept(verdict: Verdict, id: number, how: (kept: Kept) => Kept): Verdict {
  const before = verdict.kept.find((kept) => kept.id === id);
  const after = before && how(before);
  if (!after || after === before) return verdict;
  return { ...verdict, kept: verdict.kept.map((kept) => (kept === before ? after : kept)).sort(byPlace) };
}

const bySentence = (a: SentenceRef, b: SentenceRef) => a.passage - b.passage || a.sentence - b.sentence;

/** Marks by where they are, then what is missing by its first sentence. */
export function byPlace(a: Finding, b: Finding): number {
  if (a.span && b.span) return a.span.start - b.span.start || a.span.end - b.span.end || a.type.localeCompare(b.type);
  if (a.span || b.span) return a.span ? -1 : 1;
  const [first, second] = [a.evidence[0], b.evidence[0]];
  return (first && second ? bySentence(first, second) : Number(second !== undefined) - Number(first !== undefined)) || a.type.localeCompare(b.type);
}

/** What became of the vote, by what the record says now; `votes`: all about the response. */
export function fateOf(vote: Vote, votes: readonly Vote[], kept: readonly Kept[]): Fate {
  if (kept.some((each) => sameFinding(each, vote))) return "accept";
  const over = kept.filter((each) => touches(each, vote));
  if (over.length === 0) return "reject";
  const merged = over.some((each) => votes.some((other) => other !== vote && other.person !== vote.person && touches(other, vote) && !sameFinding(other, each) && within(each, vote, other)));
  return merged ? "merge" : "edit";
}

/** Whether the finding is what the two have in common, or together. */
function within(finding: Finding, a: Finding, b: Finding): boolean {
  if (!finding.span || !a.span || !b.span) return !finding.span;
  return sameSpan(finding.span, cover(a.span, b.span)) || sameSpan(finding.span, shared(a.span, b.span));
}

/** Votes and what the record says about one place. `agreed`: everybody says just what the record says. */
export type Dispute = { key: string; response: number; votes: readonly Vote[]; kept: readonly Kept[]; agreed: boolean };

/** Everything that was found in the response, by place: what touches is one dispute. people: how many judged it. */
export function disputesOf(votes: readonly Vote[], kept: readonly Kept[], response: number, people: number): Dispute[] {
  type Group = { votes: readonly Vote[]; kept: readonly Kept[] };
  const alone: Group[] = [...votes.map((vote) => ({ votes: [vote], kept: [] })), ...kept.map((each) => ({ votes: [], kept: [each] }))];
  const findings = (group: Group): readonly Finding[] => [...group.votes, ...group.kept];
  const groups = alone.reduce<Group[]>((found, one) => {
    const near = found.filter((group) => findings(group).some((other) => touches(other, findings(one)[0]!)));
    const joined = [...near, one].reduce((a, b) => ({ votes: [...a.votes, ...b.votes], kept: [...a.kept, ...b.kept] }));
    return [...found.filter((group) => !near.includes(group)), joined];
  }, []);
  const first = (group: Group) => findings(group).toSorted(byPlace)[0]!;
  groups.sort((a, b) => byPlace(first(a), first(b)));
  return groups.map(({ votes: theirs, kept: ours }): Dispute => {
    const [one] = ours;
    const agreed = ours.length === 1 && theirs.length === people && theirs.every((vote) => sameFinding(vote, one!));
    return { key: theirs.map(({ key }) => key).toSorted()[0] ?? `kept-${one!.id}`, response, votes: theirs.toSorted((a, b) => a.person - b.person), kept: ours, agreed };
  });
}
