/** The operations that the annotate page uses. Each raises ApiError. */
import { api, ApiError, csrfToken, unwrap } from "./client";
import type { Assignment, Me, Submission, Submitted } from "./types";

const at = (assignment_id: number) => ({ params: { path: { assignment_id } } });

export const getMe = (): Promise<Me> => unwrap(api.GET("/api/v1/me"));

/**
 * The annotator's open assignment, else a fresh one; null when there is no work. `after`: one to go on with after that
 * assignment, which is never that one.
 */
export async function nextAssignment(project_id: number, after: number | null = null): Promise<Assignment | null> {
  return (await unwrap(api.POST("/api/v1/projects/{project_id}/assignments/next", { params: { path: { project_id } }, body: { after } }))) ?? null;
}

export const getAssignment = (id: number): Promise<Assignment> => unwrap(api.GET("/api/v1/assignments/{assignment_id}", at(id)));

/** Saves over revision `revision` (0: none yet) and gives the next; ApiError draft_conflict when it is not the newest. */
export async function putDraft(id: number, revision: number, body: Record<string, unknown>): Promise<number> {
  return (await unwrap(api.PUT("/api/v1/assignments/{assignment_id}/draft", { ...at(id), body: { revision, body } }))).revision;
}

/** Prolongs the lease, or takes a lost one up again; ApiError assignment_expired when somebody else has it. */
export const heartbeat = (id: number) => unwrap(api.POST("/api/v1/assignments/{assignment_id}/heartbeat", at(id)));

export const release = (id: number, reason: string) => unwrap(api.POST("/api/v1/assignments/{assignment_id}/release", { ...at(id), body: { reason } }));

// A connection that hangs counts as cut.
const SUBMIT_MS = 30_000;

/** Idempotent by `client_id`: a repeated call gives the same answer. */
export const submit = (id: number, body: Submission): Promise<Submitted> =>
  unwrap(api.POST("/api/v1/assignments/{assignment_id}/submit", { ...at(id), body, signal: AbortSignal.timeout(SUBMIT_MS) }));

/** Who is signed in; null for nobody. */
export const whoIsIn = (): Promise<number | null> =>
  getMe().then(
    ({ id }) => id,
    (error: unknown) => {
      if (error instanceof ApiError && error.signedOut) return null;
      throw error;
    },
  );

/** Signs in by the ordinary sign-in page, and says who is in then. Raises when nothing answers. */
export async function signIn(username: string, password: string): Promise<number | null> {
  const body = new URLSearchParams({ username, password, csrfmiddlewaretoken: csrfToken() });
  await fetch("/sign-in", { method: "POST", body, redirect: "manual" });
  return whoIsIn();
}
