import { Button, Checkbox, FileInput, NativeSelect, TextInput, Textarea } from "@mantine/core";
import { postDataset, postExamples, type Dataset, type Freeze } from "../../../api/console";
import { count, moment, plural, short } from "../format";
import { Answer, Empty, Page, Panel, Problem } from "../parts";
import { useDatasets, useDashboard, useProject, useRefresh } from "../project";
import { Link, navigate } from "../route";
import { Scroll } from "../Scroll";
import { useForm } from "../useForm";
import { marks } from "./counts";
import { Downloads } from "./Downloads";

export function DatasetsPage() {
  const project = useProject();
  const datasets = useDatasets(project.id);
  return (
    <Page
      title="Datasets"
      lead="A dataset is frozen: its name always means the same bytes, whatever is annotated afterwards. Training reads datasets only."
    >
      <Answer query={datasets} height={600}>
        {(data) => (
          <>
            <Panel title="All datasets">
              {data.length > 0 ? (
                <DatasetTable datasets={data} />
              ) : (
                <Empty>There is no dataset yet. Freeze the annotations of this project below, or upload prompts.</Empty>
              )}
            </Panel>
            <div className="grid">
              <Panel title="Freeze the annotations">
                <FreezeForm first={data.length === 0} />
              </Panel>
              <Panel title="Upload prompts">
                <UploadForm />
              </Panel>
            </div>
          </>
        )}
      </Answer>
    </Page>
  );
}

function DatasetTable({ datasets }: { datasets: Dataset[] }) {
  const { at } = useProject();
  return (
    <Scroll label="Datasets">
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Holds</th>
            <th scope="col" className="num">
              Examples
            </th>
            <th scope="col" className="num">
              Annotations
            </th>
            <th scope="col" className="num">
              Marks
            </th>
            <th scope="col">SHA-256</th>
            <th scope="col">Frozen</th>
            <th scope="col">Download</th>
          </tr>
        </thead>
        <tbody>
          {datasets.map((dataset) => (
            <tr key={dataset.id}>
              <th scope="row">
                <Link href={at(`datasets/${dataset.id}`)}>{dataset.name}</Link>
              </th>
              <td>{dataset.kind}</td>
              <td className="num">{count(dataset.counts.examples)}</td>
              <td className="num">{count(dataset.counts.records)}</td>
              <td className="num">{count(marks(dataset.counts))}</td>
              <td>
                <code title={dataset.sha256}>{short(dataset.sha256)}</code>
              </td>
              <td className="nowrap">
                {moment(dataset.created_at)}
                {dataset.created_by && <span className="soft"> by {dataset.created_by}</span>}
              </td>
              <td>
                <Downloads dataset={dataset} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function FreezeForm({ first }: { first: boolean }) {
  const { id, at } = useProject();
  const refresh = useRefresh();
  const annotations = useDashboard(id).data?.progress.annotations;
  const form = useForm(
    { name: "", note: "", content: "raw", weights: "stored", gold: false } as Freeze,
    (values) => postDataset(id, values),
    (dataset) => {
      void refresh();
      navigate(at(`datasets/${dataset.id}`));
    },
  );
  return (
    <form className="form" onSubmit={form.submit}>
      <TextInput
        label="Name"
        required
        maxLength={200}
        value={form.values.name}
        onChange={({ target }) => form.set("name", target.value)}
        error={form.error("name")}
        placeholder="feedback-1"
      />
      <Textarea
        label="Note"
        autosize={false}
        rows={2}
        value={form.values.note}
        onChange={({ target }) => form.set("note", target.value)}
        error={form.error("note")}
        placeholder="What it is for"
      />
      <NativeSelect
        label="Content"
        value={form.values.content}
        onChange={({ target }) => form.set("content", target.value as Freeze["content"])}
        data={[
          { value: "raw", label: "every annotation as it is" },
          { value: "aggregated", label: "one record per example, of all that was said" },
        ]}
      />
      <NativeSelect
        label="Weights of the annotators"
        value={form.values.weights}
        onChange={({ target }) => form.set("weights", target.value as Freeze["weights"])}
        error={form.error("weights")}
        data={[
          { value: "stored", label: "as stored with each annotation" },
          { value: "estimated", label: "as estimated by the latest quality report" },
          { value: "equal", label: "equal" },
        ]}
      />
      {form.values.content === "raw" && (
        <Checkbox
          label="With checks against gold"
          checked={form.values.gold}
          onChange={({ target }) => form.set("gold", target.checked)}
        />
      )}
      <p className="hint">
        {annotations === undefined
          ? "Takes"
          : annotations === 0
            ? "There is no annotation yet; freezing would take"
            : `Takes all ${plural(annotations, "annotation")}`}{" "}
        as they are now, with their examples, split by question into train, dev and test.
      </p>
      <Button type="submit" variant={first && annotations ? "filled" : "default"} disabled={annotations === 0} loading={form.sending.isPending}>
        Freeze
      </Button>
      {form.sending.isError && <Problem error={form.sending.error} what="Nothing was frozen." />}
    </form>
  );
}

function UploadForm() {
  const { id, at } = useProject();
  const refresh = useRefresh();
  const form = useForm(
    { name: "", note: "", file: null as File | null },
    ({ name, note, file }) => postExamples(id, name, note, file!),
    (dataset) => {
      void refresh();
      navigate(at(`datasets/${dataset.id}`));
    },
  );
  return (
    <form className="form" onSubmit={form.submit}>
      <TextInput
        label="Name"
        required
        maxLength={200}
        value={form.values.name}
        onChange={({ target }) => form.set("name", target.value)}
        error={form.error("name")}
        placeholder="prompts-1"
      />
      <FileInput
        label="File of JSON lines"
        placeholder="Choose a file"
        value={form.values.file}
        onChange={(file) => form.set("file", file)}
        error={form.error("file")}
        accept=".jsonl,.ndjson,.json"
      />
      <p className="hint">
        One example per line: a question with its passages, and for fine-tuning a reference answer. These prompts are for training and sampling;
        annotators do not see them.
      </p>
      <Button type="submit" disabled={!form.values.file} loading={form.sending.isPending}>
        Upload
      </Button>
      {form.sending.isError && <Problem error={form.sending.error} what="Nothing was stored." />}
    </form>
  );
}
