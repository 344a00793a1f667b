import type { DraftBody } from "../../state/draft";
import { t } from "../../text/strings";
import { Dialog } from "../../ui/Dialog";

type Props = { here: DraftBody; server: DraftBody; onHere: () => void; onServer: () => void };

/** Two versions of one draft grew apart: the annotator sees which is newer and chooses. */
export function ConflictDialog({ here, server, onHere, onServer }: Props) {
  const hereIsNewer = here.saved_at > server.saved_at;
  return (
    <Dialog title={t.conflict.title}>
      <p>{t.conflict.body}</p>
      <div className="versions">
        <Version name={t.conflict.here} body={here} newer={hereIsNewer} choose={t.conflict.keepHere} onChoose={onHere} />
        <Version name={t.conflict.server} body={server} newer={!hereIsNewer} choose={t.conflict.keepServer} onChoose={onServer} />
      </div>
    </Dialog>
  );
}

function Version({ name, body, newer, choose, onChoose }: { name: string; body: DraftBody; newer: boolean; choose: string; onChoose: () => void }) {
  const judgements = Object.values(body.work.judgements);
  const count = (of: "marks" | "missing") => judgements.reduce((sum, judgement) => sum + judgement[of].length, 0);
  return (
    <section>
      <h3>
        {name} {newer && <span className="newer">{t.conflict.newer}</span>}
      </h3>
      <p>{t.conflict.at(new Date(body.saved_at).toLocaleString())}</p>
      <p>{t.conflict.holds(count("marks"), count("missing"), judgements.some(({ corrected }) => corrected !== null))}</p>
      <button type="button" className={newer ? "primary" : "quiet"} onClick={onChoose}>
        {choose}
      </button>
    </section>
  );
}
