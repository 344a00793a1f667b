/** The example at work: the text with its lanes, the disputes one by one, and what is chosen beside them. */
import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useRef, useState, type KeyboardEvent } from "react";
import { getDisputes, type Adjudication } from "../../../api/console";
import { dropDraft } from "../../../api/local";
import { disputesOf, type Act } from "../../../state/adjudication";
import type { Span } from "../../../text/spans";
import { cover } from "../../../text/spans";
import { Page } from "../parts";
import { useProject } from "../project";
import { navigate } from "../route";
import { letter, type Case } from "./cases";
import { Answers, Comparisons, Corrections } from "./Choices";
import { Conflict } from "./Conflict";
import { DisputeCard } from "./DisputeCard";
import { commandFor } from "./keys";
import { Passages } from "./Passages";
import { People } from "./People";
import { SettleBar } from "./SettleBar";
import { Staff } from "./Staff";
import { localKey, useRuling, type KeptRuling } from "./useRuling";
import { addressOf, type Wanted } from "./wanted";

type Props = { about: Case; local: KeptRuling | null; wanted: Wanted; reload: () => Promise<unknown> };

export function Ruling({ about, local, wanted, reload }: Props) {
  const project = useProject();
  const { detail } = about;
  const stored = detail.adjudication;
  const settled = stored?.state === "settled";
  const [stale] = useState(local !== null && local.version !== (stored?.version ?? 0));
  const [said, say] = useState("");
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);

  const client = useQueryClient();
  const next = async () => {
    void client.invalidateQueries({ queryKey: ["disputes", project.id] }); // what was settled is not in it any more
    const { results } = await getDisputes(project.id, { ...wanted, state: "unsettled" });
    const other = results.find(({ id }) => id !== detail.id);
    navigate(project.at(other ? addressOf(wanted, other.id) : addressOf(wanted)));
  };
  const work = useRuling(about, settled || stale ? null : local, (row: Adjudication) => {
    say(`Settled as version ${row.version}.`);
    void next();
  });
  const { ruling } = work;
  const people = detail.annotations.length;
  const votesIn = (response: number) => about.votes.filter((vote) => vote.response === response);
  const disputes = useMemo(
    () => detail.example.judged.flatMap((response) => disputesOf(about.votes.filter((vote) => vote.response === response), ruling.verdicts[response]?.kept ?? [], response, people)),
    [about, detail, ruling, people],
  );
  const now = disputes[Math.min(at, disputes.length - 1)];

  const focus = (index: number) => {
    setAt(index);
    // Which card is in the order of Tab changes with the state, so that it is focused after that.
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(".dispute[data-current]")?.focus());
  };
  const act = (what: Act) => {
    if (!settled) work.dispatch(what);
  };
  const press = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLElement && event.target.closest("input, textarea, select")) return;
    const command = commandFor(event, now, now && about.texts[now.response], about.types.filter(({ target }) => target === (now?.kept[0]?.span ? "response" : "passages")));
    if (!command) return;
    event.preventDefault();
    if (command.do === "go") focus(Math.max(0, Math.min(disputes.length - 1, at + command.by)));
    else if (command.do === "next") void next();
    else if (settled) return;
    else if (command.do === "settle") void work.settle();
    else work.dispatch(command);
  };
  const span = now && [...now.votes, ...now.kept].reduce<Span | null>((all, each) => (each.span ? (all ? cover(all, each.span) : each.span) : all), null);
  const picked = now?.kept.find(({ span: place, type }) => place === null || about.types.find(({ key }) => key === type)?.needs === "evidence");
  const reopenedWhy = stored?.state === "reopened" && stored.reopen_reason;

  return (
    <Page title={detail.example.question} actions={<People about={about} />}>
      {stored?.state === "reopened" && (
        <div className="notice">
          <p>
            <strong>Reopened.</strong> {reopenedWhy || "No reason was given."} Until it is settled again, it is in no new dataset.
          </p>
        </div>
      )}
      {detail.outdated && (
        <div className="notice">
          <p>
            <strong>Judgements came or changed since this was saved.</strong> {settled ? "Reopen it to take them in." : "They are below; the record is as it was."}
          </p>
        </div>
      )}
      {(stale || work.saving === "conflict") && (
        <Conflict about={about} mine={stale ? local!.ruling : ruling} keep={async (newest, mine) => {
          work.dispatch({ do: "replace", ruling: mine });
          work.overwrite(newest);
        }} take={async () => {
          await dropDraft(localKey(detail.id));
          await reload();
        }} stale={stale} />
      )}
      <div className="adjudication">
        {/* Keys of the disputes; each has a button of its own that does the same. */}
        {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions */}
        <div className="adjudication-work" ref={list} onKeyDown={press}>
          {detail.example.judged.map((response) => {
            const verdict = ruling.verdicts[response]!;
            const several = detail.example.responses.length > 1;
            const mine = disputes.filter((dispute) => dispute.response === response);
            return (
              <section key={response} className="panel ruling" aria-label={several ? `Response ${response + 1}` : "Response"}>
                {several && <h2>Response {response + 1}</h2>}
                <Staff
                  about={about}
                  response={response}
                  text={about.texts[response]!}
                  votes={votesIn(response)}
                  kept={verdict.kept}
                  current={now?.response === response ? (span ?? null) : null}
                  onPick={(offset) => {
                    const found = disputes.findIndex((dispute) => dispute.response === response && [...dispute.votes, ...dispute.kept].some((each) => each.span && each.span.start <= offset && offset < each.span.end));
                    if (found >= 0) focus(found);
                  }}
                />
                <p className="staff-legend soft">
                  Tinted: the record. Below each line: {detail.annotations.map((_, person) => letter(person)).join(", ")}.
                </p>
                {mine.length === 0 ? (
                  <p className="soft">Nobody marked anything here.</p>
                ) : (
                  <ol className="disputes" aria-label="What was marked">
                    {mine.map((dispute) => (
                      <DisputeCard
                        key={dispute.key}
                        about={about}
                        dispute={dispute}
                        votes={votesIn(response)}
                        kept={verdict.kept}
                        reasons={ruling.reasons}
                        current={dispute === now}
                        readOnly={settled}
                        dispatch={act}
                        onFocus={() => setAt(disputes.indexOf(dispute))}
                      />
                    ))}
                  </ol>
                )}
                {about.task.desk.asks.includes("correction") && <Corrections about={about} response={response} verdict={verdict} readOnly={settled} dispatch={act} />}
                <Answers about={about} response={response} verdict={verdict} readOnly={settled} dispatch={act} />
              </section>
            );
          })}
          <Comparisons about={about} ruling={ruling} readOnly={settled} dispatch={act} />
          <SettleBar about={about} work={work} next={next} reload={reload} />
          <p className="sr" role="status">
            {said}
          </p>
        </div>
        <Passages
          about={about}
          votes={about.votes}
          kept={Object.values(ruling.verdicts).flatMap(({ kept }) => kept)}
          target={!settled && now && picked ? { response: now.response, mark: picked } : null}
          dispatch={act}
        />
      </div>
    </Page>
  );
}
