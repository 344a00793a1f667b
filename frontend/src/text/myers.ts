export type Edit = "same" | "removed" | "added";

/**
 * The fewest edits that lead from one list to the other, entry by entry; null when there are more than `most`.
 * E. Myers, An O(ND) Difference Algorithm and Its Variations (1986), the greedy one.
 */
export function shortestEdits(before: readonly string[], after: readonly string[], most: number): Edit[] | null {
  const size = Math.min(most, before.length + after.length);
  const middle = size + 1;
  // By diagonal k = x - y: how far into `before` the best path with so many edits has come.
  const reach = new Int32Array(2 * size + 3);
  const trace: Int32Array[] = [];
  for (let edits = 0; edits <= size; edits += 1) {
    trace.push(reach.slice());
    for (let k = -edits; k <= edits; k += 2) {
      let x = adds(reach, middle, edits, k) ? reach[middle + k + 1]! : reach[middle + k - 1]! + 1;
      while (x < before.length && x - k < after.length && before[x] === after[x - k]) x += 1;
      reach[middle + k] = x;
      if (x >= before.length && x - k >= after.length) return path(trace, middle, before.length, after.length);
    }
  }
  return null;
}

/** Whether the best path comes to diagonal `k` by an addition; else by a removal. */
function adds(reach: Int32Array, middle: number, edits: number, k: number): boolean {
  return k === -edits || (k !== edits && reach[middle + k - 1]! < reach[middle + k + 1]!);
}

function path(trace: readonly Int32Array[], middle: number, x: number, y: number): Edit[] {
  const back: Edit[] = [];
  for (let edits = trace.length - 1; edits >= 0; edits -= 1) {
    const reach = trace[edits]!;
    const k = x - y;
    const added = adds(reach, middle, edits, k);
    const fromX = reach[middle + (added ? k + 1 : k - 1)]!;
    const fromY = fromX - (added ? k + 1 : k - 1);
    for (; x > fromX && y > fromY; x -= 1, y -= 1) back.push("same");
    if (edits > 0) back.push(added ? "added" : "removed");
    x = fromX;
    y = fromY;
  }
  return back.reverse();
}
