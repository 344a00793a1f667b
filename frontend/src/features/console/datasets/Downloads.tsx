import { useState } from "react";
import { downloadAddress, type Dataset } from "../../../api/console";

/** The dataset as a file. Whether a format can hold it only the server knows: it is asked before the browser saves an error as a file. */
export function Downloads({ dataset }: { dataset: Pick<Dataset, "id" | "name" | "kind"> }) {
  const [problem, setProblem] = useState("");
  const qa = downloadAddress(dataset.id, "qa-feedback");
  async function check(event: React.MouseEvent<HTMLAnchorElement>) {
    event.preventDefault();
    setProblem("");
    const stop = new AbortController();
    try {
      const answer = await fetch(qa, { signal: stop.signal });
      if (answer.ok) location.assign(qa);
      else setProblem(((await answer.json()) as { message: string }).message);
    } catch {
      setProblem("The server does not answer; try again.");
    } finally {
      stop.abort();
    }
  }
  return (
    <span className="downloads">
      <a href={downloadAddress(dataset.id, "jsonl")} download aria-label={`JSONL of ${dataset.name}`}>
        JSONL
      </a>
      {dataset.kind === "feedback" && (
        <a href={qa} onClick={(event) => void check(event)} aria-label={`qa-feedback of ${dataset.name}`}>
          qa-feedback
        </a>
      )}
      {problem && (
        <span className="problem" role="alert">
          {problem}
        </span>
      )}
    </span>
  );
}
