/** How often a text has a known answer, and when somebody's work is paused for it. */
import { NumberInput } from "@mantine/core";
import { Panel } from "../parts";
import type { Typed } from "./desk";

type Props = { gold: Typed["gold"]; admin: boolean; onChange: (gold: Typed["gold"]) => void; error: (name: string) => string | undefined };

const FIELDS: [name: keyof Typed["gold"], label: string, most: number, step: number][] = [
  ["first", "A person's first texts, of which more are checks", 100_000, 1],
  ["first_rate", "Share of checks among these (from 0 to 1)", 1, 0.05],
  ["rate", "Share of checks among all later texts (from 0 to 1)", 1, 0.01],
  ["least", "Checks before anybody's work is paused", 1000, 1],
  ["share", "Share of checks to get right (from 0 to 1)", 1, 0.05],
];

export function GoldRule({ gold, admin, onChange, error }: Props) {
  return (
    <Panel title="Checks against gold">
      <div className="form">
        {FIELDS.map(([name, label, most, step]) => (
          <NumberInput
            key={name}
            label={label}
            min={0}
            max={most}
            step={step}
            readOnly={!admin}
            value={gold[name]}
            onChange={(value) => onChange({ ...gold, [name]: value })}
            error={error(`gold.${name}`)}
          />
        ))}
        <p className="hint">
          Where a text’s answer is known, it may be handed out unseen among the others. A check is right if it reaches what a qualification asks for. Work is
          paused, for a person to look at, only when chance can be ruled out; nobody is ever shut out by this.
        </p>
      </div>
    </Panel>
  );
}
