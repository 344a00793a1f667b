import type { Me } from "../../api/types";
import { csrfToken } from "../../api/client";
import { t } from "../../text/strings";

type Props = { me: Me; slug: string; progress: { submitted: number; open: number } | null; onHelp?: (() => void) | undefined; onSkip?: (() => void) | undefined };

export function TopBar({ me, slug, progress, onHelp, onSkip }: Props) {
  const runsOne = me.projects.some(({ role }) => role !== "annotator");
  return (
    <header className="top-bar">
      <p className="brand">{t.product}</p>
      <label className="project">
        <span className="sr">{t.top.project}</span>
        <select value={slug} onChange={(event) => location.assign(`/annotate/${event.target.value}`)}>
          {me.projects.map((project) => (
            <option key={project.id} value={project.slug}>
              {project.name}
            </option>
          ))}
        </select>
      </label>
      {progress && (
        <p className="progress">
          {/* The text on the desk is no longer open, but still to do. */}
          <progress value={progress.submitted} max={progress.submitted + progress.open + 1} aria-label={t.top.progressLabel} />
          <span>{t.top.progress(progress.submitted, progress.open + 1)}</span>
        </p>
      )}
      <nav>
        {onSkip && (
          <button type="button" className="quiet" aria-keyshortcuts="F" onClick={onSkip}>
            {t.top.skip} <kbd aria-hidden="true">F</kbd>
          </button>
        )}
        {onHelp && (
          <button type="button" className="quiet" aria-keyshortcuts="?" onClick={onHelp}>
            {t.top.help} <kbd aria-hidden="true">?</kbd>
          </button>
        )}
        {runsOne && (
          <a className="quiet" href="/console">
            {t.top.console}
          </a>
        )}
        <form method="post" action="/sign-out">
          <input type="hidden" name="csrfmiddlewaretoken" value={csrfToken()} />
          <button type="submit" className="quiet">
            {t.top.signOut}
          </button>
        </form>
      </nav>
    </header>
  );
}
