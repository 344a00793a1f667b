/** Before stopping: what becomes of the text on the desk. */
import { useState } from "react";
import { heartbeat, release } from "../../../api/annotate";
import { t } from "../../../text/strings";
import { Dialog } from "../../../ui/Dialog";
import { PartLink } from "./Part";
import type { Stopped } from "./StoppedPage";

type Props = {
  assignment: number;
  /** The project's, where the person is in a study of it. */
  slug: string | null;
  /** Saves what is not saved yet. */
  flush: () => void;
  /** Lets go of what was done. */
  settle: () => void;
  onStop: (stopped: Stopped) => void;
  onClose: () => void;
};

export function StopDialog({ assignment, slug, flush, settle, onStop, onClose }: Props) {
  const [keep, setKeep] = useState(true);
  const [problem, setProblem] = useState<string | null>(null);
  const stop = async () => {
    if (!keep) {
      await release(assignment, "stopped");
      settle();
      return onStop("given");
    }
    flush();
    // Its time begins anew now; without an answer it stays unsaid how long that is.
    const kept = await heartbeat(assignment).catch(() => null);
    onStop({ kept: kept?.leased_until ?? null });
  };
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
          stop().catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)));
        }}
      >
        <fieldset>
          <legend>{t.stop.body}</legend>
          {choice(true, t.stop.keep, t.stop.keepHint)}
          {choice(false, t.stop.give, t.stop.giveHint)}
        </fieldset>
        {slug && (
          <p>
            {t.study.forGood} <PartLink slug={slug} />
          </p>
        )}
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
