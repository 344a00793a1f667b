/** How people come in: by an address that a platform sends them to, or by links that are made for one person each. */
import { Button, NumberInput, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { deleteLink, getLinks, postLinks, type EntryLink, type NewLink, type Study } from "../../../api/studies";
import { moment, plural, short } from "../format";
import { Answer, Empty, Panel, Problem } from "../parts";
import { useProject, useRefresh } from "../project";
import { Scroll } from "../Scroll";
import { useForm } from "../useForm";
import { Copy } from "./Copy";

const PROLIFIC = "?PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}";

export function Entry({ study }: { study: Study }) {
  const { admin } = useProject();
  const asked = study.provider === "prolific" ? PROLIFIC : `?${study.claim_parameter}=…`;
  return (
    <Panel title="How people come in">
      {study.address !== "" && (
        <>
          <p>{study.provider === "prolific" ? "On Prolific, give this as the address of the study, and record ids by URL parameters:" : "Send people to this address, with who they are in the parameter:"}</p>
          <Copy text={study.address + asked} label="address of the study" />
          {study.provider === "link" && <p className="hint">What the parameter says is a claim that nobody has checked. Links made below are for one person, and checked.</p>}
        </>
      )}
      {study.provider === "link" && (admin ? <Links study={study} /> : <Empty>People come in by links that an admin makes.</Empty>)}
    </Panel>
  );
}

function Links({ study }: { study: Study }) {
  const [made, setMade] = useState<NewLink[]>([]);
  const links = useQuery({ queryKey: ["links", study.id], queryFn: () => getLinks(study.id) });
  return (
    <>
      <LinkForm study={study} onMade={setMade} />
      {made.length > 0 && (
        <div className="notice good" role="status">
          <p>
            <strong>{plural(made.length, "link")}, shown this once.</strong> Each lets one person in, once, until {moment(made[0]!.expires_at)}.
          </p>
          <Copy text={made.map(({ person, address }) => (person ? `${person}\t${address}` : address)).join("\n")} label={plural(made.length, "link")} />
        </div>
      )}
      <Answer query={links}>{(data) => (data.length === 0 ? <p className="hint">No links were made yet.</p> : <LinkTable links={data} />)}</Answer>
    </>
  );
}

function LinkForm({ study, onMade }: { study: Study; onMade: (links: NewLink[]) => void }) {
  const refresh = useRefresh();
  const form = useForm(
    { count: 1 as number | string, people: "", days: 7 as number | string },
    ({ count, people, days }) => {
      const named = people.split("\n").map((line) => line.trim()).filter((line) => line !== "");
      return postLinks(study.id, { days: Number(days), ...(named.length > 0 ? { people: named } : { count: Number(count) }) });
    },
    (links) => {
      onMade(links);
      void refresh();
    },
  );
  const named = form.values.people.trim() !== "";
  return (
    <details>
      <summary>Make links</summary>
      <form className="form" onSubmit={form.submit}>
        <NumberInput hideControls label="How many" min={1} max={1000} disabled={named} value={form.values.count} onChange={(value) => form.set("count", value)} error={form.error("count")} />
        <Textarea
          label="Or one for each of these people"
          description="Your own ids for them, one a line. They are kept apart from the work, and shown to nobody."
          autosize
          minRows={2}
          maxRows={8}
          value={form.values.people}
          onChange={({ target }) => form.set("people", target.value)}
          error={form.error("people")}
        />
        <NumberInput hideControls label="Days that they hold" min={1} max={30} value={form.values.days} onChange={(value) => form.set("days", value)} error={form.error("days")} />
        {form.sending.isError && <Problem error={form.sending.error} what="No links were made." />}
        <Button type="submit" loading={form.sending.isPending}>
          Make
        </Button>
      </form>
    </details>
  );
}

function LinkTable({ links }: { links: EntryLink[] }) {
  const refresh = useRefresh();
  const [problem, setProblem] = useState<unknown>(null);
  const end = (id: string) => deleteLink(id).then(() => void refresh(), setProblem);
  const stateOf = ({ used_at, expires_at }: EntryLink) => (used_at ? `used ${moment(used_at)}` : new Date(expires_at) < new Date() ? "over" : `until ${moment(expires_at)}`);
  return (
    <>
      {problem !== null && <Problem error={problem} what="The link was not ended." />}
      <Scroll label="Links" className="scroll tall">
        <table className="rows">
          <thead>
            <tr>
              <th scope="col">Link</th>
              <th scope="col">Made</th>
              <th scope="col">State</th>
              <th scope="col">
                <span className="sr">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {links.map((link) => (
              <tr key={link.id}>
                <th scope="row" className="mono">
                  {short(link.id)}
                </th>
                <td className="nowrap">{moment(link.created_at)}</td>
                <td className="nowrap">{stateOf(link)}</td>
                <td>
                  {!link.used_at && (
                    <Button size="xs" aria-label={`End link ${short(link.id)}`} onClick={() => void end(link.id)}>
                      End
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
