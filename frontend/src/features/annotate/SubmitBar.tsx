import { flushSync } from "react-dom";
import type { Requirement } from "../../state/requirements";
import { t } from "../../text/strings";
import { Dialog } from "../../ui/Dialog";
import { useNow } from "../../ui/useNow";
import type { SaveStatus } from "./saver";

export type SubmitState = { phase: "idle" | "busy" | "offline" | "failed"; message: string };

type Props = { left: number; onLeft: () => void; onSubmit: () => void; state: SubmitState; saved: SaveStatus };

export function SubmitBar({ left, onLeft, onSubmit, state, saved }: Props) {
  const problem = state.phase === "offline" ? t.submit.offline : state.phase === "failed" ? `${t.submit.failed}: ${state.message}` : null;
  return (
    <footer className="submit-bar">
      {problem && (
        <p role="alert" className="problem">
          {problem}{" "}
          <button type="button" className="quiet" onClick={onSubmit}>
            {t.retry}
          </button>
        </p>
      )}
      <div className="submit-row">
        {left > 0 ? (
          <button type="button" className="quiet" aria-haspopup="dialog" onClick={onLeft}>
            {t.submit.left(left)}
          </button>
        ) : (
          <p className="ready">{t.submit.ready}</p>
        )}
        <Saved status={saved} />
        <button type="button" className="primary" disabled={state.phase === "busy"} aria-keyshortcuts="Control+Enter" onClick={onSubmit}>
          {state.phase === "busy" ? t.submit.busy : t.submit.button}
        </button>
      </div>
    </footer>
  );
}

type LeftProps = { unmet: readonly Requirement[]; describe: (requirement: Requirement) => string; onGo: (requirement: Requirement) => void; onClose: () => void };

/** What is still missing; each entry leads to its field. */
export function LeftDialog({ unmet, describe, onGo, onClose }: LeftProps) {
  return (
    <Dialog title={t.submit.left(unmet.length)} onClose={onClose}>
      <ul aria-label={t.submit.list} className="left">
        {unmet.map((requirement) => (
          <li key={`${requirement.rule}.${requirement.response}.${requirement.id}`}>
            <button
              type="button"
              onClick={() => {
                // The dialog gives the focus back as it closes, so it must be gone before the focus moves on.
                flushSync(onClose);
                onGo(requirement);
              }}
            >
              {describe(requirement)}
            </button>
          </li>
        ))}
      </ul>
      <button type="button" className="quiet" onClick={onClose}>
        {t.close}
      </button>
    </Dialog>
  );
}

function Saved({ status }: { status: SaveStatus }) {
  const now = useNow(1);
  if (status.at === null) return <p className="saved">{t.saved.nothing}</p>;
  const seconds = Math.max(0, Math.round((now - status.at) / 1000));
  if (status.where === "browser") return <p className="saved">{seconds < 3 ? t.saved.busy : t.saved.local}</p>;
  return <p className="saved">{seconds < 5 ? t.saved.just : t.saved.ago(seconds)}</p>;
}
