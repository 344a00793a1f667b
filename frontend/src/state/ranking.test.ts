import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allEqual, comparisons, contradictions, moveInOrder, pairsOf, placeInOrder, relation, setComparison, type Comparison, type Order } from "./ranking";

const way = fc.constantFrom(-1 as const, 1 as const);
const move = fc.record({ response: fc.nat(4), by: way }).map(({ response, by }) => (order: Order) => moveInOrder(order, response, by));
const place = fc.record({ response: fc.nat(4), tier: fc.integer({ min: -1, max: 5 }), tie: fc.boolean() }).map(({ response, tier, tie }) => (order: Order) => placeInOrder(order, response, tier, tie));
const edits = fc.array(fc.oneof(move, place, fc.constant(allEqual)));
const after = (shown: number[], changes: ((order: Order) => Order)[]) => changes.reduce((order, change) => change(order), [shown] as Order);

/** Every order with ties of `n` responses: tiers as sets, the best first. */
function weakOrders(responses: readonly number[]): number[][][] {
  const [first, ...rest] = responses;
  if (first === undefined) return [[]];
  return weakOrders(rest).flatMap((order) => [
    ...order.map((_, i) => order.map((tier, j) => (i === j ? [...tier, first].sort() : tier))),
    ...Array.from({ length: order.length + 1 }, (_, i) => order.toSpliced(i, 0, [first])),
  ]);
}
const key = (order: Order) => JSON.stringify(order.map((tier) => [...tier].sort()));

/** All that can be reached from all equal. */
function reachable(shown: number[], steps: (order: Order) => Order[]): Set<string> {
  const found = new Map<string, Order>([[key([shown]), [shown]]]);
  const queue: Order[] = [[shown]];
  for (let order = queue.pop(); order; order = queue.pop()) {
    for (const next of steps(order)) {
      if (found.has(key(next))) continue;
      found.set(key(next), next);
      queue.push(next);
    }
  }
  return new Set(found.keys());
}

describe("the board", () => {
  test("up leaves a tie, then ties with the next better, then passes it", () => {
    const once = moveInOrder([[0, 1, 2]], 2, -1);
    expect(once).toEqual([[2], [0, 1]]);
    expect(moveInOrder(once, 2, -1)).toBe(once);
    expect(moveInOrder([[0], [1], [2]], 2, -1)).toEqual([[0], [1, 2]]);
    expect(moveInOrder([[0], [1, 2]], 0, 1)).toEqual([[1, 2, 0]]);
  });

  test("a response lands in a tie or in a tier of its own, and an empty tier closes", () => {
    const order: Order = [[0], [1, 2], [3]];
    expect(placeInOrder(order, 0, 1, true)).toEqual([[1, 2, 0], [3]]);
    expect(placeInOrder(order, 0, 3, false)).toEqual([[1, 2], [3], [0]]);
    expect(placeInOrder(order, 2, 1, false)).toEqual([[0], [2], [1], [3]]);
    expect(placeInOrder(order, 3, 0, false)).toEqual([[3], [0], [1, 2]]);
  });

  test("what changes nothing gives the very same order", () => {
    const order: Order = [[0], [1, 2], [3]];
    const same = [placeInOrder(order, 0, 0, true), placeInOrder(order, 0, 0, false), placeInOrder(order, 0, 1, false), placeInOrder(order, 2, 1, true), placeInOrder(order, 9, 1, true), placeInOrder(order, 0, 3, true), placeInOrder(order, 0, -1, false)];
    expect(same.every((each) => each === order)).toBe(true);
  });

  test.each([2, 3, 4])("every order with ties of %i responses is reached by steps alone, and by dropping alone", (n) => {
    const shown = Array.from({ length: n }, (_, i) => i);
    const wanted = new Set(weakOrders(shown).map(key));
    expect(wanted.size).toBe([1, 1, 3, 13, 75][n]);
    expect(reachable(shown, (order) => shown.flatMap((r) => [moveInOrder(order, r, -1), moveInOrder(order, r, 1)]))).toEqual(wanted);
    const drops = (order: Order) => shown.flatMap((r) => [...Array(n + 1).keys()].flatMap((tier) => [placeInOrder(order, r, tier, true), placeInOrder(order, r, tier, false)]));
    expect(reachable(shown, drops)).toEqual(wanted);
  });

  test("whatever is done, each response stands in one tier, and no tier is empty", () => {
    fc.assert(
      fc.property(edits, (changes) => {
        const order = after([2, 0, 3, 1], changes);
        expect(order.flat().toSorted()).toEqual([0, 1, 2, 3]);
        expect(order.every((tier) => tier.length > 0)).toBe(true);
      }),
    );
  });

  test("pairs come in the order shown and never contradict each other", () => {
    fc.assert(
      fc.property(edits, (changes) => {
        const shown = [2, 0, 3, 1];
        const pairs = comparisons(after(shown, changes), shown);
        expect(pairs.map(({ first, second }) => [first, second])).toEqual(pairsOf(shown));
        expect(contradictions(pairs, shown)).toEqual([]);
      }),
    );
  });
});

describe("pair by pair", () => {
  const say = (first: number, second: number, preferred: Comparison["preferred"]): Comparison => ({ first, second, preferred, strength: null });

  test("a second word on the same two replaces the first, whichever way round", () => {
    const once = setComparison([], say(0, 1, "first"));
    expect(setComparison(once, say(0, 1, "first"))).toBe(once);
    expect(setComparison(once, say(1, 0, "first"))).toEqual([say(1, 0, "first")]);
    expect([relation(once, 0, 1), relation(once, 1, 0), relation(once, 0, 2)]).toEqual([1, -1, undefined]);
  });

  test("a circle is a contradiction, and so is a tie that does not carry over", () => {
    expect(contradictions([say(0, 1, "first"), say(1, 2, "first"), say(0, 2, "second")], [0, 1, 2])).toEqual([[0, 1, 2]]);
    expect(contradictions([say(0, 1, "tie"), say(1, 2, "tie"), say(0, 2, "first")], [0, 1, 2])).toEqual([[2, 1, 0]]);
    expect(contradictions([say(0, 1, "tie"), say(1, 2, "tie")], [0, 1, 2])).toEqual([]);
  });

  test("three contradict each other exactly where no order has them", () => {
    const preferred = fc.constantFrom("first" as const, "second" as const, "tie" as const);
    fc.assert(
      fc.property(fc.tuple(preferred, preferred, preferred), fc.shuffledSubarray([0, 1, 2], { minLength: 3 }), ([a, b, c], shown) => {
        const pairs = [say(0, 1, a), say(1, 2, b), say(2, 0, c)];
        const fits = weakOrders([0, 1, 2]).some((order) => comparisons(order, [0, 1, 2]).every(({ first, second }) => relation(comparisons(order, [0, 1, 2]), first, second) === relation(pairs, first, second)));
        const found = contradictions(pairs, shown);
        expect(found.length).toBe(fits ? 0 : 1);
        // As it is told: no worse, no worse, and then better all the same.
        for (const [x, y, z] of found) expect([relation(pairs, x, y)! >= 0, relation(pairs, y, z)! >= 0, relation(pairs, z, x)]).toEqual([true, true, 1]);
      }),
    );
  });
});
