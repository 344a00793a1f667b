/** Which text is on the desk, and the one after it, fetched and prepared ahead. */
import { useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import { getAssignment, nextAssignment } from "../../api/annotate";
import { ApiError } from "../../api/client";
import { readItem, type Item } from "./item";
import type { Entry, Outbox } from "./outbox";
import { useEntries } from "./useOutbox";

/** What is shown: a text, or null when there is none; what went wrong; null while it loads. */
export type Shown = { item: Item | null } | { error: Error } | null;

// What was fetched ahead is asked for again this often, which keeps its lease.
const RENEW_MS = 5 * 60_000;

const whenIdle = (work: () => void) => ("requestIdleCallback" in window ? requestIdleCallback(work, { timeout: 1000 }) : setTimeout(work));

/** `onRefused`: something has come to stand before the work meanwhile, such as a new guideline. */
export function useTexts(project: number, outbox: Outbox, onRefused: () => Promise<unknown>) {
  const [shown, setShown] = useState<Shown>(null);
  const ahead = useRef<Item | null>(null);
  const turn = useRef(0);
  const refused = useEffectEvent(onRefused);
  const entries = useEntries(outbox);
  const item = shown && "item" in shown ? shown.item : null;

  /** Shows what `find` finds, unless something else is asked for meanwhile. */
  const show = useCallback((find: () => Promise<Item | null>) => {
    const mine = (turn.current += 1);
    const become = (next: Shown) => {
      if (mine === turn.current) setShown(next);
    };
    ahead.current = null;
    find().then(
      (found) => become({ item: found }),
      (error: Error) => become({ error }),
    );
  }, []);
  const look = useCallback(() => {
    show(async () => {
      await outbox.reload();
      void outbox.flush();
      return nextUnsent(project, outbox);
    });
  }, [show, project, outbox]);
  useEffect(look, [look]);

  const load = () => {
    setShown(null);
    look();
  };

  const conflict = shown && "error" in shown && shown.error instanceof ApiError && shown.error.status === 409;
  useEffect(() => {
    if (conflict) void refused();
  }, [conflict]);

  /** The text after this one, at once if it is there already. */
  const advance = () => {
    const next = ahead.current;
    ahead.current = null;
    if (next) {
      turn.current += 1;
      setShown({ item: next });
    } else load();
    window.scrollTo(0, 0);
  };

  /** Back to the text of a submission that was refused. */
  const back = (entry: Entry) => {
    setShown(null);
    show(async () => {
      const assignment = await getAssignment(entry.assignment);
      await outbox.remove(entry);
      return readItem(assignment);
    });
  };

  // What is still on its way would be given out again.
  const settled = entries.length === 0;
  const id = item?.assignment.id;
  useEffect(() => {
    if (id === undefined || !settled) return undefined;
    let gone = false;
    const fetchAhead = () => {
      // Without it, the next text is fetched when it is needed, and says what is wrong.
      nextAssignment(project, id).then((next) => next && whenIdle(() => !gone && (ahead.current = readItem(next))), () => undefined);
    };
    fetchAhead();
    const timer = setInterval(fetchAhead, RENEW_MS);
    return () => {
      gone = true;
      clearInterval(timer);
    };
  }, [project, id, settled]);

  // Whoever waits for a text need not ask for it once the way is free.
  const idle = shown !== null && item === null;
  const retry = useEffectEvent(() => {
    if (idle) look();
  });
  useEffect(() => {
    if (settled) retry();
    const again = () => retry();
    window.addEventListener("online", again);
    return () => window.removeEventListener("online", again);
  }, [settled]);

  return { shown, load, advance, back, entries };
}

/** The next text that is not submitted already, the server only not having heard of it. */
async function nextUnsent(project: number, outbox: Outbox): Promise<Item | null> {
  // Also what the server hears of only while it answers: the text that it names may be handed in by then.
  const before = outbox.entries();
  const unsent = (id: number) => [...before, ...outbox.entries()].some(({ assignment }) => assignment === id);
  let next = await nextAssignment(project);
  if (next && unsent(next.id)) next = await nextAssignment(project, next.id);
  if (!next || !unsent(next.id)) return next && readItem(next);
  // Two were on their way, and the server knows of both by now or will: whoever waits asks again then.
  return outbox.entries().length === 0 ? nextUnsent(project, outbox) : null;
}
