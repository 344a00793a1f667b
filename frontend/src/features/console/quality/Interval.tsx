/** A number drawn on its scale: a dot, and a line from the low to the high end of its interval. */
type Props = { value: number; low: number | null; high: number | null; least?: number; most?: number };

export function Interval({ value, low, high, least = 0, most = 1 }: Props) {
  const place = (number: number) => `${(Math.min(Math.max(number, least), most) - least) / (most - least) * 100}%`;
  return (
    <span className="interval" aria-hidden="true">
      {least < 0 && <i className="interval-zero" style={{ insetInlineStart: place(0) }} />}
      {low !== null && high !== null && (
        <i className="interval-line" style={{ insetInlineStart: place(low), inlineSize: `calc(${place(high)} - ${place(low)})` }} />
      )}
      <i className="interval-dot" style={{ insetInlineStart: place(value) }} />
    </span>
  );
}

const two = (value: number) => value.toFixed(2).replace("-", "−");

/** "0.62 (0.51 to 0.70)". */
export const told = ({ value, low, high }: { value: number; low: number | null; high: number | null }) =>
  low === null || high === null ? two(value) : `${two(value)} (${two(low)} to ${two(high)})`;
