import type { Piece } from "../../../text/shared";
import type { Item } from "../item";

/** A response with the sentences dimmed that the others have too, so that the eye falls on what differs. */
export function Shared({ pieces }: { pieces: readonly Piece[] }) {
  return (
    <p className="compared" dir="auto">
      {pieces.map(({ text, shared }, i) => (
        <span key={i} data-shared={shared || undefined}>
          {text}
        </span>
      ))}
    </p>
  );
}

/** A response in sentences that together are the whole of it. */
export function sentencesOf(item: Item, response: number): string[] {
  const { codePoints, sentences } = item.context.texts[response]!;
  const starts = [0, ...sentences.slice(1).map(({ start }) => start), codePoints.length];
  return starts.slice(1).map((end, i) => codePoints.slice(starts[i]!, end));
}
