/** What the form of a new job asks for, and the request that is made of it. Defaults are those of the job's spec. */
import type { JobKind, JobRequest } from "../../../api/console";
import table from "./parameters.json";

type Value = number | boolean | string | null;

export type Parameter = { name: string; label: string; unit?: string; choices?: string[]; default: Value };

export const PARAMETERS = table as Record<JobKind, Parameter[]>;

/** Which of dataset, policy, reward and policies a kind takes, beside its parameters. */
export const TAKES: Record<JobKind, ("policy" | "policies" | "reward")[]> = {
  sft: ["policy"],
  reward: [],
  ppo: ["policy", "reward"],
  sample: ["policy", "reward"],
  evaluate: ["policies", "reward"],
};

/** `typed` holds what was typed per parameter ("" or absent: the default), `json` the fields beyond the form's. */
export type Typed = {
  kind: JobKind;
  dataset: string;
  policy: string;
  reward: string;
  policies: string[];
  typed: Record<string, string | boolean>;
  json: string;
};

export type Complaints = Record<string, string>;

/** The request, or what is wrong with each field ("json" is the box). What the server decides is left out. */
export function requestOf(form: Typed): { body: JobRequest } | { wrong: Complaints } {
  const wrong: Complaints = {};
  const params: Record<string, unknown> = {};
  for (const parameter of PARAMETERS[form.kind]) {
    const typed = form.typed[parameter.name];
    if (typed === undefined || typed === "") continue;
    const value = readValue(parameter, typed);
    if (value === undefined) wrong[parameter.name] = `“${String(typed)}” is not a number.`;
    else params[parameter.name] = value;
  }
  const more = readJson(form.json);
  if (typeof more === "string") wrong["json"] = more;
  else {
    for (const name of Object.keys(more).filter((name) => name in params)) wrong["json"] = `“${name}” is filled in above; say it in one place.`;
  }
  if (Object.keys(wrong).length > 0 || typeof more === "string") return { wrong };
  const takes = TAKES[form.kind];
  return {
    body: {
      kind: form.kind,
      ...(form.dataset && { dataset: form.dataset }),
      ...(takes.includes("policy") && form.policy && { policy: form.policy }),
      ...(takes.includes("reward") && form.reward && { reward: form.reward }),
      ...(takes.includes("policies") && form.policies.length > 0 && { policies: form.policies }),
      params: { ...params, ...more },
    },
  };
}

function readValue(parameter: Parameter, typed: string | boolean): Value | undefined {
  if (typeof typed === "boolean" || parameter.choices) return typed;
  const value = Number(typed.trim().replace(",", "."));
  return Number.isFinite(value) ? value : undefined;
}

function readJson(text: string): Record<string, unknown> | string {
  if (!text.trim()) return {};
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null && !Array.isArray(body)
      ? (body as Record<string, unknown>)
      : 'This must be a JSON object, such as {"gamma": 0.99}.';
  } catch (error) {
    return `This is not JSON: ${(error as Error).message}.`;
  }
}

/** The server's complaints, by the form's names: "ppo.steps" belongs to steps, and what the form has no field for to the box. */
export function complaintsOf(kind: JobKind, fields: Record<string, string>): Complaints {
  const known = new Set(["dataset", "policy", "reward", "policies", ...PARAMETERS[kind].map(({ name }) => name)]);
  const wrong: Complaints = {};
  for (const [path, problem] of Object.entries(fields)) {
    const name = path.replace(`${kind}.`, "").replace(/^params\./, "");
    if (known.has(name)) wrong[name] = problem;
    else wrong["json"] = [wrong["json"], `${name} ${problem}`].filter(Boolean).join("; ");
  }
  return wrong;
}
