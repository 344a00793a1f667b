import { expect, test } from "vitest";
import { dropPlace } from "./drop";

const tiers = [{ top: 100, bottom: 200 }, { top: 210, bottom: 400 }];

test.each([
  [0, { tier: 0, tie: false }],
  [123, { tier: 0, tie: false }],
  [124, { tier: 0, tie: true }],
  [176, { tier: 0, tie: true }],
  [177, { tier: 1, tie: false }],
  [205, { tier: 1, tie: false }],
  [300, { tier: 1, tie: true }],
  [390, { tier: 2, tie: false }],
  [900, { tier: 2, tie: false }],
])("a response dropped at height %i", (y, place) => expect(dropPlace(tiers, y)).toEqual(place));

test("a low tier can still be hit", () => expect(dropPlace([{ top: 0, bottom: 30 }], 15)).toEqual({ tier: 0, tie: true }));
