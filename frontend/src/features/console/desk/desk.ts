/** The settings of a project's annotation desk as they are typed, and as they are sent. */
import type { Desk, ErrorCategory, ProjectChange, ProjectDetail, Question } from "../../../api/console";

/** A number as the field for numbers gives it: what is no number yet stays text, for the server to complain about. */
export type Numeric = number | string;

export type TypedQuestion = Omit<Question, "points"> & { points: Numeric };

/** Consent, pay and their like are always there while they are typed; the switches say whether they count. */
export type Typed = Omit<Desk, "questions" | "survey" | "consent" | "pay" | "qualification" | "gold"> & {
  questions: TypedQuestion[];
  survey: TypedQuestion[];
  hasConsent: boolean;
  consent: { version: string; body: string };
  hasPay: boolean;
  pay: { currency: string; per_text: Numeric };
  qualification: Record<keyof Desk["qualification"], Numeric>;
  gold: Record<keyof Desk["gold"], Numeric>;
  guideline: string;
  guideline_version: string;
};

export function typedOf({ desk, guideline = "", guideline_version = "" }: ProjectDetail): Typed {
  return {
    ...desk,
    hasConsent: desk.consent !== null,
    consent: desk.consent ?? { version: "1", body: "" },
    hasPay: desk.pay !== null,
    pay: desk.pay ?? { currency: "USD", per_text: "" },
    guideline,
    guideline_version,
  };
}

export function changeOf({ hasConsent, hasPay, guideline, guideline_version, ...typed }: Typed): ProjectChange {
  const desk = { ...typed, consent: hasConsent ? typed.consent : null, pay: hasPay ? typed.pay : null };
  return { desk, guideline, guideline_version };
}

/** A question that is asked always, with a key that none of `others` has. */
export function newQuestion(others: readonly TypedQuestion[]): TypedQuestion {
  let number = others.length + 1;
  while (others.some(({ key }) => key === `question_${number}`)) number += 1;
  return { key: `question_${number}`, text: "", kind: "rating", required: true, points: 5, low: "", high: "", options: [], multiple: false, when: null };
}

/** The question as another kind: what only its present kind has is let go of. */
export function asKind(question: TypedQuestion, kind: Question["kind"]): TypedQuestion {
  const options = kind === "choice" ? [{ key: "yes", name: "Yes" }, { key: "no", name: "No" }] : [];
  return { ...question, kind, options, points: 5, low: "", high: "", multiple: false };
}

/** One option a line: "key: what is shown". A line without a key gets one made of its words. */
export function optionsOf(lines: string): Question["options"] {
  return lines
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const [, key, name] = /^([a-z][a-z0-9_]*)\s*:\s*(.+)$/.exec(line) ?? [];
      return key && name ? { key, name } : { key: keyOf(line), name: line };
    });
}

export const linesOf = (options: Question["options"]) => options.map(({ key, name }) => `${key}: ${name}`).join("\n");

/** "Very good" → "very_good"; what begins with no letter gets one. */
function keyOf(words: string): string {
  const key = words
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  return (/^[a-z]/.test(key) ? key : `o_${key}`).slice(0, 64);
}

type Condition = { value: string; label: string };

/** Every condition that question `index` can have: value "clean", "marked:type" or "answer:question:value". */
export function conditionsFor(questions: readonly TypedQuestion[], index: number, categories: readonly ErrorCategory[], marks: boolean): Condition[] {
  const always = [{ value: "", label: "always" }];
  const marked = [
    { value: "clean:true", label: "if nothing is marked" },
    { value: "clean:false", label: "if something is marked" },
    ...categories.flatMap(({ types }) => types).map(({ key, name }) => ({ value: `marked:${key}`, label: `if “${name}” is marked` })),
  ];
  const answered = questions.slice(0, index).flatMap(({ key, text, kind, points, options }) => {
    const named = (value: string | number, shown: string | number) => ({ value: `answer:${key}:${value}`, label: `if “${text || key}” is ${shown}` });
    if (kind === "choice") return options.map((option) => named(option.key, `“${option.name}”`));
    return kind === "rating" ? Array.from({ length: Number(points) || 0 }, (_, i) => named(i + 1, i + 1)) : [];
  });
  return [...always, ...(marks ? marked : []), ...answered];
}

/** The values of the conditions that hold together as one `when`; several types, or several answers, mean any of them. */
export function valuesOf(when: Question["when"]): string[] {
  if (when === null) return [""];
  if ("clean" in when) return [`clean:${when.clean}`];
  if ("marked" in when) return when.marked.map((type) => `marked:${type}`);
  return when.is.map((value) => `answer:${when.answer}:${value}`);
}

/** The condition after `value` was chosen (or let go of): it joins others of its sort and replaces those of another. */
export function choose(when: Question["when"], value: string, kindOf: (question: string) => Question["kind"] | undefined): Question["when"] {
  const [sort, first = "", second = ""] = value.split(":");
  const toggled = <T>(all: readonly T[], each: T) => (all.includes(each) ? all.filter((other) => other !== each) : [...all, each]);
  if (sort === "clean") return { clean: first === "true" };
  if (sort === "marked") {
    const marked = toggled(when && "marked" in when ? when.marked : [], first);
    return marked.length > 0 ? { marked } : null;
  }
  if (sort === "answer") {
    const before = when && "answer" in when && when.answer === first ? when.is : [];
    const is = toggled(before, kindOf(first) === "rating" ? Number(second) : second);
    return is.length > 0 ? { answer: first, is } : null;
  }
  return null;
}

/** The lines of a file of lessons as JSON; an error names the first line that is none. */
export function lessonsOf(text: string): unknown[] {
  return text.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch {
      throw new Error(`Line ${i + 1} is no JSON.`);
    }
  });
}
