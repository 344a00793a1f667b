/** Numbers, times and names, as people read them. */
import type { JobKind } from "../../api/console";

const whole = new Intl.NumberFormat("en");

export const count = (value: number) => whole.format(value);

/** "1 example", "1,204 examples". */
export const plural = (value: number, noun: string, nouns = `${noun}s`) => `${count(value)} ${value === 1 ? noun : nouns}`;

/** Four significant digits; tiny and huge numbers as powers of ten. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "not finite";
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return count(value).replace("-", "−");
  const size = Math.abs(value);
  const text = size < 1e-3 || size >= 1e7 ? value.toExponential(2) : value.toFixed(size < 1 ? 4 : size < 100 ? 3 : 1);
  return text.replace("-", "−");
}

/** Two decimals and always a sign: rewards. */
export function signed(value: number): string {
  const size = Math.abs(value).toFixed(2);
  return Number(size) === 0 ? size : `${value < 0 ? "−" : "+"}${size}`;
}

/** A number that stands on an axis or is typed: no more digits than it has. */
export const tick = (value: number) =>
  (value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential().replace("e-", "e−") : String(Number(value.toPrecision(6)))).replace(/^-/, "−");

/** "42 s", "3 min 05 s", "5 min", "2 h 07 min", "3 d 4 h". */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, "0");
  if (s < 60) return `${s} s`;
  if (s < 3600) return s % 60 === 0 ? `${s / 60} min` : `${Math.floor(s / 60)} min ${two(s % 60)} s`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${two(Math.floor((s % 3600) / 60))} min`;
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
}

const moments = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

export const moment = (iso: string) => moments.format(new Date(iso));

export const secondsBetween = (from: string, to: string | number) => (new Date(to).getTime() - new Date(from).getTime()) / 1000;

export const JOB_NAMES: Record<JobKind, string> = {
  sft: "Supervised fine-tuning",
  reward: "Reward models",
  ppo: "PPO",
  sample: "Sampling",
  evaluate: "Evaluation",
};

/** The last part of a folder, or a hub name as it is. */
export const modelName = (path: string) => (path.startsWith("/") ? path.replace(/\/+$/, "").split("/").at(-1)! : path);

/** The first characters of a hash or an id, enough to tell two apart. */
export const short = (id: string) => id.slice(0, 8);
