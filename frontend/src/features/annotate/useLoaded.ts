import { useEffect, useRef, useState } from "react";

/** What `load` gives, once `enabled`; loaded again on demand, during which the old data stays. Of several, the last counts. */
export function useLoaded<T>(load: () => Promise<T>, enabled = true) {
  const [state, setState] = useState<{ data?: T; error?: Error }>({});
  const latest = useRef(0);
  /** Resolves to the data, or to nothing when it failed. */
  const reload = async (): Promise<T | undefined> => {
    const mine = (latest.current += 1);
    try {
      const data = await load();
      if (mine === latest.current) setState({ data });
      return data;
    } catch (error) {
      if (mine === latest.current) setState((before) => ({ ...before, error: error as Error }));
      return undefined;
    }
  };
  useEffect(() => {
    if (enabled) void reload();
    // Whoever loads something else is another component.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [enabled]);
  return { ...state, reload };
}
