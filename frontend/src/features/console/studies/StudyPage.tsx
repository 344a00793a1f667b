/** One study: its state, how people come in, who came, how long it took them, and what they are paid. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { getPay, getStudy, patchStudy, type PayReport, type Study, type StudyState } from "../../../api/studies";
import { Confirm } from "../Confirm";
import { money } from "../dashboard/money";
import { count, plural } from "../format";
import { Answer, Page, Panel } from "../parts";
import { useProject, useRefresh } from "../project";
import { Link } from "../route";
import { Change } from "./Change";
import { Entry } from "./Entry";
import { Rate } from "./NewStudyPage";
import { Payments } from "./Payments";
import { People } from "./People";
import { hourlyOf, totalOf } from "./rates";
import { Times } from "./Times";
import { PROVIDERS, STATES } from "./words";

export function StudyPage({ id }: { id: string }) {
  const number = Number(id);
  const study = useQuery({ queryKey: ["study", number], queryFn: () => getStudy(number) });
  const pay = useQuery({ queryKey: ["pay", number], queryFn: () => getPay(number), refetchInterval: 15_000 });
  return (
    <Answer page query={study} height={900}>
      {(data) => <Shown study={data} pay={<Answer query={pay}>{(report) => <Paid study={data} report={report} />}</Answer>} />}
    </Answer>
  );
}

function Shown({ study, pay }: { study: Study; pay: React.ReactNode }) {
  const { at, admin } = useProject();
  return (
    <Page
      title={study.name}
      lead={`${PROVIDERS[study.provider]} · ${STATES[study.state].name}. ${STATES[study.state].says}`}
      actions={admin && <Steps study={study} />}
    >
      <p className="crumb">
        <Link href={at("studies")}>All studies</Link>
      </p>
      <div className="grid">
        <Facts study={study} />
        <Entry study={study} />
      </div>
      {pay}
    </Page>
  );
}

const STEPS: Record<StudyState, { to: StudyState; label: string; verb: string; says: string }> = {
  draft: { to: "open", label: "Open…", verb: "Open", says: "People can come in from then on. Texts, minutes, reward and currency stay as they are: they are what people are promised." },
  open: { to: "closed", label: "Close…", verb: "Close", says: "Nobody new comes in. Whoever is in may finish, and is paid as before." },
  closed: { to: "open", label: "Open again…", verb: "Open", says: "People can come in again, as long as there are places." },
};

function Steps({ study }: { study: Study }) {
  const client = useQueryClient();
  const refresh = useRefresh();
  const { to, label, verb, says } = STEPS[study.state];
  const change = async () => {
    client.setQueryData(["study", study.id], await patchStudy(study.id, { state: to }));
    void refresh();
  };
  return (
    <Confirm label={label} title={`${verb} “${study.name}”?`} verb={verb} act={change}>
      <p>{says}</p>
    </Confirm>
  );
}

function Facts({ study }: { study: Study }) {
  const { admin } = useProject();
  const [reward, target] = [Number(study.reward), Number(study.target_per_hour)];
  const hourly = hourlyOf(reward, study.minutes);
  const total = totalOf(reward, study.places);
  return (
    <Panel title="What was promised">
      <dl className="numbers small">
        <Fact name="places taken">{`${count(study.taken)} of ${count(study.places)}`}</Fact>
        <Fact name="texts each">{count(study.texts)}</Fact>
        <Fact name="as it is told">{`${study.minutes} min`}</Fact>
        <Fact name="reward">{money(reward, study.currency)}</Fact>
        <Fact name="an hour">{hourly === null ? "–" : money(hourly, study.currency)}</Fact>
        <Fact name="target for an hour">{money(target, study.currency)}</Fact>
      </dl>
      {hourly !== null && <Rate hourly={hourly} currency={study.currency} target={target} />}
      <p className="hint">
        {total !== null && `All ${plural(study.places, "place")} together: ${money(total, study.currency)}, fees of the platform left out. `}
        Whoever does not pass the qualification gets at least {money(Number(study.screen_out_reward), study.currency)}.
      </p>
      {admin && <Change study={study} />}
    </Panel>
  );
}

function Fact({ name, children }: { name: string; children: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Paid({ study, report }: { study: Study; report: PayReport }) {
  const [chosen, setChosen] = useState<number[]>([]);
  const client = useQueryClient();
  const take = (next: PayReport) => {
    client.setQueryData(["pay", study.id], next);
    setChosen([]);
  };
  return (
    <>
      <Times report={report} />
      <People study={study} report={report} chosen={chosen} onChoose={setChosen} onReport={take} />
      <Payments study={study} report={report} onReport={take} />
    </>
  );
}
