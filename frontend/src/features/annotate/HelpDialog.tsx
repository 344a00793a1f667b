import { t } from "../../text/strings";
import { Dialog } from "../../ui/Dialog";
import { Badge } from "./Badge";
import type { Item } from "./item";

export function HelpDialog({ item, onClose }: { item: Item; onClose: () => void }) {
  const { guideline } = item.assignment;
  return (
    <Dialog title={t.help.title} onClose={onClose} wide>
      <p>{t.help.order}</p>
      <dl className="help-types">
        {item.types.map((type) => (
          <div key={type.key}>
            <dt>
              <Badge type={type} /> {type.name} <kbd>{type.hotkey}</kbd>
            </dt>
            <dd>
              <p>{type.definition}</p>
              <p>
                <b className="fits">{t.help.fits}:</b> {type.example_fits}
              </p>
              <p>
                <b className="lacks">{t.help.not}:</b> {type.example_not}
              </p>
            </dd>
          </div>
        ))}
      </dl>
      {guideline.body && (
        <>
          <h3>{t.help.guideline}</h3>
          <p className="guideline" dir="auto">
            {guideline.body}
          </p>
        </>
      )}
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
