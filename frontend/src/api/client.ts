/** The one door to the server: typed by the OpenAPI schema, CSRF token added, errors in one shape. */
import createClient, { type Middleware } from "openapi-fetch";
import type { paths } from "./schema";

/** An answer other than 2xx, in the server's words. `status` 0 means that no answer came (offline, cut, refused). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: Record<string, string>;

  constructor(status: number, code: string, message: string, fields: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = fields;
  }

  /** Whether nobody is signed in any more. */
  get signedOut(): boolean {
    return this.status === 401;
  }
}

/** The token that Django asks for with every write, from its cookie. */
export function csrfToken(): string {
  return /(?:^|; )(?:__Host-)?csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "";
}

const csrf: Middleware = {
  onRequest({ request }) {
    if (!["GET", "HEAD"].includes(request.method)) request.headers.set("X-CSRFToken", csrfToken());
    return request;
  },
};

// `fetch` is looked up at each call so that tests can replace it; a Request needs a whole address outside a browser.
export const api = createClient<paths>({ baseUrl: location.origin, credentials: "same-origin", fetch: (request) => fetch(request) });
api.use(csrf);

/** The data of an answer; raises ApiError for every other outcome. `undefined` data belongs to 204. */
export async function unwrap<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  let answer;
  try {
    answer = await call;
  } catch (cause) {
    throw new ApiError(0, "unreachable", cause instanceof Error ? cause.message : String(cause));
  }
  const { data, error, response } = answer;
  if (response.ok) return data as T;
  const body = (typeof error === "object" && error !== null ? error : {}) as { code?: string; message?: string; fields?: Record<string, string> };
  throw new ApiError(response.status, body.code ?? "unexpected", body.message ?? `The server answered ${response.status}.`, body.fields ?? {});
}
