import type { DraftBody } from "../../state/draft";
import { wordDiff } from "../../text/diff";
import { language, t } from "../../text/strings";
import { Dialog } from "../../ui/Dialog";
import type { Item } from "./item";
import { saidIn } from "./versions";

type Props = { item: Item; here: DraftBody; server: DraftBody; onHere: () => void; onServer: () => void };

/** Two versions of one draft grew apart: the annotator sees what each says, and which is newer, and chooses. */
export function ConflictDialog({ item, here, server, onHere, onServer }: Props) {
  const hereIsNewer = here.saved_at > server.saved_at;
  return (
    <Dialog title={t.conflict.title} wide>
      <p>{t.conflict.body}</p>
      <div className="versions">
        <Version item={item} name={t.conflict.here} body={here} other={server} newer={hereIsNewer} choose={t.conflict.keepHere} onChoose={onHere} />
        <Version item={item} name={t.conflict.server} body={server} other={here} newer={!hereIsNewer} choose={t.conflict.keepServer} onChoose={onServer} />
      </div>
    </Dialog>
  );
}

type VersionProps = { item: Item; name: string; body: DraftBody; other: DraftBody; newer: boolean; choose: string; onChoose: () => void };

function Version({ item, name, body, other, newer, choose, onChoose }: VersionProps) {
  const others = new Set(saidIn(item, other.work));
  const lines = saidIn(item, body.work);
  const corrections = Object.entries(body.work.judgements).flatMap(([index, { corrected }]) =>
    corrected === null ? [] : [{ index: Number(index), corrected, only: other.work.judgements[Number(index)]?.corrected !== corrected }],
  );
  return (
    <section>
      <h3>
        {name} {newer && <span className="newer">{t.conflict.newer}</span>}
      </h3>
      <p>{t.conflict.at(new Date(body.saved_at).toLocaleString(language()))}</p>
      {lines.length + corrections.length === 0 && <p className="soft">{t.conflict.nothing}</p>}
      <ul>
        {lines.map((line, i) => (
          <li key={i} dir="auto">
            {line} {!others.has(line) && <Only />}
          </li>
        ))}
        {corrections.map(({ index, corrected, only }) => (
          <li key={`corrected ${index}`}>
            {t.correction.title} {only && <Only />}
            <p className="diff" dir="auto">
              {wordDiff(item.context.texts[index]!.codePoints.text, corrected).map(({ kind, text }, i) => {
                if (kind === "added") return <ins key={i}>{text}</ins>;
                return kind === "removed" ? <del key={i}>{text}</del> : <span key={i}>{text}</span>;
              })}
            </p>
          </li>
        ))}
      </ul>
      <button type="button" className={newer ? "primary" : "quiet"} onClick={onChoose}>
        {choose}
      </button>
    </section>
  );
}

const Only = () => <span className="only">{t.conflict.only}</span>;
