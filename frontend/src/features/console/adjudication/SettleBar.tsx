/** What ends the work on an example, and whether what was done so far is safe. */
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { makeGold, reopenAdjudication } from "../../../api/console";
import { Dialog } from "../../../ui/Dialog";
import { Confirm } from "../Confirm";
import { moment } from "../format";
import { Problem } from "../parts";
import { useProject } from "../project";
import type { Case } from "./cases";
import type { Saving, useRuling } from "./useRuling";

type Props = { about: Case; work: ReturnType<typeof useRuling>; next: () => Promise<void>; reload: () => Promise<unknown> };

const SAVING: Record<Saving, string> = {
  saved: "Saved",
  unsaved: "Not saved yet",
  saving: "Saving…",
  offline: "Not saved: the server does not answer. It is kept in this browser, and tried again.",
  conflict: "Not saved: somebody else changed it.",
  refused: "Not saved",
};

export function SettleBar({ about, work, next, reload }: Props) {
  const { admin } = useProject();
  const stored = about.detail.adjudication;
  if (stored?.state === "settled") {
    return (
      <div className="settle-bar">
        <p className="state" data-state="settled">
          Settled {stored.mine && "by you "}
          {stored.settled_at && moment(stored.settled_at)}
          {about.detail.gold && ", gold"}
        </p>
        <div className="buttons">
          <Reopen about={about} reload={reload} />
          {admin && !about.detail.gold && (
            <Confirm
              label="Make gold"
              title="Make this record gold?"
              verb="Make gold"
              act={async () => {
                await makeGold(about.detail.id);
                await reload();
              }}
            >
              <p>It becomes the known answer to this example. It is handed out unseen among ordinary texts, to people who have not judged it, and tells how close they come.</p>
            </Confirm>
          )}
          <button type="button" className="primary" onClick={() => void next()}>
            Next <kbd aria-hidden="true">N</kbd>
          </button>
        </div>
      </div>
    );
  }
  return (
    <div className="settle-bar">
      {work.saving === "refused" && <Problem error={work.problem} what="This is not finished, or not possible:" />}
      <p className="soft" role="status" data-saving={work.saving}>
        {SAVING[work.saving]}
      </p>
      <div className="buttons">
        <button type="button" className="quiet" disabled={!work.undo} onClick={() => work.dispatch({ do: "undo" })}>
          Undo
        </button>
        <button type="button" className="quiet" disabled={!work.redo} onClick={() => work.dispatch({ do: "redo" })}>
          Redo
        </button>
        <button type="button" className="quiet" onClick={() => work.dispatch({ do: "replace", ruling: about.proposal })}>
          Back to the proposal
        </button>
        <button type="button" className="quiet" onClick={() => void next()}>
          Next <kbd aria-hidden="true">N</kbd>
        </button>
        <button type="button" className="primary" disabled={work.saving === "conflict"} onClick={() => void work.settle()}>
          Settle and next <kbd aria-hidden="true">S</kbd>
        </button>
      </div>
    </div>
  );
}

function Reopen({ about, reload }: { about: Case; reload: () => Promise<unknown> }) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const sending = useMutation({
    mutationFn: () => reopenAdjudication(about.detail.id, about.detail.adjudication!.version, reason),
    onSuccess: reload,
  });
  return (
    <>
      <button type="button" className="quiet" onClick={() => setOpen(true)}>
        Reopen
      </button>
      {open && (
        <Dialog title="Reopen this record?" onClose={() => setOpen(false)}>
          <p>Datasets that hold it stay as they are. New ones do without it until it is settled again.</p>
          <label className="edited">
            <span>Why (for whoever settles it next)</span>
            <textarea rows={2} maxLength={500} value={reason} onChange={({ target }) => setReason(target.value)} />
          </label>
          {sending.isError && <Problem error={sending.error} what="It was not reopened." />}
          <div className="buttons">
            <button type="button" className="primary" disabled={sending.isPending} onClick={() => sending.mutate()}>
              Reopen
            </button>
            <button type="button" className="quiet" onClick={() => setOpen(false)}>
              Leave it settled
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
