/** The study that the person is here for: how far they are, what it pays, and the way to break, end and code. */
import type { Standing } from "../../../api/types";
import { t } from "../../../text/strings";
import { money } from "../money";

/** `next`: the code is the one thing that is left to do. */
export function Part({ standing: { study, project }, next = false }: { standing: Standing; next?: boolean }) {
  if (!study) return null;
  const { done, texts, reward, currency, seconds } = study;
  // Before the last text nobody knows how long it takes; of a few minutes it says little.
  const hourly = done >= texts && seconds >= 600 ? money((reward / seconds) * 3600, currency) : null;
  return (
    <>
      <p>{t.study.told(study.name, done, texts, money(reward, currency), hourly)}</p>
      <p>
        {next ? (
          <a className="primary" href={`/part/${project.slug}`}>
            {t.study.code}
          </a>
        ) : (
          <PartLink slug={project.slug} />
        )}
      </p>
    </>
  );
}

export function PartLink({ slug }: { slug: string }) {
  return <a href={`/part/${slug}`}>{t.study.part}</a>;
}
