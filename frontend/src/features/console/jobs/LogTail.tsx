import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { getLog, type JobDetail } from "../../../api/console";
import { Answer, Empty, Panel } from "../parts";
import { unfinished } from "../project";

const LINES = 200;

/** The end of the trainer's log. It stays at the bottom unless the reader has scrolled up. */
export function LogTail({ job }: { job: JobDetail }) {
  const log = useQuery({
    queryKey: ["log", job.id, job.state, job.epoch],
    queryFn: () => getLog(job.id, LINES),
    placeholderData: (before) => before,
    refetchInterval: unfinished(job) ? 5_000 : false,
  });
  return (
    <Panel title="Log" aside={`its last ${LINES} lines`}>
      <Answer query={log} height={60}>
        {(lines) =>
          lines.length > 0 ? (
            <Lines text={lines.join("\n")} />
          ) : (
            <Empty>{job.state === "queued" ? "The log begins when a worker takes the job." : "The trainer has written nothing."}</Empty>
          )
        }
      </Answer>
    </Panel>
  );
}

function Lines({ text }: { text: string }) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    if (atEnd.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);
  return (
    // As in Scroll: what scrolls must take the focus.
    <div
      ref={box}
      role="region"
      className="log"
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label="Log"
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < 8;
      }}
    >
      {text}
    </div>
  );
}
