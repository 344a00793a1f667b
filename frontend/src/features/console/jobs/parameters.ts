/** What the form of a new job asks for, and the request that is made of it. parameters.json holds its words and their
 * order; types, defaults, choices and explanations are those of the specs (specs.json, written by `manage.py spec_fields`).
 */
import type { JobKind, JobRequest } from "../../../api/console";
import words from "./parameters.json";
import specs from "./specs.json";

type Value = number | boolean | string | string[] | Record<string, number> | null;

/** `empty` says what happens where nothing is given. */
type Words = { name: string; label: string; unit?: string; empty?: string; choices?: Record<string, string> };
type Facts = { type: "flag" | "number" | "choice" | "names" | "weights" | "text"; default: Value; choices?: string[]; help?: string };

export type Parameter = Words & { type: Facts["type"]; default: Value; help?: string; of: { value: string; label: string }[] };
export type Section = { title: string; parameters: Parameter[] };

const FACTS = specs as unknown as Record<JobKind, Record<string, Facts>>;

const parameterOf = (kind: JobKind, said: Words): Parameter => {
  const { choices = [], ...facts } = FACTS[kind][said.name]!;
  return { ...said, ...facts, of: choices.map((value) => ({ value, label: said.choices?.[value] ?? value })) };
};

/** The parameters of a kind; the first section is what is changed often, and has no title. */
export const sectionsOf = (kind: JobKind): Section[] =>
  (words as Record<JobKind, { title: string; fields: Words[] }[]>)[kind].map(({ title, fields }) => ({
    title,
    parameters: fields.map((said) => parameterOf(kind, said)),
  }));

const parametersOf = (kind: JobKind): Parameter[] => sectionsOf(kind).flatMap(({ parameters }) => parameters);

/** What a spec says of one of its fields. */
export const helpOf = (kind: JobKind, field: string): string | undefined => FACTS[kind][field]?.help;

type Model = "policy" | "reward" | "judge" | "perplexity_under";

/** Which models a kind takes, beside its dataset and its parameters. */
export const TAKES: Record<JobKind, (Model | "policies")[]> = {
  sft: ["policy"],
  reward: [],
  ppo: ["policy", "reward", "judge"],
  sample: ["policy", "reward"],
  evaluate: ["policies", "reward", "judge", "perplexity_under"],
};

/** `typed` holds what was typed per parameter ("" or absent: the default), `json` the fields beyond the form's. */
export type Typed = Record<Model, string> & {
  kind: JobKind;
  dataset: string;
  policies: string[];
  typed: Record<string, string | boolean>;
  json: string;
};

export type Complaints = Record<string, string>;

/** The request, or what is wrong with each field ("json" is the box). What the server decides is left out. */
export function requestOf(form: Typed): { body: JobRequest } | { wrong: Complaints } {
  const wrong: Complaints = {};
  const params: Record<string, unknown> = {};
  for (const parameter of parametersOf(form.kind)) {
    const typed = form.typed[parameter.name];
    if (typed === undefined || typed === "") continue;
    const value = readValue(parameter, typed);
    if (value === undefined) wrong[parameter.name] = `“${String(typed)}” is not ${WANTED[parameter.type] ?? "a number"}.`;
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
      ...Object.fromEntries(MODELS.filter((model) => takes.includes(model) && form[model]).map((model) => [model, form[model]])),
      ...(takes.includes("policies") && form.policies.length > 0 && { policies: form.policies }),
      params: { ...params, ...more },
    },
  };
}

const MODELS: Model[] = ["policy", "reward", "judge", "perplexity_under"];

const WANTED: Partial<Record<Facts["type"], string>> = {
  weights: "categories with their weights, such as “factuality 0.5, relevance 0.3”",
};

/** undefined for what cannot be read. */
function readValue({ type }: Parameter, typed: string | boolean): Value | undefined {
  if (typeof typed === "boolean" || type === "choice") return typed;
  const parts = typed
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean);
  if (type === "names") return parts;
  if (type === "weights") return readWeights(parts);
  return readNumber(typed.replace(",", "."));
}

function readWeights(parts: string[]): Record<string, number> | undefined {
  const weights = parts.map((part) => {
    const [, category, weight] = /^(\S+?)\s*[\s:=]\s*(\S+)$/.exec(part) ?? [];
    return [category, weight === undefined ? undefined : readNumber(weight)] as const;
  });
  return weights.every(([category, weight]) => category !== undefined && weight !== undefined)
    ? (Object.fromEntries(weights) as Record<string, number>)
    : undefined;
}

function readNumber(text: string): number | undefined {
  const value = Number(text.trim());
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
  const known = new Set(["dataset", ...TAKES[kind], ...parametersOf(kind).map(({ name }) => name)]);
  const wrong: Complaints = {};
  for (const [path, problem] of Object.entries(fields)) {
    const name = path.replace(`${kind}.`, "").replace(/^params\./, "");
    if (known.has(name)) wrong[name] = problem;
    else wrong["json"] = [wrong["json"], `${name} ${problem}`].filter(Boolean).join("; ");
  }
  return wrong;
}
