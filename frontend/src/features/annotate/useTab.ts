/** One live tab for each assignment, so that two of them never write over each other. */
import { useEffect, useEffectEvent, useRef, useState } from "react";

/** `asking`: not known yet. Browsers have locks in secure contexts only; without them every tab is live. */
export type Tab = "asking" | "live" | "elsewhere";

// A tab that has just been closed, or moved on, still holds its lock for a moment.
const PATIENCE_MS = 300;

/** The tab's part, which `onChange` is told when it changes, and how to take the work over from the other tab. */
export function useTab(assignment: number, onChange: (now: Tab, before: Tab) => unknown): { tab: Tab; take: () => void } {
  const [tab, setTab] = useState<Tab>("asking");
  const take = useRef<(() => void) | null>(null);
  const changed = useEffectEvent(onChange);
  useEffect(() => {
    const { locks } = navigator as { locks?: LockManager };
    const name = `redpen:assignment:${assignment}`;
    let gone = false;
    let now: Tab = "asking";
    let letGo: (() => void) | null = null;
    let waiting = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const become = (next: Tab) => {
      clearTimeout(timer);
      if (gone || now === next) return;
      const before = now;
      now = next;
      setTab(next);
      changed(next, before);
    };
    // The lock is held for as long as the promise is open.
    const hold = () => {
      become("live");
      return new Promise<void>((done) => {
        letGo = done;
        if (gone) done();
      });
    };
    const lost = () => {
      if (gone) return;
      // When the tab that took it is closed, this one goes on.
      become("elsewhere");
      queue();
    };
    const queue = () => {
      const { signal } = (waiting = new AbortController());
      locks!.request(name, { signal }, hold).catch(() => signal.aborted || lost());
    };
    if (locks) {
      timer = setTimeout(() => become("elsewhere"), PATIENCE_MS);
      queue();
      take.current = () => {
        waiting.abort();
        locks.request(name, { steal: true }, hold).catch(lost);
      };
    } else queueMicrotask(() => become("live"));
    return () => {
      gone = true;
      clearTimeout(timer);
      waiting.abort();
      letGo?.();
    };
  }, [assignment]);
  return { tab, take: () => take.current?.() };
}
