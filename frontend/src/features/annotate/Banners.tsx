/** What the annotator must know about the connection, the session, the text's lease and the submissions on their way. */
import type { ReactNode } from "react";
import type { Me } from "../../api/types";
import { t } from "../../text/strings";
import { useNow } from "../../ui/useNow";
import type { Entry } from "./outbox";
import { SignIn } from "./SignIn";
import { useOnline, type Lease } from "./useLease";

// A submission that is on its way no longer than this is nothing to talk about.
const PATIENCE_MS = 2500;

type Props = {
  me: Me;
  entries: readonly Entry[];
  signedOut: boolean;
  /** A question whose answer was kept as surplus, if that was the last one. */
  surplus: string | null;
  onSeen: () => void;
  onSend: () => void;
  onBack: (entry: Entry) => void;
  onDrop: (entry: Entry) => void;
};

/** About what was submitted. */
export function Sending({ me, signedOut, entries, surplus, onSeen, onSend, onBack, onDrop }: Props) {
  const now = useNow(1);
  const waiting = entries.filter(({ state, at, kept }) => kept && state !== "refused" && (state !== "sending" || now - at > PATIENCE_MS));
  const refused = entries.filter(({ state, kept, final }) => state === "refused" && (kept || final));
  return (
    <>
      {(signedOut || entries.some(({ state }) => state === "signed_out")) && <SignIn me={me} />}
      <div role="status">
        {waiting.length > 0 && (
          <Banner action={t.outbox.now} onAction={onSend}>
            {t.outbox.waiting(waiting.length)}
          </Banner>
        )}
        {surplus !== null && (
          <Banner action={t.close} onAction={onSeen}>
            {t.outbox.surplus(surplus)}
          </Banner>
        )}
      </div>
      {refused.map((entry) => (
        <div role="alert" key={entry.submission.client_id}>
          <Banner action={entry.final ? t.close : t.outbox.back} onAction={() => (entry.final ? onDrop : onBack)(entry)}>
            <b>{entry.final ? t.final[entry.final].title : t.outbox.refused(entry.question)}</b> {entry.final ? `${entry.question} – ${t.final[entry.final].body}` : `${entry.message} ${t.outbox.kept}`}
          </Banner>
        </div>
      ))}
    </>
  );
}

export function Banner({ action, onAction, children }: { action?: string; onAction?: () => void; children: ReactNode }) {
  return (
    <div className="banner">
      <p>{children}</p>
      {action && (
        <button type="button" className="quiet" onClick={onAction}>
          {action}
        </button>
      )}
    </div>
  );
}

/** About the text on the desk. `elsewhere`: another tab works on it. */
export function OnText({ lease, elsewhere, onTake, onNext }: { lease: Lease; elsewhere: boolean; onTake: () => void; onNext: () => void }) {
  const online = useOnline();
  return (
    <div role="status">
      {!online && <Banner>{t.offline}</Banner>}
      {elsewhere && (
        <Banner action={t.tab.take} onAction={onTake}>
          <b>{t.tab.title}</b> {t.tab.body}
        </Banner>
      )}
      {lease === "lost" && (
        <Banner>
          <b>{t.expired.title}</b> {t.expired.body}
        </Banner>
      )}
      {lease !== "held" && lease !== "lost" && (
        <Banner action={t.final.next} onAction={onNext}>
          <b>{t.final[lease].title}</b> {t.final[lease].body}
        </Banner>
      )}
    </div>
  );
}
