/** What the items are filtered by: fields to choose it, and what is chosen as chips that can be taken away. */
import { NativeSelect, TextInput } from "@mantine/core";
import { useDashboard, useProject } from "../project";
import { without, withFilter } from "./address";

type Props = { query: URLSearchParams; go: (to: URLSearchParams) => void };

const YES_NO = (yes: string, no: string) => [
  { value: "", label: "Any" },
  { value: "true", label: yes },
  { value: "false", label: no },
];

export function FilterForm({ examples, query, go }: Props & { examples: boolean }) {
  const { id, taxonomy } = useProject();
  const people = useDashboard(id).data?.people ?? [];
  const set = (name: string, value: string) => go(withFilter(query, name, value));
  const select = (name: string, label: string, data: { value: string; label: string }[]) => (
    <NativeSelect size="xs" label={label} value={query.get(name) ?? ""} data={data} onChange={({ target }) => set(name, target.value)} />
  );
  const day = (name: string, label: string) => (
    <TextInput
      size="xs"
      type="date"
      label={label}
      value={query.get(name)?.slice(0, 10) ?? ""}
      onChange={({ target }) => set(name, target.value && `${target.value}T00:00:00Z`)}
    />
  );
  const person = select("person", examples ? "Judged by" : "Person", [
    { value: "", label: "Anybody" },
    ...people.map(({ pseudonym }) => ({ value: pseudonym, label: pseudonym })),
  ]);
  return (
    <form className="filters" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      {person}
      {examples ? (
        <>
          <TextInput
            size="xs"
            type="number"
            min={0}
            label="Judgements"
            value={query.get("judgements") ?? ""}
            onChange={({ target }) => set("judgements", target.value)}
          />
          {select("complete", "All judgements", YES_NO("There", "Not there yet"))}
          {select("split", "Split", [{ value: "", label: "Any" }, ...["train", "dev", "test"].map((value) => ({ value, label: value }))])}
        </>
      ) : (
        <>
          {select("type", "With marks of", [
            { value: "", label: "Any type or none" },
            ...taxonomy.categories.flatMap(({ types }) => types.map(({ key, name }) => ({ value: key, label: name }))),
          ])}
          {select("counted", "Counts", YES_NO("Yes", "No: surplus or check"))}
          {day("since", "From (UTC)")}
          {day("until", "Before (UTC)")}
        </>
      )}
    </form>
  );
}

export function Chips({ query, go }: Props) {
  const { taxonomy } = useProject();
  const names = new Map(taxonomy.categories.flatMap(({ types }) => types.map(({ key, name }): [string, string] => [key, name])));
  const chosen = [...query].filter(([name]) => name !== "of");
  if (chosen.length === 0) return null;
  return (
    <ul className="chips" aria-label="Chosen filters">
      {chosen.map(([name, value]) => (
        <li key={`${name} ${value}`}>
          <button
            type="button"
            className="chip"
            onClick={() => {
              const rest = without(query, name, value);
              if (name === "confused") rest.delete(name);
              go(rest);
            }}
          >
            {LABELS[name]?.(names.get(value) ?? value) ?? `${name}: ${value}`} <span aria-hidden="true">×</span>
            <span className="sr">: take this filter away</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

const moment = (iso: string) => iso.slice(0, 16).replace("T", " ").replace(" 00:00", "");

const LABELS: Record<string, (value: string) => string> = {
  person: (value) => `by ${value}`,
  type: (value) => `marks of ${value}`,
  since: (value) => `from ${moment(value)} UTC`,
  until: (value) => `before ${moment(value)} UTC`,
  counted: (value) => (value === "true" ? "counted" : "not counted"),
  judgements: (value) => (value === "1" ? "1 judgement" : `${value} judgements`),
  complete: (value) => (value === "true" ? "all judgements there" : "judgements wanted"),
  leased: (value) => (value === "true" ? "somebody is at work" : "nobody is at work"),
  confused: (value) => `called ${value} by one of two people`,
  split: (value) => `split ${value}`,
};
