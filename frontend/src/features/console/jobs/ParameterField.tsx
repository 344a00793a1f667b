import { Checkbox, NativeSelect, TextInput } from "@mantine/core";
import { tick } from "../format";
import type { Parameter } from "./parameters";

type Props = { parameter: Parameter; value: string | boolean | undefined; error?: string | undefined; onChange: (value: string | boolean) => void };

const ORDER: ("label" | "input" | "description" | "error")[] = ["label", "input", "description", "error"];

/** One parameter: its default shows where nothing was typed. */
export function ParameterField({ parameter, value, error, onChange }: Props) {
  const { type, unit, help, default: preset } = parameter;
  const said = { label: unit ? `${parameter.label} (${unit})` : parameter.label, description: help, error };
  if (type === "flag") {
    return <Checkbox {...said} checked={(value as boolean | undefined) ?? (preset as boolean)} onChange={({ target }) => onChange(target.checked)} />;
  }
  if (type === "choice") {
    return (
      <NativeSelect
        {...said}
        inputWrapperOrder={ORDER}
        value={(value as string | undefined) ?? String(preset)}
        data={parameter.of}
        onChange={({ target }) => onChange(target.value)}
      />
    );
  }
  return (
    <TextInput
      {...said}
      inputWrapperOrder={ORDER}
      inputMode={type === "number" ? "decimal" : "text"}
      value={(value as string | undefined) ?? ""}
      placeholder={shown(parameter)}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}

/** A default as it would be typed. */
function shown({ default: preset, empty }: Parameter): string {
  if (typeof preset === "number") return tick(preset).replace("−", "-");
  if (Array.isArray(preset)) return preset.join(", ");
  if (preset && typeof preset === "object") {
    return Object.entries(preset)
      .map(([category, weight]) => `${category} ${tick(weight)}`)
      .join(", ");
  }
  return empty ?? "";
}
