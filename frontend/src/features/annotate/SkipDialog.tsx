import { useState } from "react";
import { t } from "../../text/strings";
import { Dialog } from "../../ui/Dialog";

export function SkipDialog({ onSkip, onClose }: { onSkip: (reason: string) => Promise<void>; onClose: () => void }) {
  const [reason, setReason] = useState("cannot_judge");
  const [problem, setProblem] = useState<string | null>(null);
  return (
    <Dialog title={t.skip.title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSkip(reason).catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)));
        }}
      >
        <p>{t.skip.body}</p>
        <fieldset>
          <legend>{t.skip.reason}</legend>
          {Object.entries(t.skip.reasons).map(([key, words]) => (
            <label key={key} className="choice">
              <input type="radio" name="reason" value={key} checked={reason === key} onChange={() => setReason(key)} />
              {words}
            </label>
          ))}
        </fieldset>
        {problem && (
          <p role="alert" className="problem">
            {problem}
          </p>
        )}
        <p className="buttons">
          <button type="submit" className="primary">
            {t.skip.confirm}
          </button>
          <button type="button" className="quiet" onClick={onClose}>
            {t.cancel}
          </button>
        </p>
      </form>
    </Dialog>
  );
}
