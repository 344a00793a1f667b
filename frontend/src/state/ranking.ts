/** How responses compare: on a board, which cannot contradict itself, or pair by pair, which can. Pure. */

/** An order with ties: tiers of response indexes, the best tier first. Any can be reached by `moveInOrder` alone. */
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

/**
 * The response put where it was dropped: tied with those of tier number `tier`, or in a tier of its own before that one
 * (behind the last, if `tier` is their number). The same order where that changes nothing or there is no such place.
 */
export function placeInOrder(order: Order, response: number, tier: number, tie: boolean): Order {
  if (!order.flat().includes(response) || tier < 0 || tier > order.length - (tie ? 1 : 0)) return order;
  const others = order.map((each) => each.filter((other) => other !== response));
  const placed = tie ? others.map((each, i) => (i === tier ? [...each, response] : each)) : others.toSpliced(tier, 0, [response]);
  const next = placed.filter((each) => each.length > 0);
  const same = next.length === order.length && next.every((each, i) => each.length === order[i]!.length && each.every((other) => order[i]!.includes(other)));
  return same ? order : next;
}

/** The same responses in one tier. */
export function allEqual(order: Order): Order {
  return order.length > 1 ? [order.flat()] : order;
}

/** The pairs that the order implies, each in the order in which the two were shown. */
export function comparisons(order: Order, shown: readonly number[]): Comparison[] {
  const tierOf = (response: number) => order.findIndex((tier) => tier.includes(response));
  return pairsOf(shown).map(([first, second]): Comparison => {
    const difference = tierOf(first) - tierOf(second);
    return { first, second, preferred: difference < 0 ? "first" : difference > 0 ? "second" : "tie", strength: null };
  });
}

/** The pairs of what is shown, each in the order in which the two were shown. */
export function pairsOf(shown: readonly number[]): [number, number][] {
  return shown.flatMap((first, i) => shown.slice(i + 1).map((second): [number, number] => [first, second]));
}

type Pair = Pick<Comparison, "first" | "second">;
const samePair = (a: Pair, b: Pair) => (a.first === b.first && a.second === b.second) || (a.first === b.second && a.second === b.first);

/** What was said of these two, whichever of them came first. */
export function findComparison(pairs: readonly Comparison[], first: number, second: number): Comparison | undefined {
  return pairs.find((pair) => samePair(pair, { first, second }));
}

/** The comparisons with this one, in place of an earlier one of the same two; the same list when nothing changes. */
export function setComparison(pairs: readonly Comparison[], pair: Comparison): readonly Comparison[] {
  const before = pairs.find((each) => samePair(each, pair));
  if (!before) return [...pairs, pair];
  if (JSON.stringify(before) === JSON.stringify(pair)) return pairs;
  return pairs.map((each) => (each === before ? pair : each));
}

/** How the first of two stands to the second: 1 better, 0 equal, -1 worse. */
export type Relation = 1 | 0 | -1;

/** Undefined where it was not decided. */
export function relation(pairs: readonly Comparison[], first: number, second: number): Relation | undefined {
  const pair = findComparison(pairs, first, second);
  if (!pair) return undefined;
  if (pair.preferred === "tie") return 0;
  return (pair.preferred === "first" ? pair.first : pair.second) === first ? 1 : -1;
}

/**
 * Three responses that no order has room for: each is at least as good as the next, and the last as good as the first,
 * but they are not all equal. Each three once, so turned that a strict step comes last.
 */
export function contradictions(pairs: readonly Comparison[], shown: readonly number[]): [number, number, number][] {
  const around = (a: number, b: number, c: number): [number, number, number][] => {
    const steps = [relation(pairs, a, b), relation(pairs, b, c), relation(pairs, c, a)];
    if (!steps.every((step) => step === 0 || step === 1) || !steps.includes(1)) return [];
    if (steps[2] === 1) return [[a, b, c]];
    return steps[1] === 1 ? [[c, a, b]] : [[b, c, a]];
  };
  return pairsOf(shown).flatMap(([a, b]) => shown.slice(shown.indexOf(b) + 1).flatMap((c) => [...around(a, b, c), ...around(a, c, b)]));
}
