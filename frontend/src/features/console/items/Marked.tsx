import { codePoints } from "../../../text/offsets";
import { cut, type Span } from "../../../text/spans";
import type { Look } from "../badges";

export type Mark = Span & { type: string };

/** The text with its marks: each in the hue and line of its type, and its letter where it ends. To be read, not edited. */
export function Marked({ text, marks, looks }: { text: string; marks: Mark[]; looks: Map<string, Look> }) {
  const points = codePoints(text);
  return (
    <p className="response-text marked">
      {cut({ start: 0, end: points.length }, marks).map(({ start, end }) => {
        const over = marks.filter((mark) => mark.start <= start && end <= mark.end);
        const shown = points.slice(start, end);
        if (over.length === 0) return <span key={start}>{shown}</span>;
        const look = looks.get(over.at(-1)!.type);
        return (
          <mark key={start} data-hue={look?.hue} data-line={look?.line}>
            {shown}
            {over
              .filter((mark) => mark.end === end)
              .map((mark, i) => (
                <sup key={i} data-hue={looks.get(mark.type)?.hue} title={mark.type}>
                  {looks.get(mark.type)?.badge ?? "?"}
                </sup>
              ))}
          </mark>
        );
      })}
    </p>
  );
}
