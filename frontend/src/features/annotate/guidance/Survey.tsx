/** What the person is asked about themselves before the work. They may send nothing, and go on all the same. */
import { useState } from "react";
import { reply } from "../../../api/guidance";
import type { Me, Standing } from "../../../api/types";
import type { Judgement } from "../../../state/annotation";
import { askedQuestions, givenAnswers, openQuestions } from "../../../state/questions";
import { t } from "../../../text/strings";
import { Fields, questionId } from "../Questions";
import { GuidancePage, Steps } from "./GuidancePage";

type Props = { me: Me; slug: string; onStop: () => void; standing: Standing; onChange: () => Promise<unknown> };

export function Survey({ standing: { project, survey }, onChange, ...page }: Props) {
  const [answers, setAnswers] = useState<Judgement["answers"]>({});
  const [open, setOpen] = useState("");
  const said = { marks: [], missing: [], clean: false, answers };
  const answer = (key: string, next: Judgement["answers"][string] | null) => {
    const others = Object.fromEntries(Object.entries(answers).filter(([each]) => each !== key));
    setAnswers(next === null ? others : { ...others, [key]: next });
    setOpen("");
  };
  const send = async (given: Parameters<typeof reply>[1]) => {
    await reply(project.id, given);
    await onChange();
  };
  const check = async () => {
    const [left] = openQuestions(survey, said);
    if (!left) return send(givenAnswers(survey, said));
    setOpen(t.guide.survey.open(left.text));
    document.querySelector<HTMLElement>(`#${questionId(left.key)} :is(input, textarea)`)?.focus();
  };
  return (
    <GuidancePage {...page} title={t.guide.survey.title}>
      <p>{t.guide.survey.body}</p>
      <div className="questions">
        <Fields asked={askedQuestions(survey, said)} answers={answers} onAnswer={answer} onWrite={answer} />
      </div>
      {open && (
        <p role="alert" className="problem">
          {open}
        </p>
      )}
      <Steps go={t.guide.survey.go} onGo={check} leave={t.guide.survey.none} onLeave={() => send({})} />
    </GuidancePage>
  );
}
