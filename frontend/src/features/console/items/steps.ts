import type { HistoryRow } from "../../../api/people";

export type Step = { transaction: number; at: string; by: string | null; rows: HistoryRow[] };

/** Rows that were written at once, together and in their order. */
export function stepsOf(rows: readonly HistoryRow[]): Step[] {
  const steps: Step[] = [];
  for (const row of rows) {
    const last = steps.at(-1);
    if (last?.transaction === row.transaction) last.rows.push(row);
    else steps.push({ transaction: row.transaction, at: row.at, by: row.by, rows: [row] });
  }
  return steps;
}
