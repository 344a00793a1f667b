/** The known answers that people are checked by: how often they are met, and where they come from. */
import { Button, FileInput, NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getGold, postGold, retireGold, type Gold, type GoldKind } from "../../../api/quality";
import { Confirm } from "../Confirm";
import { count, moment, plural } from "../format";
import { Answer, Empty, Panel, Problem } from "../parts";
import { useProject, useRefresh } from "../project";
import { Link } from "../route";
import { Scroll } from "../Scroll";
import { useForm } from "../useForm";

export function GoldPanel() {
  const { id, at, admin } = useProject();
  const gold = useQuery({ queryKey: ["gold", id], queryFn: () => getGold(id) });
  return (
    <>
      <Panel title="Known answers" aside={<Link href={at("desk")}>How often they are met</Link>}>
        <Answer query={gold}>
          {(data) =>
            data.length > 0 ? <Table gold={data} /> : <Empty>There is no gold yet. It comes from adjudication, or from a file of records.</Empty>
          }
        </Answer>
      </Panel>
      {admin && (
        <Panel title="Add known answers">
          <ImportForm />
        </Panel>
      )}
    </>
  );
}

function Table({ gold }: { gold: Gold[] }) {
  const { id, at, admin } = useProject();
  const refresh = useRefresh();
  return (
    <Scroll label="Table of known answers">
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">Example</th>
            <th scope="col">Kind</th>
            <th scope="col">From</th>
            <th scope="col" className="num">
              Right
            </th>
            <th scope="col">Made</th>
            <th scope="col">In use</th>
          </tr>
        </thead>
        <tbody>
          {gold.map((each) => (
            <tr key={each.id}>
              <th scope="row" className="wrap">
                <Link href={at(`items/${each.example}`)}>{each.question}</Link>
              </th>
              <td>{each.kind}</td>
              <td>{each.origin}</td>
              <td className="num nowrap">{each.checked === 0 ? <span className="soft">not met yet</span> : `${count(each.right)} of ${count(each.checked)}`}</td>
              <td className="nowrap">
                {moment(each.created_at)}
                {each.made_by && <span className="soft"> by {each.made_by}</span>}
              </td>
              <td>
                {each.retired_at ? (
                  <span className="soft">until {moment(each.retired_at)}</span>
                ) : admin ? (
                  <Confirm
                    label="Retire"
                    title="Retire this answer?"
                    verb="Retire"
                    act={async () => {
                      await retireGold(id, each.id);
                      await refresh();
                    }}
                  >
                    <p>Nobody is checked by it any more. What it has told about people stays.</p>
                  </Confirm>
                ) : (
                  "yes"
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function ImportForm() {
  const { id } = useProject();
  const refresh = useRefresh();
  const form = useForm(
    { file: null as File | null, kind: "gold" as GoldKind },
    ({ file, kind }) => postGold(id, file!, kind),
    () => void refresh(),
  );
  return (
    <form className="form" onSubmit={form.submit}>
      <FileInput
        label="File of JSON lines"
        placeholder="Choose a file"
        value={form.values.file}
        onChange={(file) => form.set("file", file)}
        error={form.error("file")}
        accept=".jsonl,.ndjson,.json"
      />
      <NativeSelect
        label="Kind"
        value={form.values.kind}
        onChange={({ target }) => form.set("kind", target.value as GoldKind)}
        data={[
          { value: "gold", label: "gold: judged by somebody you trust" },
          { value: "attention", label: "attention check: the text says what to answer" },
        ]}
      />
      <p className="hint">
        One feedback record per line: an example, its responses, and the right judgements and comparisons. An example that is new here is met only as a check.
      </p>
      <Button type="submit" disabled={!form.values.file} loading={form.sending.isPending}>
        Add
      </Button>
      {form.sending.isSuccess && (
        <p role="status" className="fits">
          {plural(form.sending.data, "known answer")} added.
        </p>
      )}
      {form.sending.isError && <Problem error={form.sending.error} what="Nothing was added." />}
    </form>
  );
}
