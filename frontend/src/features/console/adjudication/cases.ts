/** An example with its judgements, as the page works on it, and what is sent of it. */
import type { Adjudication, AdjudicationDetail, AdjudicationWork } from "../../../api/console";
import { byPlace, fateOf, sameFinding, type Finding, type Kept, type Reason, type Ruling, type Verdict, type Vote } from "../../../state/adjudication";
import type { Answer } from "../../../state/annotation";
import type { Comparison } from "../../../state/ranking";
import { textModel, type TextModel } from "../../../state/selection";
import { looksOf, type Look } from "../badges";

type Told = AdjudicationDetail["annotations"][number]["judgements"][number];
type Type = NonNullable<AdjudicationDetail["task"]>["taxonomy"]["categories"][number]["types"][number];
export type Task = NonNullable<AdjudicationDetail["task"]>;

export type Case = {
  detail: AdjudicationDetail;
  task: Task;
  texts: Readonly<Record<number, TextModel>>;
  votes: readonly Vote[];
  types: readonly (Type & Look)[];
  proposal: Ruling;
  sure: (response: number, kept: Finding) => number | null;
};

/** "A", "B", …: what an annotator is called on this page. */
export const letter = (person: number) => String.fromCharCode(65 + person);

export function readCase(detail: AdjudicationDetail, task: Task): Case {
  const looks = looksOf(task.taxonomy);
  const types = task.taxonomy.categories.flatMap((category) => category.types).map((type) => ({ ...type, ...looks.get(type.key)! }));
  const proposed = detail.proposal!;
  const proposal = rulingOf(proposed.judgements, proposed.comparisons, {}, detail.example.judged);
  return {
    detail,
    task,
    types: types.sort((a, b) => a.hotkey.localeCompare(b.hotkey)),
    texts: Object.fromEntries(detail.example.responses.map((response) => [response.index, textModel(response)])),
    votes: detail.annotations.flatMap(({ judgements }, person) => judgements.flatMap((judgement) => votesOf(judgement, person))),
    proposal,
    sure: (response, kept) => {
      const told = proposed.judgements.find((each) => each.response === response);
      if (!told) return null;
      const { spans, missing } = proposed.confidence[response] ?? { spans: [], missing: [] };
      const at = findingsOf(told).findIndex((each) => sameFinding(each, kept));
      return [...spans, ...missing][at] ?? null;
    },
  };
}

/** The record that is stored, else what the judgements say together. */
export function startOf({ detail, proposal }: Case): Ruling {
  return detail.adjudication ? rulingOfStored(detail.adjudication, detail) : proposal;
}

export function rulingOfStored({ judgements, comparisons, decisions }: Adjudication, { annotations, example }: AdjudicationDetail): Ruling {
  const reasons: Record<string, Reason> = {};
  for (const { annotation, response, part, index, reason } of decisions) {
    const person = annotations.findIndex(({ id }) => id === annotation);
    if (reason && person >= 0) reasons[keyOf(person, response, part, index)] = reason;
  }
  return rulingOf(judgements, comparisons, reasons, example.judged);
}

const keyOf = (person: number, response: number, part: string, index: number) => `${person}.${response}.${part}.${index}`;

function rulingOf(judgements: readonly Told[], pairs: AdjudicationDetail["annotations"][number]["comparisons"], reasons: Ruling["reasons"], judged: readonly number[]): Ruling {
  let nextId = 1;
  const verdictOf = (response: number): Verdict => {
    const told = judgements.find((each) => each.response === response);
    const kept = told ? findingsOf(told).map((finding): Kept => ({ ...finding, id: nextId++ })) : [];
    return { kept: kept.sort(byPlace), corrected: told?.corrected_text ?? null, answers: (told?.answers ?? {}) as Record<string, Answer> };
  };
  const verdicts = Object.fromEntries(judged.map((response) => [response, verdictOf(response)]));
  const comparisons = pairs.map(({ first, second, preferred, strength }) => ({ first, second, preferred, strength: (strength ?? null) as Comparison["strength"] }));
  return { verdicts, comparisons, reasons, nextId };
}

function findingsOf({ spans, missing }: Told): Finding[] {
  return [
    ...spans.map(({ start, end, type, antecedent, evidence, explanation }): Finding => ({
      span: { start, end },
      type,
      antecedent: antecedent ? { start: antecedent.start, end: antecedent.end } : null,
      evidence: evidence ?? [],
      note: explanation ?? "",
    })),
    ...missing.map(({ type, evidence, note }): Finding => ({ span: null, type, antecedent: null, evidence: evidence ?? [], note: note ?? "" })),
  ];
}

function votesOf(told: Told, person: number): Vote[] {
  const { response, spans } = told;
  return findingsOf(told).map((finding, i) => {
    const [part, index] = i < spans.length ? ["spans", i] : ["missing", i - spans.length];
    return { ...finding, person, response, index: index as number, key: keyOf(person, response, part as string, index as number) };
  });
}

/** What the server takes: the record in the form of a submit, and what became of every mark. */
export function workOf({ detail, votes, texts }: Case, { verdicts, comparisons, reasons }: Ruling): AdjudicationWork {
  const quoted = (response: number, { start, end }: { start: number; end: number }) => ({ start, end, quote: texts[response]!.codePoints.slice(start, end) });
  const judgements = Object.entries(verdicts).map(([index, { kept, corrected, answers }]) => {
    const response = Number(index);
    return {
      response,
      text_sha256: detail.example.responses.find((each) => each.index === response)!.sha256,
      spans: kept.flatMap(({ span, type, antecedent, evidence, note }) =>
        span ? [{ ...quoted(response, span), type, antecedent: antecedent && quoted(response, antecedent), evidence: [...evidence], explanation: note }] : [],
      ),
      missing: kept.flatMap(({ span, type, evidence, note }) => (span ? [] : [{ type, evidence: [...evidence], note }])),
      corrected_text: corrected,
      answers: answers as Record<string, number | string | string[]>,
    };
  });
  const decisions = votes.map((vote) => {
    const mine = votes.filter(({ response }) => response === vote.response);
    const decision = fateOf(vote, mine, verdicts[vote.response]?.kept ?? []);
    const part = vote.span ? ("spans" as const) : ("missing" as const);
    const annotation = detail.annotations[vote.person]!.id;
    return { annotation, response: vote.response, part, index: vote.index, decision, reason: decision === "accept" ? null : (reasons[vote.key] ?? null) };
  });
  return { judgements, comparisons: comparisons.map((pair) => ({ ...pair })), decisions };
}
