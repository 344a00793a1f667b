import { useEffect, useRef } from "react";
import type { Requirement } from "../../state/requirements";
import { t } from "../../text/strings";
import { useNow } from "../../ui/useNow";
import type { SaveStatus } from "./saver";

export type SubmitState = { phase: "idle" | "busy" | "offline" | "failed"; message: string };

type Props = {
  unmet: readonly Requirement[];
  describe: (requirement: Requirement) => string;
  onGo: (requirement: Requirement) => void;
  onSubmit: () => void;
  state: SubmitState;
  saved: SaveStatus;
  /** Counts attempts to submit with something left to do: each opens the list. */
  refused: number;
};

export function SubmitBar({ unmet, describe, onGo, onSubmit, state, saved, refused }: Props) {
  const list = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    if (refused === 0 || !list.current) return;
    list.current.open = true;
    list.current.querySelector<HTMLElement>("li button")?.focus();
  }, [refused]);
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
        {unmet.length > 0 ? (
          <details ref={list} className="unmet">
            <summary>{t.submit.left(unmet.length)}</summary>
            <ul aria-label={t.submit.list}>
              {unmet.map((requirement) => (
                <li key={`${requirement.rule}.${requirement.response}.${requirement.id}`}>
                  <button
                    type="button"
                    onClick={() => {
                      list.current!.open = false;
                      onGo(requirement);
                    }}
                  >
                    {describe(requirement)}
                  </button>
                </li>
              ))}
            </ul>
          </details>
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

function Saved({ status }: { status: SaveStatus }) {
  const now = useNow(1);
  if (status.at === null) return <p className="saved">{t.saved.nothing}</p>;
  const seconds = Math.max(0, Math.round((now - status.at) / 1000));
  if (status.where === "browser") return <p className="saved">{seconds < 3 ? t.saved.busy : t.saved.local}</p>;
  return <p className="saved">{seconds < 5 ? t.saved.just : t.saved.ago(seconds)}</p>;
}
