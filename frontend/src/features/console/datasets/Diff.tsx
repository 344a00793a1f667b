import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getDiff, type DatasetDetail, type DatasetDiff } from "../../../api/console";
import { count } from "../format";
import { Answer, Empty, Panel } from "../parts";
import { useDatasets, useProject } from "../project";
import { Scroll } from "../Scroll";

const SIDES = ["added", "removed", "changed"] as const;

/** What changed in this dataset since another of the project; each number opens to the items behind it. */
export function Diff({ dataset }: { dataset: DatasetDetail }) {
  const { id } = useProject();
  const [since, setSince] = useState("");
  const others = (useDatasets(id).data ?? []).filter((other) => other.id !== dataset.id && other.kind === dataset.kind && !other.erased_at);
  const diff = useQuery({ queryKey: ["diff", since, dataset.id], queryFn: () => getDiff(dataset.id, since), enabled: since !== "", staleTime: Infinity });
  return (
    <Panel title="Compare" className="wide">
      {others.length === 0 ? (
        <Empty>There is no other dataset of this kind yet to compare it with.</Empty>
      ) : (
        <>
          <NativeSelect
            label="What changed since"
            value={since}
            onChange={({ target }) => setSince(target.value)}
            data={[{ value: "", label: "Choose a dataset" }, ...others.map(({ id, name }) => ({ value: id, label: name }))]}
          />
          {since !== "" && <Answer query={diff}>{(data) => <Changes diff={data} />}</Answer>}
        </>
      )}
    </Panel>
  );
}

function Changes({ diff }: { diff: DatasetDiff }) {
  return (
    <>
      {(["examples", "records"] as const).map((what) => (
        <section key={what} aria-label={what === "examples" ? "Examples" : "Annotations"}>
          <h3>{what === "examples" ? "Examples" : "Annotations"}</h3>
          {SIDES.map((side) => {
            const { count: number, items } = diff[what][side];
            if (number === 0) return <p key={side}>0 {side}</p>;
            return (
              <details key={side}>
                <summary>
                  {count(number)} {side}
                </summary>
                <ul>
                  {items.map((item) => (
                    <li key={item.id}>
                      <code>{item.id}</code> {item.question}
                    </li>
                  ))}
                </ul>
                {number > items.length && <p className="hint">These are the first {count(items.length)}.</p>}
              </details>
            );
          })}
        </section>
      ))}
      <Scroll label="Counts">
        <table className="rows">
          <caption>Counts before and after</caption>
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col" className="num">
                Before
              </th>
              <th scope="col" className="num">
                Now
              </th>
              <th scope="col" className="num">
                Change
              </th>
            </tr>
          </thead>
          <tbody>
            {diff.counts.map(({ group, key, old, new: now }) => (
              <tr key={`${group} ${key}`}>
                <th scope="row">{group === "totals" ? key : `${group}: ${key}`}</th>
                <td className="num">{count(old)}</td>
                <td className="num">{count(now)}</td>
                <td className="num">{now === old ? "0" : `${now > old ? "+" : "−"}${count(Math.abs(now - old))}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
