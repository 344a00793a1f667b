import { useProject } from "../project";
import { Link } from "../route";

const PLACES: Record<string, string> = { membership: "people", study: "studies", dataset: "datasets", job: "jobs", model: "models", example: "items" };

/** What an entry is about, with the way to it where it has a page: "membership 12" leads to that person. */
export function Target({ target }: { target: string }) {
  const { at } = useProject();
  const [kind = "", id, ...more] = target.split(" ");
  const place = PLACES[kind];
  if (!place || !id || more.length > 0) return target;
  return <Link href={at(`${place}/${id}`)}>{kind === "membership" ? `person ${id}` : target.length > 24 ? `${target.slice(0, 20)}…` : target}</Link>;
}
