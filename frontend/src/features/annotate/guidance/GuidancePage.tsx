/** A page to read before the work: what it is about, its version, and the way on. */
import { useEffect, useRef, useState, type ReactNode } from "react";
import { ApiError } from "../../../api/client";
import type { Me } from "../../../api/types";
import { t } from "../../../text/strings";
import { TopBar } from "../TopBar";

type Props = { me: Me; slug: string; title: string; version?: string; onStop?: () => void; children: ReactNode };

export function GuidancePage({ me, slug, title, version, onStop, children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  // Each page replaces another one: whoever reads by ear or by keyboard starts at its top.
  useEffect(() => {
    window.scrollTo(0, 0);
    heading.current?.focus();
  }, [title]);
  return (
    <div className="page">
      <TopBar me={me} slug={slug} onStop={onStop} />
      <main className="reading">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {version && <p className="soft">{t.guide.version(version)}</p>}
        {children}
      </main>
    </div>
  );
}

type StepsProps = {
  go: string;
  onGo: () => void | Promise<void>;
  /** What to do when the server says that another version holds by now. */
  onOutdated?: () => Promise<unknown>;
  leave?: string;
  onLeave?: () => void | Promise<void>;
};

/** The buttons below, and what the server had against what they do. */
export function Steps({ go, onGo, onOutdated, leave, onLeave }: StepsProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const press = async (what: () => void | Promise<void>) => {
    setBusy(true);
    setProblem("");
    try {
      await what();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.message);
      if (error.code === "agreement_outdated" && onOutdated) {
        await onOutdated();
        setProblem(t.guide.outdated);
        window.scrollTo(0, 0);
      }
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {problem && (
        <p role="alert" className="problem">
          {problem}
        </p>
      )}
      <p className="buttons">
        <button type="button" className="primary" disabled={busy} onClick={() => void press(onGo)}>
          {go}
        </button>
        {leave && onLeave && (
          <button type="button" className="quiet" disabled={busy} onClick={() => void press(onLeave)}>
            {leave}
          </button>
        )}
      </p>
    </>
  );
}
