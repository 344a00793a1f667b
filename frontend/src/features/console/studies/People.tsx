/** Who came in, how far they are, how long they took and what they are paid; and what can be done for some of them. */
import { Button, Checkbox, NumberInput, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import { randomUuid } from "../../../api/local";
import { postMessage, proposeBonus, type PaidPerson, type PayReport, type Study } from "../../../api/studies";
import { Dialog } from "../../../ui/Dialog";
import { money } from "../dashboard/money";
import { count, duration, plural } from "../format";
import { Empty, Panel, Problem } from "../parts";
import { useProject } from "../project";
import { Link } from "../route";
import { Scroll } from "../Scroll";
import { useForm } from "../useForm";
import { PARTS } from "./words";

type Props = { study: Study; report: PayReport; chosen: number[]; onChoose: (chosen: number[]) => void; onReport: (report: PayReport) => void };

export function People({ study, report, chosen, onChoose, onReport }: Props) {
  const { admin } = useProject();
  const [open, setOpen] = useState<"bonus" | "message" | null>(null);
  const { people } = report;
  const toggle = (participant: number, on: boolean) => onChoose(on ? [...chosen, participant] : chosen.filter((each) => each !== participant));
  return (
    <Panel title="People" aside={plural(people.length, "person", "people")}>
      {people.length === 0 ? (
        <Empty>{study.state === "open" ? "Nobody has come in yet. The address and the links above let people in." : "Nobody has come in. The study has to be open for that."}</Empty>
      ) : (
        <>
          <Table {...{ people, chosen, toggle, admin }} currency={report.currency} texts={study.texts} />
          {admin && (
            <div className="buttons">
              <Button disabled={chosen.length === 0} onClick={() => setOpen("bonus")}>
                Bonus for {plural(chosen.length, "person", "people")}…
              </Button>
              {report.sends && (
                <Button disabled={chosen.length === 0} onClick={() => setOpen("message")}>
                  Message to {plural(chosen.length, "person", "people")}…
                </Button>
              )}
              <Button size="xs" onClick={() => onChoose(people.filter(({ slow }) => slow).map(({ participant }) => participant))}>
                Choose the slowest quarter
              </Button>
            </div>
          )}
          <p className="hint">
            Missing: what somebody’s own time lacks of the target. Nobody is proposed it, as times hold pauses that nobody called one; look at the active time, and give a
            bonus where it was work.
          </p>
        </>
      )}
      {open === "bonus" && <BonusDialog study={study} report={report} chosen={chosen} onClose={() => setOpen(null)} onReport={onReport} />}
      {open === "message" && <MessageDialog study={study} chosen={chosen} onClose={() => setOpen(null)} />}
    </Panel>
  );
}

type TableProps = { people: PaidPerson[]; chosen: number[]; toggle: (participant: number, on: boolean) => void; admin: boolean; currency: string; texts: number };

function Table({ people, chosen, toggle, admin, currency, texts }: TableProps) {
  const { at } = useProject();
  return (
    <Scroll label="People of the study">
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">Person</th>
            <th scope="col">
              <span className="sr">Record</span>
            </th>
            <th scope="col">State</th>
            <th scope="col" className="num">
              Texts
            </th>
            <th scope="col" className="num">
              Time
            </th>
            <th scope="col" className="num">
              Of it active
            </th>
            <th scope="col" className="num">
              Missing
            </th>
            <th scope="col" className="num">
              Due
            </th>
            <th scope="col" className="num">
              Planned
            </th>
            <th scope="col" className="num">
              Paid
            </th>
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <tr key={person.participant}>
              <th scope="row" className="nowrap">
                {admin ? (
                  <Checkbox label={person.pseudonym} checked={chosen.includes(person.participant)} onChange={({ target }) => toggle(person.participant, target.checked)} />
                ) : (
                  person.pseudonym
                )}
              </th>
              <td>
                <Link href={at(`people/${person.member}`)} aria-label={`Record of ${person.pseudonym}`}>
                  record
                </Link>
              </td>
              <td className="nowrap">
                {PARTS[person.state]}
                {person.provider_state && <span className="soft"> · {person.provider_state.toLowerCase()} there</span>}
              </td>
              <td className="num nowrap">
                {count(person.texts)} of {count(texts)}
              </td>
              <td className="num nowrap">
                {duration(person.wall_seconds)}
                {person.slow && <span className="soft"> slow</span>}
              </td>
              <td className="num nowrap">{duration(person.active_seconds)}</td>
              <td className="num nowrap">{person.short ? money(person.short, currency) : "–"}</td>
              <td className="num nowrap">{money(person.due, currency)}</td>
              <td className="num nowrap">{money(person.planned, currency)}</td>
              <td className="num nowrap">{money(person.sent, currency)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function BonusDialog({ study, report, chosen, onClose, onReport }: Pick<Props, "study" | "report" | "chosen" | "onReport"> & { onClose: () => void }) {
  const [request_id] = useState(randomUuid);
  const form = useForm(
    { amount: 1 as number | string, reason: "" },
    ({ amount, reason }) => proposeBonus(study.id, { participants: chosen, amount: String(amount), reason, request_id }),
    (next) => {
      onReport(next);
      onClose();
    },
  );
  const each = Number(form.values.amount) || 0;
  return (
    <Dialog title={`A bonus for ${plural(chosen.length, "person", "people")}`} onClose={onClose}>
      <form className="form" onSubmit={form.submit}>
        <NumberInput hideControls label={`For each, in ${report.currency}`} required min={0.01} step={0.5} decimalScale={2} value={form.values.amount} onChange={(value) => form.set("amount", value)} error={form.error("amount")} />
        <TextInput label="Why" description="Kept with the payment. Name nobody." required maxLength={500} value={form.values.reason} onChange={({ target }) => form.set("reason", target.value)} error={form.error("reason")} />
        <p role="status">
          <strong>{money(each * chosen.length, report.currency)} in all</strong>, fees left out. It is proposed, and paid once you approve it.
        </p>
        {form.sending.isError && <Problem error={form.sending.error} what="Nothing was proposed." />}
        <div className="buttons">
          <Button type="submit" variant="filled" loading={form.sending.isPending}>
            Propose
          </Button>
          <Button onClick={onClose}>Leave it as it is</Button>
        </div>
      </form>
    </Dialog>
  );
}

function MessageDialog({ study, chosen, onClose }: { study: Study; chosen: number[]; onClose: () => void }) {
  const [sent, setSent] = useState<number | null>(null);
  const form = useForm({ text: "" }, ({ text }) => postMessage(study.id, chosen, text), (answer) => setSent(answer.sent));
  return (
    <Dialog title={`A message to ${plural(chosen.length, "person", "people")}`} onClose={onClose}>
      {sent === null ? (
        <form className="form" onSubmit={form.submit}>
          <p>It goes through the platform, which knows who they are; you need not.</p>
          <Textarea label="Message" required maxLength={4000} autosize minRows={4} maxRows={12} value={form.values.text} onChange={({ target }) => form.set("text", target.value)} error={form.error("text")} />
          {form.sending.isError && <Problem error={form.sending.error} what="It went to nobody." />}
          <div className="buttons">
            <Button type="submit" variant="filled" loading={form.sending.isPending}>
              Send
            </Button>
            <Button onClick={onClose}>Do not send</Button>
          </div>
        </form>
      ) : (
        <>
          <p role="status">
            It went to {sent} of {plural(chosen.length, "person", "people")}.
          </p>
          <div className="buttons">
            <Button onClick={onClose}>Close</Button>
          </div>
        </>
      )}
    </Dialog>
  );
}
