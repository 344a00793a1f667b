/** An assignment as the desk sees it: text models, error types with their looks, names of the responses. */
import type { Assignment, ErrorType, ResponseText } from "../../api/types";
import { emptyWork, type Work } from "../../state/annotation";
import { needsOf, type DeskContext } from "../../state/desk";
import type { Rules } from "../../state/requirements";
import { textModel } from "../../state/selection";

/** `hue` 1…8 and `line` are how marks of the type are drawn, told apart without colour too. */
export type ShownType = ErrorType & { hue: number; line: string };

export type Item = {
  assignment: Assignment;
  context: DeskContext;
  types: ShownType[];
  typeOf: (key: string | null) => ShownType | undefined;
  /** Responses in the order shown to this annotator, with the letter that names each. */
  responses: (ResponseText & { letter: string; judged: boolean })[];
};

const lines = ["solid", "dashed", "dotted", "wavy", "double"];

export function readItem(assignment: Assignment): Item {
  const { example, taxonomy, display_order } = assignment;
  const types = taxonomy.categories
    .flatMap((category) => category.types)
    .sort((a, b) => a.hotkey.localeCompare(b.hotkey))
    .map((type, i): ShownType => ({ ...type, hue: (i % 8) + 1, line: lines[i % lines.length]! }));
  const texts = Object.fromEntries(example.responses.map((response) => [response.index, textModel(response)]));
  const order = display_order ?? example.responses.map(({ index }) => index);
  return {
    assignment,
    context: { texts, types, overlap: assignment.desk.overlap },
    types,
    typeOf: (key) => types.find((type) => type.key === key),
    responses: order.map((index, i) => ({
      ...example.responses.find((response) => response.index === index)!,
      letter: String.fromCharCode(65 + i),
      judged: example.judged.includes(index),
    })),
  };
}

/** The work before anything is said. */
export function startOf({ assignment, responses }: Item): Work {
  const indexes = (all: Item["responses"]) => all.map(({ index }) => index);
  return emptyWork(indexes(responses.filter(({ judged }) => judged)), indexes(responses), assignment.desk.comparison === "pairs" ? "pairs" : "board");
}

/** What must be said about it before it can be submitted. */
export function rulesOf({ assignment, context }: Item): Rules {
  const { asks, needs, questions } = assignment.desk;
  return { asks, needs: needsOf(context), linked: needs === "required", corrections: assignment.require_corrections, questions };
}
