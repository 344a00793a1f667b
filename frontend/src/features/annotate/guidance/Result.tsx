/** How a qualification went: what was needed, what was reached, and what follows. */
import type { Me, Standing } from "../../../api/types";
import { t } from "../../../text/strings";
import { GuidancePage, Steps } from "./GuidancePage";
import { Part } from "./Part";
import { Prose } from "./Prose";

type Props = { me: Me; slug: string; onStop: () => void; step: Standing["step"]; standing: Standing; onGo: () => void };

export function Result({ step, standing, onGo, ...page }: Props) {
  const { qualification, guideline } = standing;
  const words = t.guide.qualification;
  if (step === "failed") {
    return (
      <GuidancePage {...page} title={words.failed}>
        <Figures {...qualification} />
        <p>{words.failedBody}</p>
        <Part standing={standing} />
      </GuidancePage>
    );
  }
  if (qualification.result?.passed) {
    return (
      <GuidancePage {...page} title={words.passed}>
        <Figures {...qualification} />
        <p>{words.passedBody}</p>
        <Steps go={words.work} onGo={onGo} />
      </GuidancePage>
    );
  }
  return (
    <GuidancePage {...page} title={words.missed}>
      <Figures {...qualification} />
      <p>
        {words.missedBody} {words.attemptsLeft(qualification.attempts_left)}
      </p>
      {guideline.body && (
        <details className="reread">
          <summary>{t.top.guideline}</summary>
          <Prose body={guideline.body} />
        </details>
      )}
      <Steps go={words.again} onGo={onGo} />
    </GuidancePage>
  );
}

/** What is needed beside what was reached; what falls short is said in words too. */
export function Figures({ thresholds, result }: Pick<Standing["qualification"], "thresholds" | "result">) {
  const words = t.guide.qualification;
  return (
    <table className="figures">
      <thead>
        <tr>
          <th scope="col">{words.what}</th>
          {result && <th scope="col">{words.yours}</th>}
          <th scope="col">{words.needed}</th>
        </tr>
      </thead>
      <tbody>
        {(["span_f1", "type_accuracy", "missing_f1"] as const).map((figure) => (
          <tr key={figure}>
            <th scope="row">{words.figures[figure]}</th>
            {result && (
              <td className={result[figure] < thresholds[figure] ? "lacks" : "fits"}>
                {words.percent(result[figure])} <span className="sr">{result[figure] < thresholds[figure] ? words.short : words.enough}</span>
              </td>
            )}
            <td>{words.percent(thresholds[figure])}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
