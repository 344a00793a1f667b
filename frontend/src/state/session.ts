/** Undo and redo over any state that acts turn into the next one. */
export type Session<S> = { readonly now: S; readonly past: readonly S[]; readonly future: readonly S[]; readonly typing: string | null };
export type Step<A> = A | { do: "undo" } | { do: "redo" };

export const startSession = <S>(now: S): Session<S> => ({ now, past: [], future: [], typing: null });

/** `apply` returns the very same state where an act changes nothing; acts that `fieldOf` gives one name in a row are one step. */
export function stepSession<S, A extends { do: string }>(session: Session<S>, act: Step<A>, apply: (state: S, act: A) => S, fieldOf: (act: A) => string | null): Session<S> {
  const { now, past, future } = session;
  if (act.do === "undo") {
    const before = past.at(-1);
    return before === undefined ? session : { now: before, past: past.slice(0, -1), future: [now, ...future], typing: null };
  }
  if (act.do === "redo") {
    const next = future[0];
    return next === undefined ? session : { now: next, past: [...past, now], future: future.slice(1), typing: null };
  }
  const after = apply(now, act as A);
  if (after === now) return session;
  const typing = fieldOf(act as A);
  return { now: after, past: typing !== null && typing === session.typing ? past : [...past, now], future: [], typing };
}
