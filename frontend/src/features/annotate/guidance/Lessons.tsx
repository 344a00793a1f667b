/** The tutorial or the qualification: what it is, then its texts one after the other, from where the person left it. */
import { useState } from "react";
import { nextLesson } from "../../../api/guidance";
import type { LessonPart, Me, Standing } from "../../../api/types";
import { t } from "../../../text/strings";
import { Loading, Problem } from "../Notices";
import { useLoaded } from "../useLoaded";
import { GuidancePage, Steps } from "./GuidancePage";
import { LessonDesk } from "./LessonDesk";
import { Figures } from "./Result";

type Props = { me: Me; slug: string; standing: Standing; part: LessonPart; onBegin: () => void; onStop: () => void; onChange: () => Promise<Standing | undefined> };

export function Lessons({ standing, part, onBegin, onChange, ...page }: Props) {
  const { project, qualification } = standing;
  const attempt = qualification.attempts_left;
  const [begun, setBegun] = useState(false);
  const lesson = useLoaded(() => nextLesson(project.id, part), begun);

  if (!begun) {
    const { count, done } = standing[part];
    const words = t.guide[part];
    const begin = () => {
      onBegin();
      setBegun(true);
    };
    return (
      <GuidancePage key={part} {...page} title={words.title}>
        <p>{done > 0 ? words.resumed(count - done) : words.body(count)}</p>
        {part === "qualification" && (
          <>
            <p>{qualification.result ? t.guide.qualification.attemptsLeft(attempt) : t.guide.qualification.attempts(attempt)}</p>
            <Figures {...qualification} />
          </>
        )}
        <Steps go={done > 0 ? t.guide.lessons.goOn : t.guide.lessons.start} onGo={begin} leave={t.guide.leave} onLeave={page.onStop} />
      </GuidancePage>
    );
  }
  const onNext = async () => {
    const now = await onChange();
    // When that was the last one, something else takes this one's place.
    if (now?.step === part && now.qualification.attempts_left === attempt) await lesson.reload();
    window.scrollTo(0, 0);
  };
  if (lesson.error) return <Problem error={lesson.error} onRetry={() => void onNext()} />;
  if (!lesson.data) return <Loading />;
  return <LessonDesk key={lesson.data.id} {...page} project={project} lesson={lesson.data} onNext={onNext} />;
}
