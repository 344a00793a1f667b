import type { ShownType } from "./item";

/** The letter of an error type in its hue and line; the name always stands beside it, so it is silent. */
export function Badge({ type }: { type: ShownType | undefined }) {
  return (
    <span className="badge" data-hue={type?.hue} data-line={type?.line} aria-hidden="true">
      {type?.badge ?? "?"}
    </span>
  );
}
