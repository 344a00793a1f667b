import type { Question } from "../../../api/console";

/** An answer as it was shown: an option by its name, a rating with its scale; what is no longer asked as it is stored. */
export function answerTold(question: Question | undefined, answer: unknown): string {
  const one = (value: unknown) => {
    if (question?.kind === "rating") return `${String(value)} of ${question.points}`;
    return question?.options.find(({ key }) => key === value)?.name ?? String(value);
  };
  return Array.isArray(answer) ? answer.map(one).join(", ") : one(answer);
}
