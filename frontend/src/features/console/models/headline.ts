const FIRST = [/^accuracy\//, /^f1\//, /^reward\/total$/, /^reward\//, /^kl$/, /^dev\/loss$/, /^loss/];

/** The few metrics that a model is told by, the most telling first. */
export function headline(metrics: Record<string, number | null>, most = 4): [string, number | null][] {
  const rank = (name: string) => {
    const place = FIRST.findIndex((pattern) => pattern.test(name));
    return place === -1 ? FIRST.length : place;
  };
  return Object.entries(metrics)
    .sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b))
    .slice(0, most);
}
