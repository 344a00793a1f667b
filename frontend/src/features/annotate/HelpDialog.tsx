import { t } from "../../text/strings";
import { Dialog } from "../../ui/Dialog";
import { Badge } from "./Badge";
import type { Item } from "./item";
import { Explained } from "./TypeKeys";

export function HelpDialog({ item, onClose }: { item: Item; onClose: () => void }) {
  return (
    <Dialog title={t.help.title} onClose={onClose} wide>
      <p>{t.help.order}</p>
      {item.assignment.desk.overlap === "forbid" && <p>{t.overlap.rule}</p>}
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
      <h3>{t.help.keysTitle}</h3>
      <p className="soft">{t.help.keysScope}</p>
      <dl className="help-keys">
        {t.help.keys.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
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
