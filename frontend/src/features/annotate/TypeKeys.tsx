/** Error types as buttons; each explains itself when the pointer rests on it or the keyboard reaches it. */
import { useEffect, useId, useRef, useState } from "react";
import type { DeskAction } from "../../state/desk";
import { t } from "../../text/strings";
import { Badge } from "./Badge";
import type { ShownType } from "./item";

/** Before an explanation appears, so that a pointer that only passes by does not flash it; and before it goes. */
const REST_MS = 350;
const LEAVE_MS = 200;

type Props = { types: readonly ShownType[]; label: string; pressed: (key: string) => boolean; dispatch: (action: DeskAction) => void };

export function TypeKeys({ types, label, pressed, dispatch }: Props) {
  const [explained, explain] = useExplained();
  const id = useId();
  const shown = types.find(({ key }) => key === explained);
  return (
    <div className="type-keys" onPointerLeave={() => explain(null, LEAVE_MS)}>
      <div className="types" role="group" aria-label={label}>
        {types.map((type) => (
          <button
            key={type.key}
            type="button"
            className="type"
            data-hue={type.hue}
            aria-pressed={pressed(type.key)}
            aria-describedby={shown === type ? id : undefined}
            aria-keyshortcuts={type.hotkey}
            onPointerEnter={(event) => event.pointerType !== "touch" && explain(type.key, REST_MS)}
            onPointerDown={() => explain(null, 0)}
            onFocus={(event) => event.target.matches(":focus-visible") && explain(type.key, 0)}
            onBlur={() => explain(null, 0)}
            onClick={() => dispatch({ do: "type", type: type.key })}
          >
            <Badge type={type} />
            {type.name}
            <kbd aria-hidden="true">{type.hotkey}</kbd>
          </button>
        ))}
      </div>
      {shown && (
        <div id={id} role="tooltip" className="explained" data-hue={shown.hue} onPointerEnter={() => explain(shown.key, 0)}>
          <Explained type={shown} />
        </div>
      )}
    </div>
  );
}

/** What a type means, an example that fits it and one that does not. */
export function Explained({ type }: { type: ShownType }) {
  return (
    <>
      <p>{type.definition}</p>
      <p>
        <b className="fits">{t.help.fits}:</b> {type.example_fits}
      </p>
      <p>
        <b className="lacks">{t.help.not}:</b> {type.example_not}
      </p>
    </>
  );
}

/** The key of the type that is explained, and how to explain another (or none) after a while. Escape ends it too. */
function useExplained(): [string | null, (key: string | null, after: number) => void] {
  const [explained, setExplained] = useState<string | null>(null);
  const timer = useRef(0);
  const explain = (key: string | null, after: number) => {
    clearTimeout(timer.current);
    if (after === 0) setExplained(key);
    else timer.current = window.setTimeout(() => setExplained(key), after);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    if (explained === null) return;
    const close = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.preventDefault(); // the desk's own Escape waits for the next one
      setExplained(null);
    };
    document.addEventListener("keydown", close, true);
    return () => document.removeEventListener("keydown", close, true);
  }, [explained]);
  return [explained, explain];
}
