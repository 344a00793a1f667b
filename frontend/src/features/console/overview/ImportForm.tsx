import { Button, FileInput, NativeSelect } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "../../../api/client";
import { postImport, type ImportFormat } from "../../../api/console";
import { plural } from "../format";
import { Problem } from "../parts";
import { useProject, useRefresh } from "../project";

const FORMATS = [
  { value: "jsonl", label: "JSON lines: one example or feedback record per line" },
  { value: "qa-feedback", label: "qa-feedback: a JSON list with human feedback" },
];

/** Brings examples, and annotations where the file has them, into the project: the whole file or nothing. */
export function ImportForm() {
  const { id } = useProject();
  const refresh = useRefresh();
  const [file, setFile] = useState<File | null>(null);
  const [format, setFormat] = useState<ImportFormat>("jsonl");
  const send = useMutation({ mutationFn: (chosen: File) => postImport(id, chosen, format), onSuccess: refresh });
  const fields = send.error instanceof ApiError ? send.error.fields : {};
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (file) send.mutate(file);
      }}
    >
      <NativeSelect
        label="Format"
        value={format}
        data={FORMATS}
        onChange={({ target }) => setFormat(target.value as ImportFormat)}
        error={fields["format"]}
      />
      <FileInput label="File" placeholder="Choose a file" value={file} onChange={setFile} error={fields["file"]} accept=".json,.jsonl,.ndjson" />
      <p className="hint">
        Everything in the file is checked first. If one line is wrong, or holds an example that is here already, nothing is imported and you are told
        which.
      </p>
      <Button type="submit" disabled={!file} loading={send.isPending}>
        Import
      </Button>
      {send.isError && <Problem error={send.error} what="Nothing was imported." />}
      {send.data && (
        <p className="notice good" role="status">
          Imported {plural(send.data.examples, "new example")}, {plural(send.data.annotations, "annotation")}, {plural(send.data.spans, "span")},{" "}
          {plural(send.data.missing, "missing piece")} and {plural(send.data.comparisons, "comparison")}.
        </p>
      )}
    </form>
  );
}
