import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stretches, type Extent } from "./gutter";

const PITCH = 32;
/** A sentence from line `first` to line `last`, as high as letters are within a line. */
const on = (first: number, last = first): Extent => ({ first: { top: first * PITCH + 5, bottom: first * PITCH + 27 }, last: { top: last * PITCH + 5, bottom: last * PITCH + 27 } });
const shared = (...sentences: Extent[]) => stretches(sentences, PITCH).map(({ top, bottom }) => [top, bottom]);

describe("the gutter", () => {
  test.each([
    ["one sentence, one line", [on(0)], [[0, 32]]],
    ["each on lines of its own", [on(0, 1), on(2)], [[0, 64], [64, 96]]],
    ["two on one line", [on(0), on(0)], [[0, 16], [16, 32]]],
    ["one begins where the other ends", [on(0, 1), on(1, 2)], [[0, 48], [48, 96]]],
    ["three on a line that the first and last only touch", [on(0, 1), on(1), on(1, 3)], [[0, 32 + 32 / 3], [32 + 32 / 3, 32 + 64 / 3], [32 + 64 / 3, 128]]],
    ["an empty line between", [on(0), on(2)], [[0, 32], [64, 96]]],
    ["none", [], []],
  ])("%s", (_, sentences, expected) => expect(shared(...sentences)).toEqual(expected));

  test("gives every sentence room, in order and apart", () => {
    const steps = fc.array(fc.tuple(fc.nat(2), fc.nat(3)), { maxLength: 20 });
    fc.assert(
      fc.property(steps, (all) => {
        let line = 0;
        const sentences = all.map(([gap, length]) => {
          const first = line + gap;
          line = first + length;
          return on(first, line);
        });
        let end = 0;
        for (const { top, bottom } of stretches(sentences, PITCH)) {
          expect(top).toBeGreaterThanOrEqual(end - 1e-6);
          expect(bottom).toBeGreaterThan(top);
          end = bottom;
        }
      }),
    );
  });
});
