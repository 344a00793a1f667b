/** An order with ties: tiers of response indexes, the best tier first. Every weak order can be reached by `moveInOrder`. */
export type Order = readonly (readonly number[])[];

/** `strength`: how much better, 1 slightly to 3 much; null where it was not asked, and of a tie. */
export type Comparison = { first: number; second: number; preferred: "first" | "second" | "tie"; strength: 1 | 2 | 3 | null };

/**
 * One step up (by -1) or down (by 1): out of a tie into a tier of its own, from a tier of its own into a tie with the
 * next one. So that two keys are enough for any order. The same order at its end.
 */
export function moveInOrder(order: Order, response: number, by: -1 | 1): Order {
  const at = order.findIndex((tier) => tier.includes(response));
  const tier = order[at];
  if (!tier) return order;
  if (tier.length > 1) {
    const rest = tier.filter((other) => other !== response);
    return order.toSpliced(at, 1, ...(by < 0 ? [[response], rest] : [rest, [response]]));
  }
  const next = order[at + by];
  if (!next) return order;
  return order.toSpliced(Math.min(at, at + by), 2, [...next, response]);
}

/** The same responses in one tier. */
export function allEqual(order: Order): Order {
  return order.length > 1 ? [order.flat()] : order;
}

/** The pairs that the order implies, each in the order in which the two were shown. */
export function comparisons(order: Order, shown: readonly number[]): Comparison[] {
  const tierOf = (response: number) => order.findIndex((tier) => tier.includes(response));
  return shown.flatMap((first, i) =>
    shown.slice(i + 1).map((second): Comparison => {
      const difference = tierOf(first) - tierOf(second);
      return { first, second, preferred: difference < 0 ? "first" : difference > 0 ? "second" : "tie", strength: null };
    }),
  );
}

const samePair = (a: Comparison, b: Comparison) => (a.first === b.first && a.second === b.second) || (a.first === b.second && a.second === b.first);

/** The comparisons with this one, in place of an earlier one of the same two; the same list when nothing changes. */
export function setComparison(pairs: readonly Comparison[], pair: Comparison): readonly Comparison[] {
  const before = pairs.find((each) => samePair(each, pair));
  if (!before) return [...pairs, pair];
  if (JSON.stringify(before) === JSON.stringify(pair)) return pairs;
  return pairs.map((each) => (each === before ? pair : each));
}
