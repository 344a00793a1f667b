import { Button, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { postStudy, type NewStudy } from "../../../api/studies";
import { money } from "../dashboard/money";
import { Empty, Page, Panel, Problem } from "../parts";
import { useProject, useRefresh } from "../project";
import { Link, navigate } from "../route";
import { useForm } from "../useForm";
import { hourlyOf, judge, totalOf } from "./rates";
import { PROVIDERS } from "./words";

type Numeric = number | string;
type Typed = {
  name: string;
  provider: NewStudy["provider"];
  external_id: string;
  places: Numeric;
  texts: Numeric;
  minutes: Numeric;
  currency: string;
  reward: Numeric;
  screen_out_reward: Numeric;
  target_per_hour: Numeric;
  return_url: string;
  claim_parameter: string;
};

const BEGIN: Typed = {
  name: "", provider: "link", external_id: "", places: 10, texts: 10, minutes: 30, currency: "GBP", reward: 6,
  screen_out_reward: 1, target_per_hour: 12, return_url: "", claim_parameter: "",
};

function bodyOf({ provider, external_id, places, minutes, reward, return_url, claim_parameter, ...typed }: Typed): NewStudy {
  const shared = {
    ...typed, provider, texts: Number(typed.texts), screen_out_reward: String(typed.screen_out_reward || 0), target_per_hour: String(typed.target_per_hour || 0),
  };
  if (provider === "prolific") return { ...shared, external_id, return_url: "" };
  return { ...shared, places: Number(places), minutes: Number(minutes), reward: String(reward || 0), return_url, claim_parameter };
}

export function NewStudyPage() {
  const { admin, at } = useProject();
  return (
    <Page title="New study" lead="It begins as a draft: nobody can come in before you open it.">
      <p className="crumb">
        <Link href={at("studies")}>All studies</Link>
      </p>
      {admin ? <Form /> : <Empty>Only an admin of this project can make a study.</Empty>}
    </Page>
  );
}

function Form() {
  const { id, at } = useProject();
  const refresh = useRefresh();
  const form = useForm(BEGIN, (values) => postStudy(id, bodyOf(values)), async (study) => {
    await refresh();
    navigate(at(`studies/${study.id}`));
  });
  const { values, set, error } = form;
  const ours = values.provider === "link";
  const text = (name: "name" | "external_id" | "currency" | "return_url" | "claim_parameter") => ({
    value: values[name], error: error(name), onChange: ({ target }: React.ChangeEvent<HTMLInputElement>) => set(name, target.value),
  });
  const number = (name: "places" | "texts" | "minutes") => ({
    value: values[name], error: error(name), min: 1, allowDecimal: false, required: true, onChange: (value: Numeric) => set(name, value),
  });
  const amount = (name: "reward" | "screen_out_reward" | "target_per_hour") => ({
    value: values[name], error: error(name), min: 0, decimalScale: 2, fixedDecimalScale: true, required: true, onChange: (value: Numeric) => set(name, value),
  });
  return (
    <form className="grid" onSubmit={form.submit}>
      <Panel title="Who comes, and for what">
        <div className="form">
          <TextInput label="Name" description="People read it." required maxLength={200} {...text("name")} />
          <NativeSelect
            label="Where people come from"
            data={Object.entries(PROVIDERS).map(([value, label]) => ({ value, label }))}
            value={values.provider}
            onChange={({ target }) => set("provider", target.value as Typed["provider"])}
          />
          {ours ? (
            <>
              <NumberInput hideControls label="Places" description="So many people at most." {...number("places")} />
              <NumberInput hideControls label="Minutes" description="How long we tell them that it takes." {...number("minutes")} />
              <TextInput
                label="Where people go with their code"
                description="An address with {code} in it. Empty: they are shown the code and hand it in themselves."
                {...text("return_url")}
              />
              <TextInput
                label="Parameter that says who they are"
                description="Of the platform’s links to us, such as participantId. Empty: people come in by links that you make, one each."
                {...text("claim_parameter")}
              />
            </>
          ) : (
            <TextInput label="Id of the study on Prolific" description="Places, minutes, reward and completion codes are read there." required {...text("external_id")} />
          )}
          <NumberInput hideControls label="Texts for each person" {...number("texts")} />
        </div>
      </Panel>
      <Panel title="What it pays">
        <div className="form">
          <TextInput label="Currency" description="Three letters, such as GBP." required {...text("currency")} onChange={({ target }) => set("currency", target.value.toUpperCase())} />
          {ours && <NumberInput hideControls label="Reward" description="For whoever submits all texts." {...amount("reward")} />}
          <NumberInput hideControls label="For a failed qualification" description="At least. It is never less than their time is worth at the target." {...amount("screen_out_reward")} />
          <NumberInput hideControls label="Target for an hour" description="When the median of their times is known, what is missing is proposed as a top-up." {...amount("target_per_hour")} />
          {ours ? (
            <Reckoned typed={values} />
          ) : (
            <p className="hint">The reward, and what an hour of it is worth, shows once the study is made here.</p>
          )}
        </div>
      </Panel>
      <div className="submit-row">
        <Button type="submit" variant="filled" loading={form.sending.isPending}>
          Make the study
        </Button>
        {form.sending.isError && <Problem error={form.sending.error} what="Nothing was made." />}
      </div>
    </form>
  );
}

/** What that is an hour and in all, while it is typed. */
function Reckoned({ typed: { reward, minutes, places, currency, target_per_hour } }: { typed: Typed }) {
  const hourly = hourlyOf(Number(reward), Number(minutes));
  const total = totalOf(Number(reward), Number(places));
  return (
    <div role="status" className="reckoned">
      <dl className="numbers small">
        <div>
          <dt>an hour</dt>
          <dd>{hourly === null ? "–" : money(hourly, currency)}</dd>
        </div>
        <div>
          <dt>in all, without fees</dt>
          <dd>{total === null ? "–" : money(total, currency)}</dd>
        </div>
      </dl>
      {hourly !== null && <Rate hourly={hourly} currency={currency} target={Number(target_per_hour)} />}
    </div>
  );
}

/** What is to be said of that rate. */
export function Rate({ hourly, currency, target }: { hourly: number; currency: string; target: number }) {
  const { grade, bound } = judge(hourly, currency, target);
  if (grade === "fine") return <p className="fits">That is at least what you aim for.</p>;
  const words = {
    low: `Less than the ${money(bound, currency)} an hour that Prolific asks for at the very least.`,
    least: `Less than the ${money(bound, currency)} an hour that Prolific recommends.`,
    target: `Less than your target of ${money(bound, currency)} an hour: a top-up will be due if it takes as long.`,
  };
  return <p className={grade === "low" ? "notice bad" : "notice"}>{words[grade]}</p>;
}
