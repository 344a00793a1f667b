/** The operations about one person, and what people say about themselves. Each raises ApiError. */
import { api, unwrap } from "./client";
import type { components, operations } from "./schema";

type Schemas = components["schemas"];

export type PersonDetail = Schemas["PersonDetail"];
export type PersonStudy = Schemas["PersonStudy"];
export type Survey = Schemas["SurveyReadOutput"];
export type AuditPage = Schemas["AuditPage"];
export type AuditAction = NonNullable<NonNullable<operations["audit_list"]["parameters"]["query"]>["action"]>;

const person = (project_id: number, member_id: number) => ({ params: { path: { project_id, member_id } } });

export const getPerson = (project: number, member: number): Promise<PersonDetail> =>
  unwrap(api.GET("/api/v1/projects/{project_id}/people/{member_id}", person(project, member)));

/** Takes all that the person did out of the project; `confirm`: their pseudonym. */
export const postWithdraw = (project: number, member: number, confirm: string): Promise<unknown> =>
  unwrap(api.POST("/api/v1/projects/{project_id}/people/{member_id}/withdraw", { ...person(project, member), body: { confirm } }));

/** Cuts every link between the person and what they did; `confirm`: their pseudonym. */
export const postErase = (project: number, member: number, confirm: string): Promise<unknown> =>
  unwrap(api.POST("/api/v1/projects/{project_id}/people/{member_id}/erase", { ...person(project, member), body: { confirm } }));

export type HistoryRow = Schemas["AnnotationHistoryOutput"];

/** What became of an annotation and its marks, the oldest first. */
export const getHistory = (project_id: number, record_id: string): Promise<HistoryRow[]> =>
  unwrap(api.GET("/api/v1/projects/{project_id}/annotations/{record_id}/history", { params: { path: { project_id, record_id } } }));

export const getSurvey = (project_id: number): Promise<Survey> => unwrap(api.GET("/api/v1/projects/{project_id}/survey", { params: { path: { project_id } } }));

export const surveyAddress = (project: number, format: "csv" | "jsonl") => `/api/v1/projects/${project}/survey/download?format=${format}`;

/** What admins, researchers and providers did, the newest first; `before`: from that number on. */
export const getAudit = (project_id: number, query: { action?: AuditAction; before?: number }): Promise<AuditPage> =>
  unwrap(api.GET("/api/v1/projects/{project_id}/audit", { params: { path: { project_id }, query } }));
