/** Pages that stand in place of the desk: loading, a word to the reader, what went wrong. */
import type { ReactNode } from "react";
import { ApiError } from "../../api/client";
import { t } from "../../text/strings";
import { Delayed } from "../../ui/Delayed";

export function Loading() {
  return (
    <main className="page">
      <h1 className="sr">
        <span role="status">{t.loading}</span>
      </h1>
      <Delayed>
        <div className="skeleton" aria-hidden="true">
          {[40, 95, 88, 92, 60].map((width) => (
            <span key={width} style={{ inlineSize: `${width}%` }} />
          ))}
        </div>
      </Delayed>
    </main>
  );
}

export function Notice({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="notice">
      <h1>{title}</h1>
      {children}
    </main>
  );
}

export function Problem({ error, onRetry, banners }: { error: Error; onRetry: () => void; banners?: ReactNode }) {
  // With banners, one of them asks for the password in place.
  if (!banners && error instanceof ApiError && error.signedOut) {
    return (
      <Notice title={t.session.title}>
        <p>{t.session.body}</p>
        <a className="primary" href={`/sign-in?next=${encodeURIComponent(location.pathname)}`}>
          {t.session.signIn}
        </a>
      </Notice>
    );
  }
  return (
    <>
      {banners}
      <Notice title={t.error.title}>
        <p role="alert">{error instanceof ApiError && error.status === 0 ? t.error.unreachable : error.message}</p>
        <p>{t.error.kept}</p>
        <button type="button" className="primary" onClick={onRetry}>
          {t.retry}
        </button>
      </Notice>
    </>
  );
}

/** In place of a page that failed to draw. */
export function Broken() {
  return (
    <Notice title={t.error.title}>
      <p role="alert">{t.error.broken}</p>
      <p>{t.error.kept}</p>
      <button type="button" className="primary" onClick={() => location.reload()}>
        {t.error.reload}
      </button>
    </Notice>
  );
}
