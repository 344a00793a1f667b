/** The project's guideline beside the desk, or over it where there is no room. */
import { useEffect, useRef, useSyncExternalStore } from "react";
import type { Assignment } from "../../../api/types";
import { t } from "../../../text/strings";
import { Dialog } from "../../../ui/Dialog";
import { Prose } from "./Prose";

const ROOM = "(min-width: 1280px)";

const media = (changed: () => void) => {
  const list = window.matchMedia?.(ROOM);
  list?.addEventListener("change", changed);
  return () => list?.removeEventListener("change", changed);
};
const useRoom = () => useSyncExternalStore(media, () => window.matchMedia?.(ROOM).matches ?? false);

type Props = { guideline: Assignment["guideline"]; onClose: () => void };

export function GuidelinePanel({ guideline: { version, body }, onClose }: Props) {
  const content = (
    <>
      {body ? <p className="soft">{t.guide.version(version)}</p> : <p>{t.guide.guideline.empty}</p>}
      <Prose body={body} />
    </>
  );
  const button = (
    <button type="button" className="quiet" onClick={onClose}>
      {t.close}
    </button>
  );
  if (useRoom()) {
    return (
      <Docked onClose={onClose}>
        {button}
        {content}
      </Docked>
    );
  }
  return (
    <Dialog title={t.top.guideline} onClose={onClose} wide>
      {content}
      {button}
    </Dialog>
  );
}

function Docked({ onClose, children }: { onClose: () => void; children: React.ReactNode }) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const here = panel.current!;
    const before = document.activeElement;
    here.focus();
    return () => {
      // Whoever was reading goes back to where they came from; whoever worked on beside it stays there.
      if (before instanceof HTMLElement && (document.activeElement === document.body || here.contains(document.activeElement))) before.focus();
    };
  }, []);
  return (
    // Escape closes it from inside; its button does the same.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <aside ref={panel} className="guideline-panel" aria-labelledby="guideline-title" tabIndex={-1} onKeyDown={(event) => event.key === "Escape" && onClose()}>
      <h2 id="guideline-title">{t.top.guideline}</h2>
      {children}
    </aside>
  );
}
