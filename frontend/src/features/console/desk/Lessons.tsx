/** The tutorial and the qualification that people pass before they work: what there is, and a file to replace it. */
import { Button, FileInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { getLessons, putLessons, type Lesson } from "../../../api/console";
import { Answer, Panel, Problem } from "../parts";
import { useProject } from "../project";
import { lessonsOf } from "./desk";

export function Lessons() {
  const { id, admin } = useProject();
  const client = useQueryClient();
  const queryKey = ["lessons", id];
  const lessons = useQuery({ queryKey, queryFn: () => getLessons(id) });
  const [file, setFile] = useState<File | null>(null);
  const send = useMutation({
    mutationFn: async (chosen: File) => putLessons(id, lessonsOf(await chosen.text())),
    onSuccess: (saved) => client.setQueryData(queryKey, saved),
  });
  return (
    <Panel title="Tutorial and qualification">
      <Answer query={lessons}>{(list) => <Listed lessons={list} />}</Answer>
      {admin && (
        <form
          className="form"
          onSubmit={(event) => {
            event.preventDefault();
            if (file) send.mutate(file);
          }}
        >
          <FileInput label="Replace them by a file" placeholder="Choose a file" value={file} onChange={setFile} accept=".jsonl,.ndjson" />
          <p className="hint">
            One JSON line each: a part, “tutorial” or “qualification”, and a feedback record whose marks are gold. The explanation of a mark is the
            rule that a learner is told.
          </p>
          <Button type="submit" disabled={!file} loading={send.isPending}>
            Replace
          </Button>
          {send.isError && <Problem error={send.error} what="Nothing was replaced." />}
          {send.isSuccess && (
            <p role="status" className="fits">
              Replaced.
            </p>
          )}
        </form>
      )}
    </Panel>
  );
}

function Listed({ lessons }: { lessons: Lesson[] }) {
  if (lessons.length === 0) return <p>None: people begin at once.</p>;
  return (
    <ul>
      {lessons.map(({ id, part, number, record }) => (
        <li key={id}>
          {part === "tutorial" ? "Tutorial" : "Qualification"} {number}: {(record["example"] as { question?: string } | undefined)?.question}
        </li>
      ))}
    </ul>
  );
}
