/** Two people changed the record at once: both versions, and the choice which goes on. */
import { useQuery } from "@tanstack/react-query";
import { getAdjudication } from "../../../api/console";
import type { Ruling } from "../../../state/adjudication";
import { Dialog } from "../../../ui/Dialog";
import { moment } from "../format";
import { Answer } from "../parts";
import { rulingOfStored, type Case } from "./cases";
import { quoteOf } from "./DisputeCard";

type Props = { about: Case; mine: Ruling; stale: boolean; keep: (newest: number, mine: Ruling) => Promise<void>; take: () => Promise<void> };

export function Conflict({ about, mine, stale, keep, take }: Props) {
  const newest = useQuery({ queryKey: ["conflict", about.detail.id], queryFn: () => getAdjudication(about.detail.id), gcTime: 0, staleTime: 0 });
  return (
    <Dialog title={stale ? "There is a newer version than yours" : "Somebody else changed this meanwhile"} wide>
      <Answer query={newest}>
        {({ adjudication, example }) =>
          adjudication === null ? (
            <p>The record is gone.</p>
          ) : (
            <>
              <p>
                Version {adjudication.version} was saved {adjudication.saved_at && moment(adjudication.saved_at)} {adjudication.mine ? "by you, in another place" : "by somebody else"}. Nothing is lost until you choose.
              </p>
              <div className="versions">
                <Version about={about} title="Yours" ruling={mine} />
                <Version about={about} title="The other one" ruling={rulingOfStored(adjudication, { ...about.detail, example })} />
              </div>
              <div className="buttons">
                <button type="button" className="primary" onClick={() => void take()}>
                  Go on with the other one
                </button>
                {adjudication.state !== "settled" && (
                  <button type="button" className="quiet" onClick={() => void keep(adjudication.version, mine)}>
                    Save mine over it
                  </button>
                )}
              </div>
              {adjudication.state === "settled" && <p className="soft">The other one is settled; to change it, go on with it and reopen it.</p>}
            </>
          )
        }
      </Answer>
    </Dialog>
  );
}

function Version({ about, title, ruling }: { about: Case; title: string; ruling: Ruling }) {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      {Object.entries(ruling.verdicts).map(([response, { kept, corrected }]) => (
        <ul key={response} className="version-marks">
          {kept.map((mark) => {
            const look = about.types.find(({ key }) => key === mark.type);
            return (
              <li key={mark.id}>
                <span className="badge" data-hue={look?.hue} data-line={look?.line} aria-hidden="true">
                  {look?.badge ?? "?"}
                </span>{" "}
                {look?.name ?? mark.type} <q dir="auto">{quoteOf(about, Number(response), mark)}</q>
              </li>
            );
          })}
          {kept.length === 0 && <li className="soft">No marks</li>}
          {corrected !== null && <li className="soft">With a corrected text</li>}
        </ul>
      ))}
    </section>
  );
}
