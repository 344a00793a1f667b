/** When the work will be done, in words. */
import type { Dashboard } from "../../../api/console";

type Pace = Dashboard["pace"];

const REASONS: Record<NonNullable<Pace["reason"]>, string> = {
  done: "all done",
  nothing_wanted: "",
  too_little: "no end can be told yet: at least 3 whole hours or days of work are needed",
  nothing_lately: "no end in sight: nothing came in lately",
};

const days = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const years = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const hours = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: "UTC" });

export function expectation({ unit, expected_at, earliest_at, latest_at, reason }: Pace): string {
  if (reason) return REASONS[reason];
  if (!expected_at) return "no end in sight at this pace";
  const all = [expected_at, earliest_at, latest_at].filter((each) => each !== null);
  const form = unit === "hour" && all.every((each) => Date.parse(each) - Date.parse(expected_at) < 86_400_000) ? hours : all.some(far) ? years : days;
  const tell = (iso: string | null) => (iso ? form.format(new Date(iso)) : "no certain end");
  const [from, to] = [tell(earliest_at), tell(latest_at)];
  return from === to ? `done about ${tell(expected_at)}` : `done about ${tell(expected_at)} (95 %: ${from} – ${to})`;
}

const far = (iso: string) => new Date(iso).getUTCFullYear() !== new Date().getUTCFullYear();
