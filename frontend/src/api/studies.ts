/** The operations about studies, the people in them and their pay. Each raises ApiError. */
import { api, unwrap } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Study = Schemas["Study"];
export type StudyState = Schemas["StudyState"];
export type NewStudy = Schemas["StudyCreateRequest"];
export type StudyChange = Schemas["PatchedStudyUpdateRequest"];
export type EntryLink = Schemas["EntryLink"];
export type NewLink = Schemas["EntryLinksMakeOutput"];
export type PayReport = Schemas["PayReport"];
export type PaidPerson = Schemas["PaidPerson"];
export type Payment = Schemas["Payment"];
export type PaymentState = Payment["state"];
export type Quartiles = Schemas["Quartiles"];

const project = (project_id: number) => ({ params: { path: { project_id } } });
const study = (study_id: number) => ({ params: { path: { study_id } } });

export const getStudies = (id: number): Promise<Study[]> => unwrap(api.GET("/api/v1/projects/{project_id}/studies", project(id)));

export const postStudy = (id: number, body: NewStudy): Promise<Study> => unwrap(api.POST("/api/v1/projects/{project_id}/studies", { ...project(id), body }));

export const getStudy = (id: number): Promise<Study> => unwrap(api.GET("/api/v1/studies/{study_id}", study(id)));

export const patchStudy = (id: number, body: StudyChange): Promise<Study> => unwrap(api.PATCH("/api/v1/studies/{study_id}", { ...study(id), body }));

export const getLinks = (id: number): Promise<EntryLink[]> => unwrap(api.GET("/api/v1/studies/{study_id}/links", study(id)));

/** Their addresses are in this answer, and in no other. */
export const postLinks = (id: number, body: { count?: number; people?: string[]; days: number }): Promise<NewLink[]> =>
  unwrap(api.POST("/api/v1/studies/{study_id}/links", { ...study(id), body }));

export const deleteLink = (link_id: string): Promise<unknown> => unwrap(api.DELETE("/api/v1/links/{link_id}", { params: { path: { link_id } } }));

export const getPay = (id: number): Promise<PayReport> => unwrap(api.GET("/api/v1/studies/{study_id}/pay", study(id)));

export const proposePayments = (id: number): Promise<PayReport> => unwrap(api.POST("/api/v1/studies/{study_id}/payments", study(id)));

/** With the same `request_id` again, nothing more is proposed. */
export const proposeBonus = (id: number, body: Schemas["BonusProposeRequest"]): Promise<PayReport> =>
  unwrap(api.POST("/api/v1/studies/{study_id}/bonuses", { ...study(id), body }));

export const approvePayments = (id: number, payments: number[]): Promise<PayReport> =>
  unwrap(api.POST("/api/v1/studies/{study_id}/payments/approve", { ...study(id), body: { payments } }));

export const cancelPayments = (id: number, payments: number[]): Promise<PayReport> =>
  unwrap(api.POST("/api/v1/studies/{study_id}/payments/cancel", { ...study(id), body: { payments } }));

export const settlePayments = (id: number, payments: number[], paid: boolean): Promise<PayReport> =>
  unwrap(api.POST("/api/v1/studies/{study_id}/payments/settle", { ...study(id), body: { payments, paid } }));

export const postMessage = (id: number, participants: number[], text: string): Promise<{ sent: number }> =>
  unwrap(api.POST("/api/v1/studies/{study_id}/message", { ...study(id), body: { participants, text } }));
