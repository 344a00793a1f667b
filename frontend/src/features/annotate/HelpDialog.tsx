import { t } from "../../text/strings";
import { Dialog } from "../../ui/Dialog";
import { Badge } from "./Badge";
import type { Item } from "./item";
import { Explained } from "./TypeKeys";

export function HelpDialog({ item, onClose }: { item: Item; onClose: () => void }) {
  const { asks, overlap } = item.assignment.desk;
  const marking = asks.includes("marks");
  const keys = [...(marking ? t.help.keys : []), ...(asks.includes("comparison") ? t.help.compareKeys : []), ...t.help.commonKeys];
  return (
    <Dialog title={marking ? t.help.title : t.top.help} onClose={onClose} wide>
      {marking && (
        <>
          <p>{t.help.order}</p>
          {overlap === "forbid" && <p>{t.overlap.rule}</p>}
          <dl className="help-types">
            {item.types.map((type) => (
              <div key={type.key}>
                <dt>
                  <Badge type={type} /> {type.name} <kbd>{type.hotkey}</kbd>
                </dt>
                <dd>
                  <Explained type={type} />
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      <h3>{t.help.keysTitle}</h3>
      <p className="soft">{t.help.keysScope}</p>
      <dl className="help-keys">
        {keys.map(([key, meaning]) => (
          <div key={meaning}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <button type="button" className="primary" onClick={onClose}>
        {t.close}
      </button>
    </Dialog>
  );
}
