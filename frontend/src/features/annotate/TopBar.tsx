/** Above everything: the project, how far the person is, and the ways to help, out, and to another language. */
import { useId, type ReactNode, type SyntheticEvent } from "react";
import { csrfToken } from "../../api/client";
import type { Assignment, Me, Standing } from "../../api/types";
import { language, languages, t } from "../../text/strings";
import { useNow } from "../../ui/useNow";
import { money } from "./money";
import { chooseLanguage } from "./language";

type Totals = { progress: Assignment["progress"]; pay: Standing["pay"]; activeSeconds: () => number };

type Props = {
  me: Me;
  slug: string;
  /** What is being done, where it is no work on texts. */
  title?: string | undefined;
  totals?: Totals | undefined;
  onGuideline?: (() => void) | undefined;
  onHelp?: (() => void) | undefined;
  onSkip?: (() => void) | undefined;
  onReport?: (() => void) | undefined;
  onStop?: (() => void) | undefined;
};

export function TopBar({ me, slug, title, totals, onGuideline, onHelp, onSkip, onReport, onStop }: Props) {
  const menu = useId();
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
      {title && <p className="progress">{title}</p>}
      {totals && <Progress {...totals} />}
      <nav>
        <Tool onClick={onSkip} shortcut="F">
          {t.top.skip}
        </Tool>
        <Tool onClick={onGuideline} shortcut="G">
          {t.top.guideline}
        </Tool>
        <Tool onClick={onHelp} shortcut="?">
          {t.top.help}
        </Tool>
        <button type="button" className="quiet" popoverTarget={menu}>
          {t.top.menu} <span aria-hidden="true">▾</span>
        </button>
      </nav>
      <div id={menu} popover="auto" className="menu" onToggle={placeBelow}>
        {[onReport && ([t.top.report, onReport] as const), onStop && ([t.top.stop, onStop] as const)].map(
          (entry) =>
            entry && (
              <button key={entry[0]} type="button" className="quiet" popoverTarget={menu} popoverTargetAction="hide" onClick={entry[1]}>
                {entry[0]}
              </button>
            ),
        )}
        <label className="field">
          <span>{t.top.language}</span>
          <select value={language()} onChange={(event) => void chooseLanguage(event.target.value)}>
            {Object.entries(languages).map(([tag, name]) => (
              <option key={tag} value={tag} lang={tag}>
                {name}
              </option>
            ))}
          </select>
        </label>
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
      </div>
    </header>
  );
}

/** The bar has one line or several, so where the menu opens is known only then. */
function placeBelow({ currentTarget }: SyntheticEvent<HTMLElement>) {
  const bar = currentTarget.parentElement?.getBoundingClientRect();
  if (bar) currentTarget.style.insetBlockStart = `${bar.bottom + window.scrollY}px`;
}

function Tool({ onClick, shortcut, children }: { onClick: (() => void) | undefined; shortcut: string; children: ReactNode }) {
  if (!onClick) return null;
  return (
    <button type="button" className="quiet" aria-keyshortcuts={shortcut} onClick={onClick}>
      {children} <kbd aria-hidden="true">{shortcut}</kbd>
    </button>
  );
}

/** Texts done, time worked, and what was earned where texts are paid for. */
function Progress({ progress: { submitted, open, active_seconds, earned }, pay, activeSeconds }: Totals) {
  useNow(20);
  const seconds = active_seconds + activeSeconds();
  return (
    <p className="progress">
      {/* The text on the desk is no longer open, but still to do. */}
      <progress value={submitted} max={submitted + open + 1} aria-label={t.top.progressLabel} />
      <span>{t.top.progress(submitted, open + 1)}</span>
      {seconds >= 60 && <span>{t.top.worked(seconds)}</span>}
      {pay && earned !== null && <span>{t.top.earned(money(earned, pay.currency))}</span>}
    </p>
  );
}
