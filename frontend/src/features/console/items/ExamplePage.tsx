import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { getExample, type ExampleDetail } from "../../../api/console";
import { looksOf } from "../badges";
import { duration, moment, plural } from "../format";
import { Answer, Empty, Page } from "../parts";
import { useProject } from "../project";
import { Link, useRoute } from "../route";
import { Passages } from "../samples/Passages";
import { annotationsAt } from "./address";
import { Marked } from "./Marked";

type Annotation = ExampleDetail["annotations"][number];
type Judgement = Annotation["judgements"][number];

/** One example with everything that was said about it. */
export function ExamplePage({ id }: { id: string }) {
  const project = useProject();
  const example = useQuery({ queryKey: ["example", project.id, id], queryFn: () => getExample(project.id, Number(id)) });
  return (
    <Answer page query={example} height={600}>
      {(data) => <Shown example={data} />}
    </Answer>
  );
}

function Shown({ example }: { example: ExampleDetail }) {
  const { at } = useProject();
  const chosen = useRoute().query.get("annotation");
  return (
    <Page
      title={example.question || example.external_id}
      lead={
        <>
          {example.external_id} · {example.done} of {plural(example.wanted, "judgement")} · split {example.split}
        </>
      }
    >
      <p className="crumb">
        <Link href={at("items?of=examples")}>All examples</Link>
      </p>
      <div className="prompt panel">
        <Passages passages={example.passages} />
        {example.reference && (
          <p>
            <span className="soft">Reference:</span> {example.reference}
          </p>
        )}
        {example.responses.map(({ index, text, policy_version }) => (
          <div key={index}>
            <h2>
              Response {index + 1} {policy_version && <span className="soft">by {policy_version}</span>}
            </h2>
            <p className="response-text marked">{text}</p>
          </div>
        ))}
      </div>
      {example.annotations.length === 0 && <Empty>Nobody has judged it yet.</Empty>}
      {example.annotations.map((annotation) => (
        <Said key={annotation.record_id} annotation={annotation} example={example} chosen={annotation.record_id === chosen} />
      ))}
    </Page>
  );
}

function Said({ annotation, example, chosen }: { annotation: Annotation; example: ExampleDetail; chosen: boolean }) {
  const { at } = useProject();
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    if (chosen) place.current?.scrollIntoView({ block: "start" });
  }, [chosen]);
  const { person, created_at, active_seconds, counted, source, comparisons } = annotation;
  return (
    <article ref={place} className="panel said" aria-label={`Judged by ${person}`} data-chosen={chosen || undefined}>
      <header className="panel-head">
        <h2>
          <Link href={at(annotationsAt({ person }))}>{person}</Link>
        </h2>
        <div className="panel-aside">
          {moment(created_at)}
          {active_seconds !== null && ` · ${duration(active_seconds)} active`}
          {source !== "human" && ` · ${source}`}
          {!counted && " · not counted"} · <Link href={at(`history/${annotation.record_id}`)} aria-label={`History of what ${person} said`}>history</Link>
        </div>
      </header>
      {annotation.judgements.map((judgement) => (
        <OneJudgement key={judgement.response} judgement={judgement} example={example} />
      ))}
      {comparisons.length > 0 && (
        <p className="hint">
          {comparisons
            .map(({ first, second, preferred }) =>
              preferred === "tie"
                ? `Responses ${first + 1} and ${second + 1} are as good as each other`
                : `Response ${(preferred === "first" ? first : second) + 1} is better than ${(preferred === "first" ? second : first) + 1}`,
            )
            .join("; ")}
          .
        </p>
      )}
    </article>
  );
}

function OneJudgement({ judgement, example }: { judgement: Judgement; example: ExampleDetail }) {
  const { taxonomy } = useProject();
  const looks = looksOf(taxonomy);
  const nameOf = (key: string) => taxonomy.categories.flatMap(({ types }) => types).find((type) => type.key === key)?.name ?? key;
  const response = example.responses.find(({ index }) => index === judgement.response);
  const notes = [
    ...judgement.spans.map(({ type, quote, explanation }) => ({ type, quote, text: explanation })),
    ...judgement.missing.map(({ type, note }) => ({ type, quote: "", text: note })),
  ];
  return (
    <div>
      {example.responses.length > 1 && <h3>Response {judgement.response + 1}</h3>}
      <Marked text={response?.text ?? ""} marks={judgement.spans} looks={looks} />
      {notes.length === 0 && <p className="soft">Read, and found without errors.</p>}
      <ul className="marks">
        {notes.map(({ type, quote, text }, i) => (
          <li key={i} data-hue={looks.get(type)?.hue}>
            <span className="badge" data-line={looks.get(type)?.line} aria-hidden="true">
              {looks.get(type)?.badge ?? "?"}
            </span>{" "}
            {nameOf(type)}
            {quote && <>: “{quote}”</>} <span className="soft">{text}</span>
          </li>
        ))}
      </ul>
      {judgement.corrected_text !== null && (
        <p>
          <span className="soft">Corrected:</span> {judgement.corrected_text}
        </p>
      )}
    </div>
  );
}
