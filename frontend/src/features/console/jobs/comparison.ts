/** The result of an evaluation as a table: what its metrics are called says whose they are. */

export type Difference = { mean: number; low: number; high: number };
export type Row = { name: string; values: (number | null)[]; differences: (Difference | null)[]; atEqualLength: (Difference | null)[] };

const OWN = /^(\d+)\/(.+)$/;
const PAIRED = /^(differences|at_equal_length)\/(\d+)\/(mean|low|high)\/(.+)$/;

/** A row per metric: its value for each policy, and for each policy after the first the differences to the first. */
export function comparisonOf(metrics: Record<string, number | null>): Row[] {
  const rows = new Map<string, Row>();
  const rowOf = (name: string) => {
    const row = rows.get(name) ?? { name, values: [], differences: [], atEqualLength: [] };
    rows.set(name, row);
    return row;
  };
  for (const [key, value] of Object.entries(metrics)) {
    const [, kind, second, part, of] = PAIRED.exec(key) ?? [];
    const [, policy, name] = OWN.exec(key) ?? [];
    if (kind && second && part && of) {
      const row = rowOf(of);
      const list = kind === "differences" ? row.differences : row.atEqualLength;
      const at = Number(second) - 1;
      list[at] = { ...(list[at] ?? { mean: NaN, low: NaN, high: NaN }), [part]: value ?? NaN };
    } else if (policy && name) rowOf(name).values[Number(policy)] = value;
  }
  const policies = Math.max(0, ...[...rows.values()].map(({ values }) => values.length));
  const filled = <T>(list: T[], length: number) => Array.from({ length }, (_, i) => list[i] ?? null);
  return [...rows.values()]
    .map((row) => ({
      ...row,
      values: filled(row.values, policies),
      differences: filled(row.differences, policies - 1),
      atEqualLength: filled(row.atEqualLength, policies - 1),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** How far a row's intervals reach from nothing: they are drawn on one scale. */
export const reachOf = ({ differences, atEqualLength }: Row): number =>
  Math.max(0, ...[...differences, ...atEqualLength].flatMap((found) => (found ? [Math.abs(found.low), Math.abs(found.high)] : [])));
