import { Button, Checkbox, NativeSelect, NumberInput, Textarea, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { patchProject, type Desk } from "../../../api/console";
import { Page, Panel, Problem } from "../parts";
import { useProject, useRefresh } from "../project";
import { Link } from "../route";
import { useForm } from "../useForm";
import { changeOf, typedOf, type Typed } from "./desk";
import { GoldRule } from "./GoldRule";
import { Lessons } from "./Lessons";
import { Questions } from "./Questions";

const ASKS: [ask: Desk["asks"][number], label: string][] = [
  ["marks", "What is wrong with the words, and what is missing"],
  ["correction", "The response, corrected"],
  ["comparison", "Which of the responses is better"],
];

type Form = ReturnType<typeof useForm<Typed, unknown>>;

/** What annotators are asked, what they read and agree to before, and what they are paid. */
export function DeskPage() {
  const project = useProject();
  const client = useQueryClient();
  const refresh = useRefresh();
  const form = useForm(
    typedOf(project),
    (values) => patchProject(project.id, changeOf(values)),
    (saved) => {
      client.setQueryData(["project", project.id], saved);
      void refresh();
    },
  );
  const { values, set, error } = form;
  return (
    <Page
      title="Annotation desk"
      lead={
        project.admin
          ? "Who holds a text goes on with what they were given; the next one follows these settings."
          : "Only an admin of this project can change these."
      }
    >
      <form onSubmit={form.submit}>
        <div className="grid">
          <Asked form={form} admin={project.admin} />
          <Before form={form} admin={project.admin} />
          <Panel title="Questions about each response">
            <Questions
              path="questions"
              questions={values.questions}
              categories={project.taxonomy.categories}
              marks={values.asks.includes("marks")}
              disabled={!project.admin}
              error={error}
              onChange={(questions) => set("questions", questions)}
            />
          </Panel>
          <Panel title="Questions about the person" aside={<Link href={project.at("survey")}>Answers</Link>}>
            <p className="hint">Asked once, after the consent. Nobody has to answer; the answers are data of this project, under the person’s pseudonym.</p>
            <Questions
              path="survey"
              questions={values.survey}
              categories={[]}
              marks={false}
              disabled={!project.admin}
              error={error}
              onChange={(survey) => set("survey", survey)}
            />
          </Panel>
          <Measures form={form} admin={project.admin} />
          <GoldRule gold={values.gold} admin={project.admin} onChange={(gold) => set("gold", gold)} error={error} />
        </div>
        {project.admin && (
          <div className="submit-row">
            <Button type="submit" variant="filled" loading={form.sending.isPending}>
              Save
            </Button>
            <a href={`/annotate/${project.slug}`}>See it as an annotator</a>
            {form.sending.isSuccess && (
              <p role="status" className="fits">
                Saved.
              </p>
            )}
          </div>
        )}
        {form.sending.isError && <Problem error={form.sending.error} what="Nothing was saved." />}
      </form>
      <Lessons />
    </Page>
  );
}

function Asked({ form: { values, set, error }, admin }: { form: Form; admin: boolean }) {
  const { asks } = values;
  const choice = (name: "comparison" | "needs" | "overlap", label: string, data: { value: string; label: string }[]) => (
    <NativeSelect label={label} data={data} value={values[name]} disabled={!admin} onChange={({ target }) => set(name, target.value as never)} error={error(name)} />
  );
  return (
    <Panel title="What is asked">
      <div className="form">
        <fieldset className="plain">
          <legend className="sr">What is asked</legend>
          {ASKS.map(([ask, label]) => (
            <Checkbox
              key={ask}
              label={label}
              disabled={!admin}
              checked={asks.includes(ask)}
              onChange={({ target }) => set("asks", target.checked ? [...asks, ask] : asks.filter((other) => other !== ask))}
            />
          ))}
        </fieldset>
        {error("asks") && (
          <p className="notice bad" role="alert">
            {error("asks")}
          </p>
        )}
        {asks.includes("comparison") &&
          choice("comparison", "Responses are compared", [
            { value: "board", label: "on a board, all at once" },
            { value: "pairs", label: "pair by pair" },
            { value: "either", label: "as the annotator likes" },
          ])}
        {asks.includes("marks") && (
          <>
            {choice("needs", "Earlier words and passage sentences that a type asks for", [
              { value: "required", label: "must be given" },
              { value: "optional", label: "may be left out" },
            ])}
            {choice("overlap", "Marks of different types on the same words", [
              { value: "warn", label: "are allowed, with a hint" },
              { value: "allow", label: "are allowed" },
              { value: "forbid", label: "are refused" },
            ])}
          </>
        )}
        {asks.includes("marks") && asks.includes("correction") && (
          <>
            <Checkbox
              label="Propose a mark where the correction changes words"
              disabled={!admin}
              checked={values.propose_spans}
              onChange={({ target }) => set("propose_spans", target.checked)}
            />
            <Checkbox
              label="Propose to delete marked words from the correction"
              disabled={!admin}
              checked={values.propose_edits}
              onChange={({ target }) => set("propose_edits", target.checked)}
            />
          </>
        )}
      </div>
    </Panel>
  );
}

function Before({ form: { values, set, error }, admin }: { form: Form; admin: boolean }) {
  const { consent } = values;
  return (
    <Panel title="Before the work">
      <div className="form">
        <Textarea
          label="Guideline"
          description="Plain text; an empty line begins a paragraph. Empty: nothing to read first."
          autosize
          minRows={4}
          maxRows={14}
          readOnly={!admin}
          value={values.guideline}
          onChange={({ target }) => set("guideline", target.value)}
          error={error("guideline")}
        />
        <TextInput
          label="Version of the guideline"
          description="Another version is read and agreed to again before the next text."
          readOnly={!admin}
          value={values.guideline_version}
          onChange={({ target }) => set("guideline_version", target.value)}
          error={error("guideline_version")}
        />
        <Checkbox
          label="People must consent first"
          disabled={!admin}
          checked={values.hasConsent}
          onChange={({ target }) => set("hasConsent", target.checked)}
        />
        {values.hasConsent && (
          <>
            <Textarea
              label="What they consent to"
              required
              autosize
              minRows={3}
              maxRows={14}
              readOnly={!admin}
              value={consent.body}
              onChange={({ target }) => set("consent", { ...consent, body: target.value })}
              error={error("consent.body")}
            />
            <TextInput
              label="Version of the consent"
              required
              readOnly={!admin}
              value={consent.version}
              onChange={({ target }) => set("consent", { ...consent, version: target.value })}
              error={error("consent.version")}
            />
          </>
        )}
        <Textarea
          label="Content warning"
          description="Shown before the first text. Empty: none."
          autosize
          minRows={2}
          readOnly={!admin}
          value={values.content_warning}
          onChange={({ target }) => set("content_warning", target.value)}
          error={error("content_warning")}
        />
      </div>
    </Panel>
  );
}

function Measures({ form: { values, set, error }, admin }: { form: Form; admin: boolean }) {
  const { pay, qualification } = values;
  const share = (name: "span_f1" | "type_accuracy" | "missing_f1", label: string) => (
    <NumberInput
      label={label}
      min={0}
      max={1}
      step={0.05}
      readOnly={!admin}
      value={qualification[name]}
      onChange={(value) => set("qualification", { ...qualification, [name]: value })}
      error={error(`qualification.${name}`)}
    />
  );
  return (
    <Panel title="Qualification and pay">
      <div className="form">
        {share("span_f1", "Words marked as in gold (F1, from 0 to 1)")}
        {share("type_accuracy", "Of these, with the type of gold (accuracy, from 0 to 1)")}
        {share("missing_f1", "Missing sentences found (F1, from 0 to 1)")}
        <NumberInput
          label="Attempts"
          min={1}
          max={100}
          readOnly={!admin}
          value={qualification.attempts}
          onChange={(attempts) => set("qualification", { ...qualification, attempts })}
          error={error("qualification.attempts")}
        />
        <Checkbox label="Show what is earned" disabled={!admin} checked={values.hasPay} onChange={({ target }) => set("hasPay", target.checked)} />
        {values.hasPay && (
          <>
            <TextInput
              label="Currency"
              description="Three letters, such as USD."
              readOnly={!admin}
              value={pay.currency}
              onChange={({ target }) => set("pay", { ...pay, currency: target.value.toUpperCase() })}
              error={error("pay.currency")}
            />
            <NumberInput
              label="For each submitted text"
              min={0}
              step={0.1}
              readOnly={!admin}
              value={pay.per_text}
              onChange={(per_text) => set("pay", { ...pay, per_text })}
              error={error("pay.per_text")}
            />
          </>
        )}
      </div>
    </Panel>
  );
}
