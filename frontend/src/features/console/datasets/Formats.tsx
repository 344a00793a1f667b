import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { downloadAddress, getFormats, getLosses, type DatasetDetail, type FormatKey, type Loss } from "../../../api/console";
import { count } from "../format";
import { Answer, Panel } from "../parts";
import { Scroll } from "../Scroll";
import { lossWords } from "./losses";

/** The dataset in any format, and first what that format cannot hold of it. */
export function Formats({ dataset }: { dataset: DatasetDetail }) {
  const [key, setKey] = useState<FormatKey>("jsonl");
  const formats = useQuery({ queryKey: ["formats"], queryFn: getFormats, staleTime: Infinity });
  const losses = useQuery({ queryKey: ["losses", dataset.id, key], queryFn: () => getLosses(dataset.id, key), staleTime: Infinity, retry: false });
  return (
    <Panel title="Download">
      <Answer query={formats} height={160}>
        {(data) => (
          <div className="form">
            <NativeSelect
              label="Format"
              value={key}
              onChange={({ target }) => setKey(target.value as FormatKey)}
              data={data.map((format) => ({ value: format.key, label: format.name }))}
            />
            <p className="hint">{data.find((format) => format.key === key)?.sentence}</p>
            <Answer query={losses} height={60}>
              {(lost) => (
                <>
                  <Losses losses={lost} />
                  <p>
                    <a className="download" href={downloadAddress(dataset.id, key)} download>
                      Download {dataset.name} as {data.find((format) => format.key === key)?.name}
                    </a>
                  </p>
                </>
              )}
            </Answer>
          </div>
        )}
      </Answer>
    </Panel>
  );
}

function Losses({ losses }: { losses: Loss[] }) {
  if (losses.length === 0) return <p role="status">It holds everything that is in this dataset.</p>;
  return (
    <Scroll label="What this format cannot hold">
      <table className="rows">
        <caption>What this format cannot hold. Other tools will not see it.</caption>
        <thead>
          <tr>
            <th scope="col">Lost</th>
            <th scope="col" className="num">
              Times
            </th>
          </tr>
        </thead>
        <tbody>
          {losses.map((loss) => (
            <tr key={loss.path}>
              <th scope="row" className="wrap">
                {lossWords(loss.path)}
              </th>
              <td className="num">{count(loss.count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
