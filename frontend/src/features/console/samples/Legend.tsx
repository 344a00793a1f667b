import { signed } from "../format";

const STOPS = [-1, -0.5, 0, 0.5, 1];

/** What the colours mean; the scale is the same for all responses on the page. */
export function Legend({ domain }: { domain: number }) {
  return (
    <div className="heat-legend" role="img" aria-label={`Colours from ${signed(-domain)}, bad, over 0 to ${signed(domain)}, good`}>
      {STOPS.map((stop) => (
        <span key={stop} className="swatch" data-sign={sign(stop)} style={{ "--strength": Math.abs(stop) } as React.CSSProperties}>
          {stop === 0 ? "0" : signed(stop * domain)}
        </span>
      ))}
    </div>
  );
}

export const sign = (value: number) => (value < 0 ? "bad" : value > 0 ? "good" : "none");
