import type { Progress } from "../../../api/console";
import { count } from "../format";
import { Panel } from "../parts";
import { useProject } from "../project";
import { Link } from "../route";

const STATES = [
  ["done", "done"],
  ["leased", "being annotated"],
  ["open", "open"],
] as const;

/** How many of the places (an example times its overlap) are taken. */
export function Places({ progress: { examples, slots, annotations, annotators } }: { progress: Progress }) {
  const { at, slug } = useProject();
  const total = slots.done + slots.leased + slots.open;
  return (
    <Panel title="Progress" aside={total > 0 ? `${Math.floor((100 * slots.done) / total)} % done` : undefined}>
      <div className="places" aria-hidden="true">
        {STATES.map(([state]) => (
          <span key={state} data-state={state} style={{ flexGrow: slots[state] }} />
        ))}
      </div>
      <dl className="numbers">
        {STATES.map(([state, name]) => (
          <div key={state} data-state={state}>
            <dt>places {name}</dt>
            <dd>{state === "open" && slots.open > 0 ? <a href={`/annotate/${slug}`}>{count(slots.open)}</a> : count(slots[state])}</dd>
          </div>
        ))}
        <div>
          <dt>examples</dt>
          <dd>{count(examples)}</dd>
        </div>
        <div>
          <dt>annotations</dt>
          <dd>{annotations > 0 ? <Link href={at("datasets")}>{count(annotations)}</Link> : 0}</dd>
        </div>
        <div>
          <dt>annotators</dt>
          <dd>{count(annotators)}</dd>
        </div>
      </dl>
    </Panel>
  );
}
