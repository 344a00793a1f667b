/** Half-open ranges of code points, and how several of them share a line of text. */
export type Span = { readonly start: number; readonly end: number };

export function overlaps(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end;
}

export function sameSpan(a: Span | null, b: Span | null): boolean {
  return a?.start === b?.start && a?.end === b?.end;
}

/** The smallest span that holds both. */
export function cover(a: Span, b: Span): Span {
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}

export function bySpan(a: Span, b: Span): number {
  return a.start - b.start || a.end - b.end;
}

/** A lane (0 nearest to the text) for each span of a list sorted by `bySpan`, so that overlapping ones never share one. */
export function lanes(spans: readonly Span[]): number[] {
  const ends: number[] = [];
  return spans.map((span) => {
    const free = ends.findIndex((end) => end <= span.start);
    const lane = free === -1 ? ends.length : free;
    ends[lane] = span.end;
    return lane;
  });
}

/** `within`, cut at every boundary of `spans` that falls inside it: consecutive pieces that together are `within`. */
export function cut(within: Span, spans: Iterable<Span>): Span[] {
  const at = new Set<number>([within.start, within.end]);
  for (const { start, end } of spans) {
    if (start > within.start && start < within.end) at.add(start);
    if (end > within.start && end < within.end) at.add(end);
  }
  const points = [...at].sort((a, b) => a - b);
  return points.slice(1).map((end, i) => ({ start: points[i]!, end }));
}
