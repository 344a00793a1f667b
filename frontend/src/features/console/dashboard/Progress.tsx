import type { Dashboard } from "../../../api/console";
import { count } from "../format";
import { annotationsAt, examplesAt } from "../items/address";
import { Panel } from "../parts";
import { useProject } from "../project";
import { Link } from "../route";

/** How much of what is wanted is done. An example wants as many judgements as the project's overlap. */
export function Progress({ dashboard: { progress } }: { dashboard: Dashboard }) {
  const { at, slug } = useProject();
  const { examples, complete, wanted, done, leased, annotations, uncounted, annotators } = progress;
  const open = Math.max(0, wanted - done - leased);
  return (
    <Panel title="Progress" aside={wanted > 0 ? `${Math.floor((100 * done) / wanted)} % of ${count(wanted)} judgements` : undefined}>
      <div className="places" aria-hidden="true">
        <span data-state="done" style={{ flexGrow: done }} />
        <span data-state="leased" style={{ flexGrow: leased }} />
        <span data-state="open" style={{ flexGrow: open }} />
      </div>
      <dl className="numbers">
        <Fact name="judgements done" state="done" value={done} href={at(annotationsAt({ counted: true }))} />
        <Fact name="being made" state="leased" value={leased} href={at(examplesAt({ leased: true }))} />
        <div data-state="open">
          <dt>open</dt>
          <dd>{open > 0 ? <a href={`/annotate/${slug}`}>{count(open)}</a> : 0}</dd>
        </div>
        <Fact name="examples" value={examples} href={at(examplesAt())} />
        <Fact name="with all judgements" value={complete} href={at(examplesAt({ complete: true }))} />
        <Fact name="annotations" value={annotations} href={at(annotationsAt())} />
        <Fact name="annotators" value={annotators} href={`${at("dashboard")}#people`} />
        {uncounted > 0 && <Fact name="surplus or checks" value={uncounted} href={at(annotationsAt({ counted: false }))} />}
      </dl>
    </Panel>
  );
}

function Fact({ name, value, href, state }: { name: string; value: number; href: string; state?: string }) {
  return (
    <div data-state={state}>
      <dt>{name}</dt>
      <dd>{value > 0 ? <Link href={href}>{count(value)}</Link> : 0}</dd>
    </div>
  );
}
