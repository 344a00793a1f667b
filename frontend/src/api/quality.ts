/** The operations about the quality of judgements, and the names of what they take and give. Each raises ApiError. */
import { api, unwrap } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type QualityReport = Schemas["QualityReport"];
export type Figure = Schemas["Figure"];
export type People = Schemas["PeopleListOutput"];
export type Person = Schemas["PersonQuality"];
export type Checks = Schemas["Checks"];
export type Standing = Schemas["Standing"];
export type Gold = Schemas["Gold"];
export type GoldKind = Schemas["GoldKind"];

const project = (project_id: number) => ({ params: { path: { project_id } } });

/** The newest report; null if none was made yet. */
export const getReport = async (id: number): Promise<QualityReport | null> =>
  (await unwrap<QualityReport | undefined>(api.GET("/api/v1/projects/{project_id}/quality", project(id)))) ?? null;

/** Asks for a new report, which will be the one after that number. */
export const postReport = async (id: number): Promise<number> =>
  (await unwrap(api.POST("/api/v1/projects/{project_id}/quality/reports", project(id)))).after;

export const getPeople = (id: number): Promise<People> => unwrap(api.GET("/api/v1/projects/{project_id}/people", project(id)));

export const postStanding = (project_id: number, member_id: number, standing: Standing, reason: string): Promise<unknown> =>
  unwrap(
    api.POST("/api/v1/projects/{project_id}/people/{member_id}/standing", { params: { path: { project_id, member_id } }, body: { standing, reason } }),
  );

export const getGold = (id: number): Promise<Gold[]> => unwrap(api.GET("/api/v1/projects/{project_id}/gold", project(id)));

export async function postGold(id: number, file: File, kind: GoldKind): Promise<number> {
  const body = new FormData();
  body.append("file", file);
  body.append("kind", kind);
  return (await unwrap(api.POST("/api/v1/projects/{project_id}/gold", { ...project(id), body: body as unknown as Schemas["GoldImportRequest"] }))).gold;
}

export const retireGold = (project_id: number, gold_id: number): Promise<unknown> =>
  unwrap(api.POST("/api/v1/projects/{project_id}/gold/{gold_id}/retire", { params: { path: { project_id, gold_id } } }));
