/** Where the items behind a number are: every number that counts annotations or examples is a link to one of these. */
export type Filters = Record<string, string | number | boolean | readonly string[]>;

const query = (filters: Filters) =>
  new URLSearchParams(
    Object.entries(filters).flatMap(([name, value]) =>
      (Array.isArray(value) ? (value as string[]) : [String(value)]).map((one): [string, string] => [name, one]),
    ),
  );

const address = (filters: URLSearchParams) => (filters.size > 0 ? `items?${filters}` : "items");

/** Annotations that pass all the filters, as the API names them. */
export const annotationsAt = (filters: Filters = {}) => address(query(filters));

/** Examples that pass all the filters. */
export const examplesAt = (filters: Filters = {}) => address(query({ of: "examples", ...filters }));

/** What the API is asked for an address: all of its query but which list it is. */
export function askedBy(address: URLSearchParams): Record<string, string | string[]> {
  const names = [...new Set(address.keys())].filter((name) => name !== "of");
  return Object.fromEntries(
    names.map((name) => {
      const values = address.getAll(name);
      return [name, values.length === 1 ? values[0]! : values];
    }),
  );
}

/** The same address without one of its values. */
export function without(address: URLSearchParams, name: string, value: string): URLSearchParams {
  const rest = new URLSearchParams(address);
  rest.delete(name, value);
  return rest;
}

/** The same address with the filter set, or without it where `value` is empty. */
export function withFilter(address: URLSearchParams, name: string, value: string): URLSearchParams {
  const changed = new URLSearchParams(address);
  if (value) changed.set(name, value);
  else changed.delete(name);
  return changed;
}
