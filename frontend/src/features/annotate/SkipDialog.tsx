/** Giving a text back, or telling that something is wrong with it: a reason, and room for more about it. */
import { useState } from "react";
import { flag } from "../../api/guidance";
import type { FlagReason } from "../../api/types";
import { t } from "../../text/strings";
import { Dialog } from "../../ui/Dialog";

// As much as the server takes of a reason and a note together.
const NOTE_LENGTH = 450;

export function SkipDialog({ onSkip, onClose }: { onSkip: (reason: string) => Promise<void>; onClose: () => void }) {
  return (
    <Dialog title={t.skip.title} onClose={onClose}>
      <ReasonForm words={t.skip} first="cannot_judge" onSend={(reason, note) => onSkip(note ? `${reason}: ${note}` : reason)} onClose={onClose} />
    </Dialog>
  );
}

/** Whoever has reported a text goes on with it, or skips it after all. */
export function FlagDialog({ assignment, onSkip, onClose }: { assignment: number; onSkip: () => void; onClose: () => void }) {
  const [sent, setSent] = useState(false);
  const send = async (reason: FlagReason, note: string) => {
    await flag(assignment, reason, note);
    setSent(true);
  };
  return (
    <Dialog title={sent ? t.flag.done : t.flag.title} onClose={onClose}>
      {sent ? (
        <p className="buttons">
          <button type="button" className="primary" onClick={onClose}>
            {t.flag.goOn}
          </button>
          <button type="button" className="quiet" onClick={onSkip}>
            {t.skip.title}
          </button>
        </p>
      ) : (
        <ReasonForm words={t.flag} first="harmful" onSend={send} onClose={onClose} />
      )}
    </Dialog>
  );
}

type Props<Reason extends string> = {
  words: { body: string; reasons: Record<Reason, string>; confirm: string };
  first: Reason;
  onSend: (reason: Reason, note: string) => Promise<void>;
  onClose: () => void;
};

function ReasonForm<Reason extends string>({ words, first, onSend, onClose }: Props<Reason>) {
  const [reason, setReason] = useState(first);
  const [note, setNote] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSend(reason, note.trim()).catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)));
      }}
    >
      <p>{words.body}</p>
      <fieldset>
        <legend>{t.why}</legend>
        {(Object.keys(words.reasons) as Reason[]).map((key) => (
          <label key={key} className="choice">
            <input type="radio" name="reason" value={key} checked={reason === key} onChange={() => setReason(key)} />
            {words.reasons[key]}
          </label>
        ))}
      </fieldset>
      <label className="note">
        {t.note}
        <textarea rows={2} dir="auto" maxLength={NOTE_LENGTH} value={note} onChange={(event) => setNote(event.target.value)} />
      </label>
      {problem && (
        <p role="alert" className="problem">
          {problem}
        </p>
      )}
      <p className="buttons">
        <button type="submit" className="primary">
          {words.confirm}
        </button>
        <button type="button" className="quiet" onClick={onClose}>
          {t.cancel}
        </button>
      </p>
    </form>
  );
}
