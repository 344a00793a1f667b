import { useState } from "react";
import { t } from "../../../text/strings";
import { Dialog } from "../../../ui/Dialog";

/** Before stopping: what becomes of the text on the desk. `onStop` true: it is kept. */
export function StopDialog({ onStop, onClose }: { onStop: (keep: boolean) => Promise<void>; onClose: () => void }) {
  const [keep, setKeep] = useState(true);
  const [problem, setProblem] = useState<string | null>(null);
  const choice = (value: boolean, label: string, hint: string) => (
    <label className="choice">
      <input type="radio" name="keep" checked={keep === value} onChange={() => setKeep(value)} />
      <span>
        {label} <span className="soft">{hint}</span>
      </span>
    </label>
  );
  return (
    <Dialog title={t.stop.title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onStop(keep).catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)));
        }}
      >
        <fieldset>
          <legend>{t.stop.body}</legend>
          {choice(true, t.stop.keep, t.stop.keepHint)}
          {choice(false, t.stop.give, t.stop.giveHint)}
        </fieldset>
        {problem && (
          <p role="alert" className="problem">
            {problem}
          </p>
        )}
        <p className="buttons">
          <button type="submit" className="primary">
            {t.stop.go}
          </button>
          <button type="button" className="quiet" onClick={onClose}>
            {t.cancel}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
