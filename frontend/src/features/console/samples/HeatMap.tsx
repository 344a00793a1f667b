import { useState, type CSSProperties } from "react";
import type { SampledResponse } from "../../../api/console";
import { signed } from "../format";
import { layerValues, pieces, strength, SUM, tokenTexts, type Piece } from "./heat";
import { sign } from "./Legend";

type Props = { response: SampledResponse; layer: string; domain: number; nameOf: (key: string) => string };

/**
 * The response with the segments of a layer tinted by their rewards. A bracket ends at the token where a reward
 * stands, with the number. Arrow keys go from segment to segment; the line below tells all of its rewards.
 */
export function HeatMap({ response, layer, domain, nameOf }: Props) {
  const [current, setCurrent] = useState<number | null>(null);
  const texts = tokenTexts(response);
  const shown = pieces(response, layer);
  const piece = current === null ? undefined : shown[Math.min(current, shown.length - 1)];
  const move = (by: number) => setCurrent((at) => Math.max(0, Math.min(shown.length - 1, (at ?? -by) + by)));
  return (
    <>
      {/* A text that is read part by part by arrow keys: a widget of its own, announced by the line below. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        className="response-text heat"
        role="group"
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        aria-label={`Response ${response.index + 1}, rewards of ${nameOf(layer)}. Left and right arrow keys go from segment to segment.`}
        onKeyDown={(event) => {
          if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
          event.preventDefault();
          move(event.key === "ArrowRight" ? 1 : -1);
        }}
        onBlur={() => setCurrent(null)}
        onMouseLeave={() => setCurrent(null)}
      >
        {shown.map((one, i) => (
          <Segment key={one.first} piece={one} texts={texts} domain={domain} current={one === piece} onEnter={() => setCurrent(i)} />
        ))}
      </div>
      <p className="readout" role="status">
        {piece ? (
          <Readout piece={piece} response={response} texts={texts} nameOf={nameOf} />
        ) : (
          <span className="soft">Total {signed(layerValues(response, layer).reduce((a, b) => a + b, 0))}</span>
        )}
      </p>
    </>
  );
}

function Segment({
  piece,
  texts,
  domain,
  current,
  onEnter,
}: {
  piece: Piece;
  texts: string[];
  domain: number;
  current: boolean;
  onEnter: () => void;
}) {
  const { first, last, value } = piece;
  const style = { "--strength": value === null ? 0 : strength(value, domain) } as CSSProperties;
  const body = texts.slice(first, last).join("");
  const end = texts[last]!;
  return (
    <span
      className="segment"
      data-sign={value === null ? "none" : sign(value)}
      data-current={current || undefined}
      style={style}
      onMouseEnter={onEnter}
    >
      {body}
      {value === null ? (
        end
      ) : (
        <span className="unbroken">
          <span className="stand">{end === "" ? <span title="End of the response">∎</span> : end}</span>
          <sub>{signed(value)}</sub>
        </span>
      )}
    </span>
  );
}

/** Every category's reward within the piece, and their sum. */
function Readout({ piece, response, texts, nameOf }: { piece: Piece; response: SampledResponse; texts: string[]; nameOf: (key: string) => string }) {
  const within = (layer: string) =>
    layerValues(response, layer)
      .slice(piece.first, piece.last + 1)
      .reduce((a, b) => a + b, 0);
  const text = texts
    .slice(piece.first, piece.last + 1)
    .join("")
    .trim();
  return (
    <>
      <q>{text.length > 60 ? `${text.slice(0, 59)}…` : text || "end of the response"}</q>
      {Object.keys(response.rewards).map((key) => (
        <span key={key} className="metric">
          {nameOf(key)} <b>{signed(within(key))}</b>
        </span>
      ))}
      {Object.keys(response.rewards).length > 1 && (
        <span className="metric">
          Sum <b>{signed(within(SUM))}</b>
        </span>
      )}
    </>
  );
}
