import { flushSync } from "react-dom";
import type { Requirement } from "../../state/requirements";
import { t } from "../../text/strings";
import { Dialog } from "../../ui/Dialog";
import { useNow } from "../../ui/useNow";
import type { SaveStatus } from "./saver";

export type SubmitState = { phase: "idle" | "busy" | "offline" | "failed"; message: string };

type Props = { left: readonly Requirement[]; onLeft: () => void; onSubmit: () => void; state: SubmitState; saved: SaveStatus };

export function SubmitBar({ left, onLeft, onSubmit, state, saved }: Props) {
  const blocking = left.filter(({ blocks }) => blocks).length;
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
        {blocking === 0 && <p className="ready">{t.submit.ready}</p>}
        {left.length > 0 && (
          <button type="button" className="quiet" aria-haspopup="dialog" onClick={onLeft}>
            {blocking > 0 ? t.submit.left(blocking) : t.submit.reminders(left.length)}
          </button>
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

/** What is still missing, and what would be good to have; each entry leads to its field. */
export function LeftDialog({ unmet, describe, onGo, onClose }: LeftProps) {
  const [needed, wished] = [true, false].map((blocks) => unmet.filter((each) => each.blocks === blocks)) as [Requirement[], Requirement[]];
  const list = (label: string, requirements: readonly Requirement[]) => (
    <ul aria-label={label} className="left">
      {requirements.map((requirement) => (
        <li key={`${requirement.rule}.${requirement.response}.${requirement.id}.${requirement.key}`}>
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
  );
  return (
    <Dialog title={needed.length > 0 ? t.submit.left(needed.length) : t.submit.reminderList} onClose={onClose}>
      {needed.length > 0 && list(t.submit.list, needed)}
      {needed.length > 0 && wished.length > 0 && <h3>{t.submit.reminderList}</h3>}
      {wished.length > 0 && list(t.submit.reminderList, wished)}
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
  if (status.where === "server") return <p className="saved">{seconds < 5 ? t.saved.just : t.saved.ago(seconds)}</p>;
  if (seconds < 3) return <p className="saved">{t.saved.busy}</p>;
  return <p className={status.where === "browser" ? "saved" : "saved lacks"}>{status.where === "browser" ? t.saved.local : t.saved.nowhere}</p>;
}
