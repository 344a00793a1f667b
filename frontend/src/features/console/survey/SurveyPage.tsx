/** Who says what about themselves, by pseudonym: counts, one row a person, and the files that go with the feedback. */
import { useQuery } from "@tanstack/react-query";
import { getSurvey, surveyAddress, type Survey } from "../../../api/people";
import type { Question } from "../../../api/console";
import { count, plural } from "../format";
import { Answer, Empty, Page, Panel } from "../parts";
import { useProject } from "../project";
import { Link } from "../route";
import { Scroll } from "../Scroll";
import { answerTold } from "./told";

export function SurveyPage() {
  const { id, at } = useProject();
  const survey = useQuery({ queryKey: ["survey", id], queryFn: () => getSurvey(id) });
  return (
    <Page
      title="What people say about themselves"
      lead="By pseudonym, the same as in datasets: so it can be told who says what, and not who they are."
      actions={
        <span className="downloads">
          <a href={surveyAddress(id, "csv")} download>
            CSV
          </a>
          <a href={surveyAddress(id, "jsonl")} download>
            JSONL
          </a>
        </span>
      }
    >
      <p className="crumb">
        <Link href={at("people")}>All people</Link>
      </p>
      <Answer query={survey} height={400}>
        {(data) => (data.replies.length === 0 ? <Nothing asked={data.questions.length} /> : <Replies survey={data} />)}
      </Answer>
    </Page>
  );
}

function Nothing({ asked }: { asked: number }) {
  const { at } = useProject();
  return (
    <Panel title="No answers yet">
      <Empty action={<Link href={at("desk")}>To the desk</Link>}>
        {asked > 0
          ? `People are asked ${plural(asked, "question")} before their first text; nobody has come so far yet.`
          : "This project asks people nothing about themselves. Questions are written on the desk, and asked before the first text."}
      </Empty>
    </Panel>
  );
}

function Replies({ survey: { questions, replies } }: { survey: Survey }) {
  const { at } = useProject();
  // What is no longer asked was answered all the same.
  const before = [...new Set(replies.flatMap(({ answers }) => Object.keys(answers)))].filter((key) => !questions.some((each) => each.key === key));
  const columns: { key: string; text: string; question?: Question }[] = [
    ...questions.map((question) => ({ key: question.key, text: question.text, question })),
    ...before.map((key) => ({ key, text: key })),
  ];
  return (
    <>
      <div className="grid">
        {questions
          .filter(({ kind }) => kind !== "text")
          .map((question) => (
            <Counts key={question.key} question={question} replies={replies} />
          ))}
      </div>
      <Panel title="Everybody" aside={plural(replies.length, "person", "people")}>
        <Scroll label="Answers of everybody">
          <table className="rows">
            <thead>
              <tr>
                <th scope="col">Person</th>
                {columns.map(({ key, text }) => (
                  <th scope="col" key={key}>
                    {text}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {replies.map(({ member, pseudonym, answers }) => (
                <tr key={member}>
                  <th scope="row">
                    <Link href={at(`people/${member}`)}>{pseudonym}</Link>
                  </th>
                  {Object.keys(answers).length === 0 ? (
                    <td colSpan={columns.length} className="soft">
                      rather not say
                    </td>
                  ) : (
                    columns.map(({ key, question }) => <td key={key}>{answers[key] === undefined ? "" : answerTold(question, answers[key])}</td>)
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </Panel>
    </>
  );
}

/** How many gave each answer; of several options each is counted. */
function Counts({ question, replies }: { question: Question; replies: Survey["replies"] }) {
  const values = question.kind === "rating" ? Array.from({ length: question.points }, (_, i) => i + 1) : question.options.map(({ key }) => key);
  const given = replies.flatMap(({ answers }) => answers[question.key] ?? []) as (string | number)[];
  const most = Math.max(1, ...values.map((value) => given.filter((each) => each === value).length));
  const silent = replies.filter(({ answers }) => answers[question.key] === undefined).length;
  return (
    <Panel title={question.text}>
      <table className="rows">
        <tbody>
          {values.map((value) => {
            const times = given.filter((each) => each === value).length;
            return (
              <tr key={value}>
                <th scope="row">{answerTold(question, value)}</th>
                <td className="num">{count(times)}</td>
                <td aria-hidden="true">
                  <span className="bar">
                    <span style={{ inlineSize: `${(times / most) * 100}%` }} />
                  </span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {silent > 0 && <p className="hint">{plural(silent, "person", "people")} did not say.</p>}
    </Panel>
  );
}
