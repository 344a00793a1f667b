/** The operations of the way to the work: consent, guideline, lessons. Each raises ApiError. */
import { api, unwrap } from "./client";
import type { Checked, FlagReason, Lesson, LessonPart, Standing, Submission } from "./types";

const of = (project_id: number) => ({ params: { path: { project_id } } });

export const getStanding = (project: number): Promise<Standing> => unwrap(api.GET("/api/v1/projects/{project_id}/desk", of(project)));

/** ApiError agreement_outdated when another version holds by now. */
export const agree = (project: number, document: "consent" | "guideline", version: string) =>
  unwrap(api.POST("/api/v1/projects/{project_id}/agreements", { ...of(project), body: { document, version } }));

/** What the person says about themselves; {}: they would rather not. */
export const reply = (project: number, answers: Record<string, number | string | string[]>) => unwrap(api.POST("/api/v1/projects/{project_id}/survey", { ...of(project), body: { answers } }));

/** The person's next lesson; null when all of the part are done. */
export async function nextLesson(project: number, part: LessonPart): Promise<Lesson | null> {
  return (await unwrap(api.POST("/api/v1/projects/{project_id}/lessons/next", { ...of(project), body: { part } }))) ?? null;
}

/** Idempotent by `client_id`, as long as the body stays the same. */
export const checkLesson = (lesson_id: number, body: Pick<Submission, "client_id" | "judgements" | "active_seconds">): Promise<Checked> =>
  unwrap(api.POST("/api/v1/lessons/{lesson_id}/attempts", { params: { path: { lesson_id } }, body: { ...body, active_seconds: body.active_seconds ?? null } }));

export const flag = (assignment_id: number, reason: FlagReason, note: string) =>
  unwrap(api.POST("/api/v1/assignments/{assignment_id}/flag", { params: { path: { assignment_id } }, body: { reason, note } }));
