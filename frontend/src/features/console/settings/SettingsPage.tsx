import { Button, Checkbox, Radio, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { patchProject } from "../../../api/console";
import { Page, Panel, Problem } from "../parts";
import { useProject, useRefresh } from "../project";
import { useForm } from "../useForm";
import { changeOf, STRATEGIES, type Strategy, typedOf } from "./change";

/** What a project asks of its annotators, what its models start from, and when it retrains by itself. */
export function SettingsPage() {
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
  const text = (name: Exclude<keyof typeof form.values, "require_corrections" | "strategy">) => ({
    value: form.values[name],
    error: form.error(name),
    onChange: ({ target }: React.ChangeEvent<HTMLInputElement>) => form.set(name, target.value),
    readOnly: !project.admin,
  });
  return (
    <Page
      title="Settings"
      lead={
        project.admin
          ? "Changes count from the moment they are saved; nothing that was annotated or trained changes."
          : "Only an admin of this project can change these."
      }
    >
      <form onSubmit={form.submit}>
        <div className="grid three">
          <Panel title="Project">
            <div className="form">
              <TextInput label="Name" required {...text("name")} />
              <TextInput
                label="Annotators per example"
                inputMode="numeric"
                required
                {...text("overlap")}
                description="A greater number opens places on every example; a smaller one closes those still open."
              />
              <TextInput label="Responses to judge per example" inputMode="numeric" required {...text("judged_responses")} />
              <TextInput label="An example is kept for its annotator for (minutes)" inputMode="numeric" required {...text("lease_minutes")} />
              <Checkbox
                label="An error must be corrected before submitting"
                disabled={!project.admin}
                checked={form.values.require_corrections}
                onChange={({ target }) => form.set("require_corrections", target.checked)}
              />
            </div>
          </Panel>
          <Panel title="Which example is next">
            <Radio.Group
              label="The next annotator gets"
              className="form"
              value={form.values.strategy}
              error={form.error("strategy")}
              onChange={(chosen) => form.set("strategy", chosen as Strategy)}
            >
              {Object.entries(STRATEGIES).map(([key, [name, sentence]]) => (
                <Radio key={key} value={key} label={name} description={sentence} disabled={!project.admin} mt="sm" />
              ))}
            </Radio.Group>
            {project.queue_arranged < 1 && (
              <p role="status">{Math.floor(project.queue_arranged * 100)} % of the examples are in the new order; annotators go on meanwhile.</p>
            )}
          </Panel>
          <Panel title="Retrain by itself">
            <div className="form">
              <p>Reward models are retrained on a fresh dataset whenever one of these comes true. Leave both empty to retrain by hand only.</p>
              <TextInput label="After this many new annotations" inputMode="numeric" placeholder="never" {...text("retrain_after_annotations")} />
              <TextInput
                label="Every so many hours, if there is a new annotation"
                inputMode="numeric"
                placeholder="never"
                {...text("retrain_every_hours")}
              />
            </div>
          </Panel>
          <Panel title="Base models">
            <div className="form">
              <p>A folder on the server, or a hub name. They are what the first jobs start from.</p>
              <TextInput label="Policy, until one is promoted" placeholder="none" {...text("base_policy")} />
              <TextInput label="Encoder that reward models are trained from" placeholder="none" {...text("base_reward")} />
            </div>
          </Panel>
        </div>
        {project.admin && (
          <div className="submit-row">
            <Button type="submit" variant="filled" loading={form.sending.isPending}>
              Save
            </Button>
            {form.sending.isSuccess && (
              <p role="status" className="fits">
                Saved.
              </p>
            )}
          </div>
        )}
        {form.sending.isError && <Problem error={form.sending.error} what="Nothing was saved." />}
      </form>
    </Page>
  );
}
