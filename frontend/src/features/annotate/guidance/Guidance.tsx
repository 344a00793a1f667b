/** What stands before the work, one step after the other: consent, warning, survey, guideline, tutorial, qualification. */
import { useState, type ReactNode } from "react";
import { agree } from "../../../api/guidance";
import type { Me, Standing } from "../../../api/types";
import { t } from "../../../text/strings";
import { GuidancePage, Steps } from "./GuidancePage";
import { Halted } from "./Halted";
import { Lessons } from "./Lessons";
import { Prose } from "./Prose";
import { Result } from "./Result";
import { StoppedPage } from "./StoppedPage";
import { Survey } from "./Survey";
import { heed, heeded } from "./warning";

type Props = {
  me: Me;
  standing: Standing;
  /** Asks the server again where the person stands. */
  onChange: () => Promise<Standing | undefined>;
  /** The work itself, once nothing stands before it. */
  children: ReactNode;
};

export function Guidance({ me, standing, onChange, children }: Props) {
  const { project, step, consent, guideline, content_warning, qualification } = standing;
  const [stopped, setStopped] = useState(false);
  const [warned, setWarned] = useState(() => heeded(project.id, content_warning));
  // The attempt that was begun on this page: once it is over, its result is read before anything follows.
  const [attempt, setAttempt] = useState<number | null>(null);
  const leave = () => {
    void onChange();
    setStopped(true);
  };
  const heedNow = () => {
    heed(project.id, content_warning);
    setWarned(true);
  };
  const page = { me, slug: project.slug, onStop: leave };

  if (stopped) return <StoppedPage me={me} standing={standing} reason={step === "consent" ? "refused" : "idle"} onGoOn={() => setStopped(false)} />;
  if (step === "paused" || step === "ended" || step === "finished") return <Halted {...page} halt={step} standing={standing} onCheck={onChange} />;
  if (step === "consent" && consent) {
    const onAgree = async () => {
      await agree(project.id, "consent", consent.version);
      heedNow();
      await onChange();
    };
    return (
      <GuidancePage key="consent" {...page} title={t.guide.consent.title} version={consent.version}>
        <Prose body={consent.body} />
        {content_warning && (
          <section className="caution" aria-labelledby="caution-title">
            <h2 id="caution-title">{t.guide.warning.title}</h2>
            <Prose body={content_warning} />
          </section>
        )}
        <Steps go={t.guide.consent.agree} onGo={onAgree} onOutdated={onChange} leave={t.guide.consent.refuse} onLeave={leave} />
      </GuidancePage>
    );
  }
  if (content_warning && !warned) {
    return (
      <GuidancePage key="warning" {...page} title={t.guide.warning.title}>
        <div className="caution">
          <Prose body={content_warning} />
        </div>
        <Steps go={t.guide.warning.goOn} onGo={heedNow} leave={t.guide.leave} onLeave={leave} />
      </GuidancePage>
    );
  }
  if (step === "survey") return <Survey {...page} standing={standing} onChange={onChange} />;
  if (step === "guideline") {
    const { version, body, agreed_version } = guideline;
    const words = t.guide.guideline;
    const onRead = async () => {
      await agree(project.id, "guideline", version);
      await onChange();
    };
    return (
      <GuidancePage key="guideline" {...page} title={agreed_version === null ? words.title : words.changed} version={version}>
        <p className="soft">{agreed_version === null ? words.again : words.since(agreed_version)}</p>
        <Prose body={body} />
        <Steps go={words.agree} onGo={onRead} onOutdated={onChange} leave={t.guide.leave} onLeave={leave} />
      </GuidancePage>
    );
  }
  const over = attempt !== null && attempt !== qualification.attempts_left;
  if (step === "failed" || over) return <Result {...page} step={step} standing={standing} onGo={() => setAttempt(null)} />;
  if (step === "tutorial" || step === "qualification") {
    const onBegin = () => setAttempt(step === "qualification" ? qualification.attempts_left : null);
    return <Lessons key={`${step}.${qualification.attempts_left}`} {...page} standing={standing} part={step} onBegin={onBegin} onChange={onChange} />;
  }
  return children;
}
