import { useEffect, useState, type ReactNode } from "react";

/** Shows its children only after 300 ms: what loads faster than that needs no sign of loading. */
export function Delayed({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return shown ? children : null;
}
