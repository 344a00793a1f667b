import { useDeferredValue, type Ref } from "react";
import { wordDiff } from "../../text/diff";
import { t } from "../../text/strings";

/** A field's line ends are always \n; the response may hold others, and those are no correction. */
const lineEnds = (text: string) => text.replace(/\r\n?/g, "\n");

type Props = { response: string; corrected: string | null; onChange: (text: string | null) => void; ref: Ref<HTMLTextAreaElement> };

/** The response to correct by hand, with what was changed below it. */
export function Correction({ response, corrected, onChange, ref }: Props) {
  const value = corrected ?? response;
  const deferred = useDeferredValue(corrected);
  return (
    <section className="correction" aria-labelledby="correction-title">
      <h2 id="correction-title">{t.correction.title}</h2>
      <label htmlFor="correction-field" className="soft">
        {t.correction.label}
      </label>
      <textarea
        ref={ref}
        id="correction-field"
        dir="auto"
        value={value}
        onChange={(event) => onChange(event.target.value === lineEnds(response) ? null : event.target.value)}
      />
      <div className="changes">
        <h3>{t.correction.changes}</h3>
        {corrected !== null && (
          <button type="button" className="quiet" onClick={() => onChange(null)}>
            {t.correction.reset}
          </button>
        )}
        {deferred === null ? <p className="soft">{t.correction.unchanged}</p> : <Changes before={lineEnds(response)} after={deferred} />}
      </div>
    </section>
  );
}

function Changes({ before, after }: { before: string; after: string }) {
  return (
    <p className="diff" dir="auto">
      {wordDiff(before, after).map(({ kind, text }, i) => {
        if (kind === "added") return <ins key={i}>{text}</ins>;
        return kind === "removed" ? <del key={i}>{text}</del> : <span key={i}>{text}</span>;
      })}
    </p>
  );
}
