/** Which examples an adjudicator goes through, as the address says it. */
export type Wanted = { state: "unsettled" | "settled" | "all"; type?: string };

export function wantedIn(query: URLSearchParams): Wanted {
  const state = query.get("state");
  const type = query.get("type");
  return { state: state === "settled" || state === "all" ? state : "unsettled", ...(type && { type }) };
}

/** The address of the list, or of an example among them, within the project. */
export function addressOf({ state, type }: Wanted, example?: number): string {
  const query = new URLSearchParams({ ...(state !== "unsettled" && { state }), ...(type && { type }) }).toString();
  return `adjudication${example === undefined ? "" : `/${example}`}${query && `?${query}`}`;
}
