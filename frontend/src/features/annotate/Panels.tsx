import { t } from "../../text/strings";
import type { Panel } from "./usePanel";

/** On a small screen: which of the two is in sight. */
export function Panels({ shown, onShow }: { shown: Panel; onShow: (panel: Panel) => void }) {
  return (
    <div className="panels types" role="group" aria-label={t.panels}>
      {(["response", "passages"] as const).map((each) => (
        <button key={each} type="button" className="quiet" aria-pressed={shown === each} onClick={() => onShow(each)}>
          {t[each]}
        </button>
      ))}
    </div>
  );
}
