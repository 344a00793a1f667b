import { Button, NativeSelect, TextInput } from "@mantine/core";
import { postModel, type Model, type ModelKind } from "../../../api/console";
import { moment, number } from "../format";
import { Answer, Empty, Page, Panel, Problem, State } from "../parts";
import { useModels, useProject, useRefresh } from "../project";
import { Link, navigate } from "../route";
import { Scroll } from "../Scroll";
import { useForm } from "../useForm";
import { headline } from "./headline";
import { Promote } from "./Promote";

const KINDS: { kind: ModelKind; title: string; none: string; job: string }[] = [
  { kind: "policy", title: "Policies", none: "There is no policy yet. Supervised fine-tuning or PPO makes one.", job: "sft" },
  { kind: "reward", title: "Reward models", none: "There are no reward models yet. Retraining makes them from the annotations.", job: "reward" },
];

export function ModelsPage() {
  const project = useProject();
  const models = useModels(project.id);
  return (
    <Page title="Models" lead="Jobs make candidates. One model of each kind is active: new jobs start from it. Promoting another archives it.">
      <Answer query={models} height={400}>
        {(data) =>
          KINDS.map(({ kind, title, none, job }) => {
            const shown = data.filter((model) => model.kind === kind);
            return (
              <Panel key={kind} title={title}>
                {shown.length > 0 ? (
                  <ModelTable models={shown} title={title} />
                ) : (
                  <Empty action={<Link href={project.at(`jobs/new?kind=${job}`)}>Start a job</Link>}>{none}</Empty>
                )}
              </Panel>
            );
          })
        }
      </Answer>
      {project.admin && (
        <Panel title="Register a model made elsewhere">
          <RegisterForm />
        </Panel>
      )}
    </Page>
  );
}

function ModelTable({ models, title }: { models: Model[]; title: string }) {
  const { at, admin } = useProject();
  return (
    <Scroll label={`${title}, table`}>
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Stage</th>
            <th scope="col">Metrics</th>
            <th scope="col">Dataset</th>
            <th scope="col">Made</th>
            {admin && (
              <th scope="col">
                <span className="sr">Actions</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <tr key={model.id}>
              <th scope="row">
                <Link href={at(`models/${model.id}`)}>{model.name}</Link>
              </th>
              <td>
                <State of={model.stage} />
              </td>
              <td>
                {headline(model.metrics).map(([name, value]) => (
                  <span key={name} className="metric">
                    {name} <b>{number(value)}</b>
                  </span>
                ))}
              </td>
              <td className="name">{model.dataset ? <Link href={at(`datasets/${model.dataset}`)}>{model.dataset_name}</Link> : "–"}</td>
              <td className="nowrap">{moment(model.created_at)}</td>
              {admin && <td>{model.stage !== "active" && <Promote model={model} />}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function RegisterForm() {
  const { id, at } = useProject();
  const refresh = useRefresh();
  const form = useForm(
    { name: "", kind: "policy" as ModelKind, source: "" },
    (values) => postModel(id, values),
    (model) => {
      void refresh();
      navigate(at(`models/${model.id}`));
    },
  );
  return (
    <form className="form" onSubmit={form.submit}>
      <NativeSelect
        label="Kind"
        value={form.values.kind}
        onChange={({ target }) => form.set("kind", target.value as ModelKind)}
        data={[
          { value: "policy", label: "Policy" },
          { value: "reward", label: "Reward models" },
        ]}
      />
      <TextInput
        label="Name"
        required
        value={form.values.name}
        onChange={({ target }) => form.set("name", target.value)}
        error={form.error("name")}
      />
      <TextInput
        label="Folder on the server, or hub name"
        required
        value={form.values.source}
        onChange={({ target }) => form.set("source", target.value)}
        error={form.error("source")}
        placeholder="/models/flan-t5-base"
      />
      <p className="hint">It becomes a candidate, to be promoted like any other.</p>
      <Button type="submit" loading={form.sending.isPending}>
        Register
      </Button>
      {form.sending.isError && <Problem error={form.sending.error} what="Nothing was registered." />}
    </form>
  );
}
