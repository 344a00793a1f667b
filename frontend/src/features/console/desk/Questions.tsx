/** Questions about each response, beside marks, correction and comparison; and those that people are asked about themselves. */
import { Button, Checkbox, NativeSelect, NumberInput, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ErrorCategory, Question } from "../../../api/console";
import { asKind, choose, conditionsFor, linesOf, newQuestion, optionsOf, valuesOf, type TypedQuestion } from "./desk";

type Props = {
  /** Where they stand in the desk's settings. */
  path: "questions" | "survey";
  questions: TypedQuestion[];
  categories: ErrorCategory[];
  marks: boolean;
  disabled: boolean;
  error: (name: string) => string | undefined;
  onChange: (questions: TypedQuestion[]) => void;
};

const KINDS = [
  { value: "rating", label: "Rating on a scale" },
  { value: "choice", label: "Choice of options" },
  { value: "text", label: "Free text" },
];

export function Questions({ path, questions, categories, marks, disabled, error, onChange }: Props) {
  const put = (index: number, question: TypedQuestion) => onChange(questions.with(index, question));
  return (
    <>
      {questions.map((question, index) => (
        <fieldset key={index} className="question" disabled={disabled}>
          <legend>Question {index + 1}</legend>
          <div className="form">
            <Fields question={question} path={`${path}.${index}`} error={error} onChange={(changed) => put(index, changed)} />
            <Condition question={question} onChange={(when) => put(index, { ...question, when })} all={questions} {...{ path, index, categories, marks, error }} />
            <div className="buttons">
              <Button size="xs" disabled={index === 0} onClick={() => onChange(questions.with(index, questions[index - 1]!).with(index - 1, question))}>
                Move up
              </Button>
              <Button size="xs" onClick={() => onChange(questions.toSpliced(index, 1))}>
                Remove
              </Button>
            </div>
          </div>
        </fieldset>
      ))}
      {!disabled && <Button onClick={() => onChange([...questions, newQuestion(questions)])}>Add a question</Button>}
    </>
  );
}

type FieldsProps = { question: TypedQuestion; path: string; error: Props["error"]; onChange: (question: TypedQuestion) => void };

function Fields({ question, path, error, onChange }: FieldsProps) {
  const [lines, setLines] = useState(linesOf(question.options));
  const put = (change: Partial<TypedQuestion>) => onChange({ ...question, ...change });
  const text = (name: "text" | "key" | "low" | "high") => ({
    value: question[name],
    error: error(`${path}.${name}`),
    onChange: ({ target }: React.ChangeEvent<HTMLInputElement>) => put({ [name]: target.value }),
  });
  const turn = (kind: Question["kind"]) => {
    const turned = asKind(question, kind);
    setLines(linesOf(turned.options));
    onChange(turned);
  };
  return (
    <>
      <TextInput label="What is asked" required {...text("text")} />
      <TextInput label="Name in the data" description="Lower-case letters, digits and underscores." required {...text("key")} />
      <NativeSelect label="Answered by" data={KINDS} value={question.kind} onChange={({ target }) => turn(target.value as Question["kind"])} />
      {question.kind === "rating" && (
        <>
          <NumberInput label="Points of the scale" min={2} max={11} value={question.points} onChange={(points) => put({ points })} error={error(`${path}.points`)} />
          <TextInput label="The least means" {...text("low")} />
          <TextInput label="The greatest means" {...text("high")} />
        </>
      )}
      {question.kind === "choice" && (
        <>
          <Textarea
            label="Options, one a line"
            description="“key: what is shown”, or only what is shown."
            autosize
            minRows={2}
            value={lines}
            error={error(`${path}.options`) ?? error(`${path}.options.key`)}
            onChange={({ target }) => {
              setLines(target.value);
              put({ options: optionsOf(target.value) });
            }}
          />
          <Checkbox label="More than one may be chosen" checked={question.multiple} onChange={({ target }) => put({ multiple: target.checked })} />
        </>
      )}
      <Checkbox label="Must be answered" checked={question.required} onChange={({ target }) => put({ required: target.checked })} />
    </>
  );
}

type ConditionProps = Pick<Props, "path" | "categories" | "marks" | "error"> & {
  question: TypedQuestion;
  all: TypedQuestion[];
  index: number;
  onChange: (when: Question["when"]) => void;
};

function Condition({ path, question, all, index, categories, marks, error, onChange }: ConditionProps) {
  const chosen = valuesOf(question.when);
  const kindOf = (key: string) => all.find((each) => each.key === key)?.kind;
  const problem = error(`${path}.${index}.when`) ?? error(`${path}.${index}.when.marked`);
  return (
    <fieldset className="plain conditions">
      <legend>Asked</legend>
      {conditionsFor(all, index, categories, marks).map(({ value, label }) => (
        <Checkbox key={value} label={label} checked={chosen.includes(value)} onChange={() => onChange(choose(question.when, value, kindOf))} />
      ))}
      {problem && (
        <p className="notice bad" role="alert">
          {problem}
        </p>
      )}
    </fieldset>
  );
}
