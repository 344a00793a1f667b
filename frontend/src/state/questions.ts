/** Which of a project's questions are asked about a response, and what has been answered. Pure; the server checks the same. */
import type { Answer, Judgement } from "./annotation";

/** When a question is asked: where any of these types is marked, where nothing (something) is, or after an earlier answer. */
export type When = { marked: readonly string[] } | { clean: boolean } | { answer: string; is: readonly (number | string)[] };

export type Question = {
  key: string;
  text: string;
  kind: "rating" | "choice" | "text";
  required: boolean;
  points: number;
  low: string;
  high: string;
  options: readonly { key: string; name: string }[];
  multiple: boolean;
  when: When | null;
};

type Said = Pick<Judgement, "marks" | "missing" | "clean" | "answers">;

const isAnswer = (answer: Answer | undefined) => answer !== undefined && (typeof answer === "number" || (typeof answer === "string" ? answer.trim() : answer).length > 0);

/** The questions whose condition holds. An answer to a question that is not asked itself brings up no other. */
export function askedQuestions(questions: readonly Question[], said: Said): Question[] {
  const asked = new Map<string, Question>();
  for (const question of questions) {
    if (question.when === null || holds(question.when, said, asked)) asked.set(question.key, question);
  }
  return [...asked.values()];
}

function holds(when: When, { marks, missing, clean, answers }: Said, asked: ReadonlyMap<string, Question>): boolean {
  const found = [...marks, ...missing];
  if ("marked" in when) return found.some(({ type }) => type !== null && when.marked.includes(type));
  // Before anything is said, it is neither clean nor not.
  if ("clean" in when) return when.clean ? clean : found.length > 0;
  const answer = asked.has(when.answer) ? answers[when.answer] : undefined;
  return answer !== undefined && (typeof answer === "object" ? answer : [answer]).some((each) => when.is.includes(each));
}

/** The answers that count: those to what is asked, without empty ones. */
export function givenAnswers(questions: readonly Question[], said: Said): Record<string, number | string | string[]> {
  return Object.fromEntries(
    askedQuestions(questions, said).flatMap(({ key }) => {
      const answer = said.answers[key];
      return answer !== undefined && isAnswer(answer) ? [[key, typeof answer === "object" ? [...answer] : answer]] : [];
    }),
  );
}

/** What is asked, wants an answer and has none. */
export function openQuestions(questions: readonly Question[], said: Said): Question[] {
  return askedQuestions(questions, said).filter(({ key, required }) => required && !isAnswer(said.answers[key]));
}
