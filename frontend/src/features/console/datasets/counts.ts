import type { Dataset } from "../../../api/console";

const sum = (counts: Record<string, number>) => Object.values(counts).reduce((total, count) => total + count, 0);

/** Spans and missing pieces of all types together. */
export const marks = ({ spans, missing }: Dataset["counts"]) => sum(spans) + sum(missing);
