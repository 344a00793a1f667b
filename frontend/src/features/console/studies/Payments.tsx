/** Payments and what becomes of them: proposed, approved with the sum in view, sent, and settled by hand where need be. */
import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { approvePayments, cancelPayments, proposePayments, settlePayments, type Payment, type PaymentState, type PayReport, type Study } from "../../../api/studies";
import { Confirm } from "../Confirm";
import { money } from "../dashboard/money";
import { moment, plural } from "../format";
import { Empty, Panel, Problem } from "../parts";
import { useProject } from "../project";
import { Link } from "../route";
import { Scroll } from "../Scroll";
import { KINDS, PAYMENTS } from "./words";

type Props = { study: Study; report: PayReport; onReport: (report: PayReport) => void };

const ids = (payments: Payment[]) => payments.map(({ id }) => id);
const sumOf = (payments: Payment[]) => payments.reduce((sum, { amount }) => sum + amount, 0);

export function Payments({ study, report, onReport }: Props) {
  const { admin } = useProject();
  const { payments, currency, sends } = report;
  const of = (...states: PaymentState[]) => payments.filter(({ state }) => states.includes(state));
  const propose = useMutation({ mutationFn: () => proposePayments(study.id), onSuccess: onReport });
  const told = (["proposed", "approved", "sending", "sent", "failed"] as const).filter((state) => report.sums[state] > 0);
  return (
    <Panel title="Payments" aside={told.map((state) => `${money(report.sums[state], currency)} ${PAYMENTS[state]}`).join(" · ")}>
      {payments.length === 0 ? (
        <Empty>Nothing is proposed yet. Redpen proposes rewards, failed qualifications, the texts of those who stopped, and what is missing from the target; you approve.</Empty>
      ) : (
        <Table {...{ payments, currency }} />
      )}
      {propose.isError && <Problem error={propose.error} what="Nothing was proposed." />}
      {admin && (
        <div className="buttons">
          <Button loading={propose.isPending} onClick={() => propose.mutate()}>
            Propose what is owed
          </Button>
          <Approve study={study} report={report} payments={of("proposed")} onReport={onReport} label="Approve all" />
          <Approve study={study} report={report} payments={of("failed")} onReport={onReport} label="Try again" />
          <Change
            payments={of("proposed", "approved", "failed")}
            currency={currency}
            label="Cancel all that is not sent"
            verb="Cancel them"
            says="They are not paid. What is owed can be proposed again."
            act={(chosen) => cancelPayments(study.id, chosen).then(onReport)}
          />
          {(sends ? of("sending") : of("approved")).length > 0 && <Settled {...{ study, report, onReport }} payments={sends ? of("sending") : of("approved")} />}
        </div>
      )}
    </Panel>
  );
}

type SomeProps = Props & { payments: Payment[] };

function Approve({ study, report, payments, onReport, label }: SomeProps & { label: string }) {
  if (payments.length === 0) return null;
  const sum = money(sumOf(payments), report.currency);
  return (
    <Confirm label={`${label} (${sum})…`} title={`Pay ${sum}?`} verb={`Approve ${sum}`} act={() => approvePayments(study.id, ids(payments)).then(onReport)}>
      <p>
        {plural(payments.length, "payment")}, together {sum}. {report.sends ? "They are paid through the platform at once; its fees come on top, and Redpen does not know them." : "Nobody pays them by itself: pay them, then say so here."}
      </p>
      <ul>
        {Object.entries(KINDS).map(([kind, name]) => {
          const some = payments.filter((payment) => payment.kind === kind);
          return some.length > 0 && <li key={kind}>{`${money(sumOf(some), report.currency)} ${name}, ${plural(some.length, "payment")}`}</li>;
        })}
      </ul>
    </Confirm>
  );
}

type ChangeProps = { payments: Payment[]; currency: string; label: string; verb: string; says: string; act: (ids: number[]) => Promise<unknown> };

function Change({ payments, currency, label, verb, says, act }: ChangeProps) {
  if (payments.length === 0) return null;
  const sum = money(sumOf(payments), currency);
  return (
    <Confirm label={`${label} (${sum})…`} title={`${verb}: ${sum}?`} verb={verb} act={() => act(ids(payments))}>
      <p>
        {plural(payments.length, "payment")}, together {sum}. {says}
      </p>
    </Confirm>
  );
}

/** By hand: where nobody pays but people, and where a platform never said what became of a payment. */
function Settled({ study, report: { currency, sends }, payments, onReport }: SomeProps) {
  const change = (paid: boolean) => (chosen: number[]) => settlePayments(study.id, chosen, paid).then(onReport);
  return (
    <>
      <Change {...{ payments, currency }} label="They were paid" verb="Say that they were paid" says={sends ? "Look on the platform first." : "You have paid them by hand."} act={change(true)} />
      {sends && <Change {...{ payments, currency }} label="They were not paid" verb="Say that they were not paid" says="Look on the platform first: they can then be approved again, and would be paid a second time if they were." act={change(false)} />}
    </>
  );
}

function Table({ payments, currency }: { payments: Payment[]; currency: string }) {
  const { at } = useProject();
  return (
    <Scroll label="Payments of the study" className="scroll tall">
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">Person</th>
            <th scope="col">For</th>
            <th scope="col" className="num">
              Amount
            </th>
            <th scope="col">State</th>
            <th scope="col">When</th>
            <th scope="col">Approved by</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {payments.map((payment) => (
            <tr key={payment.id}>
              <th scope="row">
                <Link href={at(`people/${payment.member}`)}>{payment.pseudonym}</Link>
              </th>
              <td className="nowrap">{KINDS[payment.kind]}</td>
              <td className="num nowrap">{money(payment.amount, currency)}</td>
              <td className="nowrap">
                <span className="payment" data-state={payment.state}>
                  {PAYMENTS[payment.state]}
                </span>
              </td>
              <td className="nowrap">{moment(payment.settled_at ?? payment.created_at)}</td>
              <td>{payment.approved_by}</td>
              <td className="told">
                {payment.reason} {payment.problem && <span className="lacks">{payment.problem}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
