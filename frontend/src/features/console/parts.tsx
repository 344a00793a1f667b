/** What every page is made of: its frame, panels, and the states in which an answer can be. */
import { Button } from "@mantine/core";
import type { UseQueryResult } from "@tanstack/react-query";
import { useEffect, useId, useRef, type ReactNode } from "react";
import { ApiError } from "../../api/client";
import { Delayed } from "../../ui/Delayed";

let firstPage = true;

/** A page under its heading, which takes the focus when a link has led here. */
export function Page({ title, lead, actions, children }: { title: string; lead?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} – Redpen`;
  }, [title]);
  useEffect(() => {
    if (!firstPage) heading.current?.focus({ preventScroll: true });
    firstPage = false;
  }, []);
  return (
    <>
      <header className="page-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead !== undefined && <p className="lead">{lead}</p>}
        </div>
        {actions !== undefined && <div className="buttons">{actions}</div>}
      </header>
      {children}
    </>
  );
}

export function Panel({
  title,
  aside,
  children,
  className = "",
  id,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
  id?: string;
}) {
  const heading = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={heading} id={id}>
      <header className="panel-head">
        <h2 id={heading}>{title}</h2>
        {aside !== undefined && <div className="panel-aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}

/** What came of a question to the server: lines of `height` while it is awaited, the error, or what `children` make of it. `page`: nothing else is on the page. */
export function Answer<T>({
  query,
  height = 120,
  page = false,
  children,
}: {
  query: UseQueryResult<T>;
  height?: number;
  page?: boolean;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) {
    return (
      <>
        {query.isError && (
          <Problem error={query.error} what="This may be out of date: the newest could not be fetched." retry={() => void query.refetch()} />
        )}
        {children(query.data)}
      </>
    );
  }
  if (query.isError) {
    const problem = <Problem error={query.error} what="This could not be fetched." retry={() => void query.refetch()} />;
    return page ? <Page title="Nothing to show">{problem}</Page> : problem;
  }
  return (
    <div className="awaited" style={{ minBlockSize: height }} aria-busy="true">
      {page && <h1 className="sr">Loading…</h1>}
      <Delayed>
        <p className="sr" role="status">
          Loading…
        </p>
        <div className="skeleton" aria-hidden="true" />
      </Delayed>
    </div>
  );
}

/** What went wrong, why, and how to go on. */
export function Problem({ error, what, retry }: { error: unknown; what: string; retry?: () => void }) {
  return (
    <div className="notice bad" role="alert">
      <p>
        <strong>{what}</strong> {whyOf(error)}
      </p>
      {retry && (
        <Button size="xs" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

function whyOf(error: unknown): ReactNode {
  if (!(error instanceof ApiError)) return String(error);
  if (error.status === 0) return "The server does not answer; check the connection.";
  if (error.status === 401) {
    return (
      <>
        You are signed out.{" "}
        <a href="/sign-in" target="_blank" rel="noreferrer">
          Sign in again
        </a>{" "}
        in another tab, then come back.
      </>
    );
  }
  return error.message;
}

/** Why there is nothing here, and what to do about it. */
export function Empty({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <p>{children}</p>
      {action}
    </div>
  );
}

/** The state of a job or the stage of a model, by a sign, a word and a colour. */
export function State({ of }: { of: string }) {
  return (
    <span className="state" data-state={of}>
      {of}
    </span>
  );
}

export function ProgressBar({ done, total, label }: { done: number; total: number | null; label: string }) {
  const share = total ? Math.min(1, done / total) : 0;
  return (
    <span className="bar" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={total ?? 0} aria-valuenow={done}>
      <span style={{ inlineSize: `${share * 100}%` }} />
    </span>
  );
}
