import { Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { tick } from "../format";
import type { Parameter } from "./parameters";

type Props = { parameter: Parameter; value: string | boolean | undefined; error?: string | undefined; onChange: (value: string | boolean) => void };

/** One parameter: its default shows where nothing was typed. */
export function ParameterField({ parameter, value, error, onChange }: Props) {
  const label = parameter.unit ? `${parameter.label} (${parameter.unit})` : parameter.label;
  if (typeof parameter.default === "boolean") {
    return (
      <Checkbox
        label={label}
        checked={(value as boolean | undefined) ?? parameter.default}
        onChange={({ target }) => onChange(target.checked)}
        error={error}
      />
    );
  }
  if (parameter.choices) {
    return (
      <NativeSelect
        label={label}
        value={(value as string | undefined) ?? String(parameter.default)}
        data={parameter.choices}
        onChange={({ target }) => onChange(target.value)}
        error={error}
      />
    );
  }
  const placeholder = parameter.default === null ? "no limit" : tick(parameter.default as number).replace("−", "-");
  return (
    <TextInput
      label={label}
      inputMode="decimal"
      value={(value as string | undefined) ?? ""}
      placeholder={placeholder}
      onChange={({ target }) => onChange(target.value)}
      error={error}
    />
  );
}
