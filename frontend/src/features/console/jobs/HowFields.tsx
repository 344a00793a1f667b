import { Textarea } from "@mantine/core";
import { useState } from "react";
import { useProject } from "../project";
import { ParameterField } from "./ParameterField";
import { sectionsOf, type Complaints, type Parameter, type Typed } from "./parameters";

type Props = { form: Typed; wrong: Complaints; change: (part: Partial<Typed>) => void; correct: (name: string) => void };

/** The parameters of a kind: what is changed often, the rest behind a line that opens, and a box for what has no field. */
export function HowFields({ form, wrong, change, correct }: Props) {
  const [opened, setOpened] = useState(false);
  const [often, ...rest] = sectionsOf(form.kind);
  const amiss = rest.some(({ parameters }) => parameters.some(({ name }) => name in wrong));
  const fields = (parameters: Parameter[]) => <Fields parameters={parameters} form={form} wrong={wrong} change={change} correct={correct} />;
  return (
    <>
      {fields(often!.parameters)}
      <details className="more" open={opened || amiss} onToggle={({ currentTarget }) => setOpened(currentTarget.open)}>
        <summary>More settings</summary>
        {rest.map(({ title, parameters }) => (
          <fieldset key={title} className="plain">
            <legend>{title}</legend>
            {fields(parameters)}
          </fieldset>
        ))}
      </details>
      <div className="form">
        <Textarea
          label="Anything else, as JSON"
          description="Fields of the job’s spec, by their names there."
          rows={3}
          value={form.json}
          onChange={({ target }) => change({ json: target.value })}
          error={wrong["json"]}
          placeholder={'{"seed": 1}'}
          classNames={{ input: "mono" }}
        />
      </div>
    </>
  );
}

function Fields({ parameters, form, wrong, change, correct }: Props & { parameters: Parameter[] }) {
  const defaults = useProject().job_defaults?.[form.kind] ?? {};
  return (
    <div className="form parameters">
      {parameters.map((parameter) => (
        <ParameterField
          key={`${form.kind}.${parameter.name}`}
          parameter={{ ...parameter, default: (defaults[parameter.name] ?? parameter.default) as Parameter["default"] }}
          value={form.typed[parameter.name]}
          error={wrong[parameter.name]}
          onChange={(value) => {
            change({ typed: { ...form.typed, [parameter.name]: value } });
            correct(parameter.name);
          }}
        />
      ))}
    </div>
  );
}
