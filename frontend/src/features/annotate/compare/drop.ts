/** Where a dragged response lands. Pure. */

/** With those of tier number `tier` if `tie`, else in a tier of its own before that one. */
export type Place = { tier: number; tie: boolean };
export type Extent = { top: number; bottom: number };

/** Near the edge of a tier, a response comes between it and the next. */
const MARGIN = 24;

/** What a pointer at height `y` points at, by the extents of the tiers from top to bottom. */
export function dropPlace(tiers: readonly Extent[], y: number): Place {
  for (const [tier, { top, bottom }] of tiers.entries()) {
    const margin = Math.min(MARGIN, (bottom - top) / 3);
    if (y < top + margin) return { tier, tie: false };
    if (y <= bottom - margin) return { tier, tie: true };
  }
  return { tier: tiers.length, tie: false };
}
