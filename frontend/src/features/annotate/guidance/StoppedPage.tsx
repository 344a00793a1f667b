/** After "stop for now": what was done, that it is saved, and how to come back. */
import { csrfToken } from "../../../api/client";
import type { Me, Standing } from "../../../api/types";
import { t } from "../../../text/strings";
import { GuidancePage } from "./GuidancePage";
import { money } from "../money";
import { Part } from "./Part";

/** What became of the text on the desk: `kept` until an ISO time, or given back; there was none; or no consent to any. */
export type Stopped = { kept: string | null } | "given" | "idle" | "refused";

export function StoppedPage({ me, standing, reason, onGoOn }: { me: Me; standing: Standing; reason: Stopped; onGoOn: () => void }) {
  const { submitted, active_seconds, earned, pay, project } = standing;
  const words = t.stopped;
  const hourly = pay && earned && active_seconds >= 600 ? money((earned / active_seconds) * 3600, pay.currency) : null;
  const until = typeof reason === "object" && reason.kept ? new Date(reason.kept).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" }) : null;
  return (
    <GuidancePage me={me} slug={project.slug} title={words.title}>
      {reason === "refused" ? (
        <p>{words.refused}</p>
      ) : (
        <>
          <p>
            {words.done(submitted)} {submitted > 0 && words.time(active_seconds)} {pay && earned !== null && submitted > 0 && words.earned(money(earned, pay.currency), hourly)}
          </p>
          {reason === "given" && <p>{words.given}</p>}
          {typeof reason === "object" && <p>{words.kept(until)}</p>}
          <p>{words.saved}</p>
          <Part standing={standing} />
        </>
      )}
      <p>
        {words.back} <a href={location.pathname}>{`${location.origin}${location.pathname}`}</a>
      </p>
      <div className="buttons">
        <button type="button" className="primary" onClick={onGoOn}>
          {words.goOn}
        </button>
        <form method="post" action="/sign-out">
          <input type="hidden" name="csrfmiddlewaretoken" value={csrfToken()} />
          <button type="submit" className="quiet">
            {t.top.signOut}
          </button>
        </form>
      </div>
    </GuidancePage>
  );
}
