import type { ReactNode } from "react";

/** What may be wider or taller than its place: it scrolls by keyboard too, and says what it is. */
export function Scroll({ label, className = "scroll", children }: { label: string; className?: string; children: ReactNode }) {
  return (
    // A region that scrolls must take the focus, or the keyboard cannot scroll it (WCAG 2.1.1).
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={className} role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  );
}

/** JSON to be read by people. */
export function Json({ label, value }: { label: string; value: unknown }) {
  return (
    <Scroll label={label} className="json">
      {JSON.stringify(value, null, 2)}
    </Scroll>
  );
}
