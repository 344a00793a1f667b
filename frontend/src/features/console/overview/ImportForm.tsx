import { Button, FileInput, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiError } from "../../../api/client";
import { getFormats, postImport, postPreview, type FormatKey, type ImportOptions, type Preview } from "../../../api/console";
import { count, plural } from "../format";
import { Problem } from "../parts";
import { useProject, useRefresh } from "../project";

/** Brings examples, and annotations where the file has them, into the project: the whole file or nothing. */
export function ImportForm() {
  const { id } = useProject();
  const refresh = useRefresh();
  const formats = useQuery({ queryKey: ["formats"], queryFn: getFormats, staleTime: Infinity }).data ?? [];
  const [file, setFile] = useState<File | null>(null);
  const [address, setAddress] = useState("");
  const [format, setFormat] = useState<FormatKey>("jsonl");
  const [offsets, setOffsets] = useState<ImportOptions["offsets"]>("code-points");
  const [labels, setLabels] = useState<Record<string, string>>({});
  const from = file ?? address.trim();
  const options = { format, offsets, labels };
  const send = useMutation({ mutationFn: (chosen: File | string) => postImport(id, chosen, options), onSuccess: refresh });
  const look = useMutation({ mutationFn: (chosen: File | string) => postPreview(id, chosen, { ...options, labels: {} }) });
  const fields = send.error instanceof ApiError ? send.error.fields : {};
  const chosen = formats.find(({ key }) => key === format);
  function changed<T>(set: (value: T) => void) {
    return (value: T) => {
      set(value);
      setLabels({});
      look.reset();
      send.reset();
    };
  }
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (from) send.mutate(from);
      }}
    >
      <NativeSelect
        label="Format"
        value={format}
        data={formats.map(({ key, name }) => ({ value: key, label: name }))}
        onChange={({ target }) => changed(setFormat)(target.value as FormatKey)}
        error={fields["format"]}
      />
      {chosen && <p className="hint">{chosen.sentence}</p>}
      {chosen && !chosen.quoted && (
        <NativeSelect
          label="Offsets count"
          value={offsets}
          data={[
            { value: "code-points", label: "characters (Unicode code points, as Python counts)" },
            { value: "utf-16", label: "UTF-16 units (as browsers count)" },
          ]}
          onChange={({ target }) => changed(setOffsets)(target.value as ImportOptions["offsets"])}
        />
      )}
      <FileInput label="File" placeholder="Choose a file" value={file} onChange={changed(setFile)} error={fields["file"]} />
      {!file && (
        <TextInput
          label="Or its address"
          type="url"
          placeholder="https://…"
          value={address}
          onChange={({ target }) => changed(setAddress)(target.value)}
          error={fields["url"]}
        />
      )}
      <p className="hint">
        Everything in the file is checked first. If one line is wrong, or holds an example that is here already, nothing is imported and you are told
        which.
      </p>
      {look.data && <Found preview={look.data} labels={labels} onMap={(label, type) => setLabels({ ...labels, [label]: type })} />}
      {look.isError && <Problem error={look.error} what="The file could not be read." />}
      <div className="buttons">
        <Button
          disabled={!from}
          loading={look.isPending}
          onClick={() =>
            look.mutate(from, {
              onSuccess: ({ labels: found }) =>
                setLabels(Object.fromEntries(found.flatMap(({ label, type }) => (type === null || type === label ? [] : [[label, type]])))),
            })
          }
        >
          Preview
        </Button>
        <Button type="submit" disabled={!from} loading={send.isPending}>
          Import
        </Button>
      </div>
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

/** What the beginning of the file holds, what is wrong with it, and which of its labels are which error types. */
function Found({ preview, labels, onMap }: { preview: Preview; labels: Record<string, string>; onMap: (label: string, type: string) => void }) {
  const { taxonomy } = useProject();
  const types = taxonomy.categories.flatMap((category) => category.types);
  const known = new Set(types.map(({ key }) => key));
  const foreign = preview.labels.filter(({ label }) => !known.has(label));
  return (
    <section aria-label="Preview" className="preview">
      <p role="status">
        {plural(preview.entries, "entry").replace("entrys", "entries")} read
        {preview.problems.length > 0 && `, ${plural(preview.problems.length, "problem")}`}.
      </p>
      {preview.problems.length > 0 && (
        <ul className="problem">
          {preview.problems.slice(0, 10).map(({ place, message }) => (
            <li key={`${place} ${message}`}>{message}</li>
          ))}
        </ul>
      )}
      {foreign.map(({ label, count: times }) => (
        <NativeSelect
          key={label}
          label={`“${label}” (${count(times)}) becomes`}
          value={labels[label] ?? ""}
          data={[{ value: "", label: "Choose an error type" }, ...types.map(({ key, name }) => ({ value: key, label: name }))]}
          onChange={({ target }) => onMap(label, target.value)}
        />
      ))}
      {preview.shown.map((entry) => (
        <details key={entry.place}>
          <summary>
            {entry.place}: {entry.prompt.slice(0, 80)}
          </summary>
          <ul>
            {entry.responses.map((text, index) => (
              <li key={index}>{text}</li>
            ))}
          </ul>
          {entry.marks.length > 0 && <p>Marked: {entry.marks.map(({ type, quote }) => `“${quote}” (${type})`).join(", ")}</p>}
        </details>
      ))}
    </section>
  );
}
