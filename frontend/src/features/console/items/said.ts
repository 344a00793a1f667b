/** How many there are of what, in words. */
import type { AnnotationItem } from "../../../api/console";
import { plural } from "../format";

export const said = {
  annotations: (rows: AnnotationItem[], type: string | null) =>
    type
      ? `${plural(rows.flatMap(({ marks }) => marks).filter((mark) => mark.type === type).length, "mark")} in ${plural(rows.length, "annotation")}`
      : plural(rows.length, "annotation"),
  examples: (rows: { confusions: number | null }[], confused: boolean) =>
    confused
      ? `${plural(
          rows.reduce((sum, { confusions }) => sum + (confusions ?? 0), 0),
          "pair",
        )} in ${plural(rows.length, "example")}`
      : plural(rows.length, "example"),
};
