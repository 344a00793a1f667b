/** What admins, researchers and providers did in the project. The log is only ever added to. */
import { Button, NativeSelect } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getAudit, type AuditAction, type AuditPage as Entries } from "../../../api/people";
import { ACTIONS } from "./actions";
import { moment } from "../format";
import { Answer, Empty, Page, Panel } from "../parts";
import { useProject } from "../project";
import { Scroll } from "../Scroll";
import { Target } from "./Target";

export function AuditPage() {
  const { admin } = useProject();
  return (
    <Page title="Audit log" lead="Who did what here, and when. Entries are chained by their hashes: one that is changed or missing shows.">
      {admin ? <Log /> : <Empty>Only the admins of this project can read its log.</Empty>}
    </Page>
  );
}

function Log() {
  const { id } = useProject();
  const [action, setAction] = useState<AuditAction | "">("");
  const log = useInfiniteQuery({
    queryKey: ["audit", id, action],
    queryFn: ({ pageParam }) => getAudit(id, { ...(action ? { action } : {}), ...(pageParam ? { before: pageParam } : {}) }),
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next,
  });
  return (
    <>
      <div className="form pairs">
        <NativeSelect
          label="What was done"
          data={[{ value: "", label: "Anything" }, ...Object.entries(ACTIONS).map(([value, label]) => ({ value, label }))]}
          value={action}
          onChange={({ target }) => setAction(target.value as AuditAction | "")}
        />
      </div>
      <Answer query={log} height={500}>
        {({ pages }) => {
          const entries = pages.flatMap(({ results }) => results);
          return entries.length === 0 ? (
            <Panel title="Nothing there">
              <Empty>{action ? "Nobody has done that here." : "Nobody has done anything here that is written down. Work of annotators is not: it has a history of its own."}</Empty>
            </Panel>
          ) : (
            <Panel title="Entries" aside="newest first">
              <Table entries={entries} />
              {log.hasNextPage && (
                <Button loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
                  Older ones
                </Button>
              )}
            </Panel>
          );
        }}
      </Answer>
    </>
  );
}

function Table({ entries }: { entries: Entries["results"] }) {
  return (
    <Scroll label="Entries of the audit log">
      <table className="rows">
        <thead>
          <tr>
            <th scope="col" className="num">
              Number
            </th>
            <th scope="col">When</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col">On what</th>
            <th scope="col">More</th>
          </tr>
        </thead>
        <tbody>
          {entries.map(({ number, at, actor, action, target, detail, hash }) => (
            <tr key={number}>
              <td className="num" title={`SHA-256 ${hash}`}>
                {number}
              </td>
              <td className="nowrap">{moment(at)}</td>
              <td>{actor ?? <span className="soft">the system</span>}</td>
              <td className="nowrap">{ACTIONS[action as AuditAction] ?? action}</td>
              <td className="nowrap">
                <Target target={target} />
              </td>
              <td className="told">
                {Object.entries(detail)
                  .map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
                  .join("; ")}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
