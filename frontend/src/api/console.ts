/** The operations that the console uses, and the names of what they take and give. Each raises ApiError. */
import { api, unwrap } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type MyProject = Schemas["MyProject"];
export type ProjectDetail = Schemas["ProjectDetail"];
export type ProjectChange = Schemas["PatchedProjectInputRequest"];
export type Dashboard = Schemas["DashboardReadOutput"];
export type Agreement = Schemas["AgreementReadOutput"];
export type AgreementReport = Schemas["AgreementReport"];
export type AgreementPoint = Schemas["AgreementPoint"];
export type AnnotationPage = Schemas["AnnotationPage"];
export type AnnotationItem = Schemas["AnnotationItem"];
export type ExamplePage = Schemas["ExamplePage"];
export type ExampleItem = Schemas["ExampleItem"];
export type ExampleDetail = Schemas["ExampleDetail"];
export type ImportReport = Schemas["ExamplesImportOutput"];
export type FormatKey = Schemas["FormatEnum"];
export type Format = Schemas["FormatListOutput"];
export type ImportOptions = { format: FormatKey; labels: Record<string, string>; offsets: Schemas["OffsetsEnum"] };
export type Preview = Schemas["ImportPreviewOutput"];
export type Loss = Schemas["DatasetLossesOutput"];
export type DatasetDiff = Schemas["DatasetDiffOutput"];
export type Dataset = Schemas["Dataset"];
export type DatasetDetail = Schemas["DatasetDetail"];
export type Freeze = Schemas["DatasetFreezeRequest"];
export type Job = Schemas["Job"];
export type JobDetail = Schemas["JobDetail"];
export type JobKind = Schemas["JobKind"];
export type JobState = Schemas["JobState"];
export type JobRequest = Schemas["JobCreateRequest"];
export type Metric = Schemas["Metric"];
export type Model = Schemas["Model"];
export type ModelKind = Schemas["ModelKind"];
export type Sample = Schemas["Sample"];
export type SamplePage = Schemas["SamplePage"];
export type SampledResponse = Schemas["SampledResponse"];
export type Taxonomy = Schemas["Taxonomy"];
export type ErrorCategory = Schemas["ErrorCategory"];
export type Desk = Schemas["Desk"];
export type Question = Schemas["Question"];
export type Lesson = Schemas["Lesson"];

export type DisputePage = Schemas["DisputePage"];
export type AdjudicationDetail = Schemas["AdjudicationDetail"];
export type Adjudication = Schemas["Adjudication"];
export type AdjudicationWork = Schemas["WorkRequest"];

const project = (project_id: number) => ({ params: { path: { project_id } } });

export const getProject = (id: number): Promise<ProjectDetail> => unwrap(api.GET("/api/v1/projects/{project_id}", project(id)));

export const patchProject = (id: number, body: ProjectChange): Promise<ProjectDetail> =>
  unwrap(api.PATCH("/api/v1/projects/{project_id}", { ...project(id), body }));

export const postProject = (body: Schemas["ProjectInputRequest"]): Promise<ProjectDetail> => unwrap(api.POST("/api/v1/projects", { body }));

export const getDashboard = (id: number): Promise<Dashboard> => unwrap(api.GET("/api/v1/projects/{project_id}/dashboard", project(id)));

export const getAgreement = (id: number): Promise<Agreement> =>
  unwrap(api.GET("/api/v1/projects/{project_id}/dashboard/agreement", project(id)));

/** `query`: filters as they stand in an address; what is no filter is for the server to refuse. */
export const getAnnotations = (id: number, query: Record<string, string | string[]>): Promise<AnnotationPage> =>
  unwrap(api.GET("/api/v1/projects/{project_id}/annotations", { params: { path: { project_id: id }, query } }));

export const getExamples = (id: number, query: Record<string, string | string[]>): Promise<ExamplePage> =>
  unwrap(api.GET("/api/v1/projects/{project_id}/examples", { params: { path: { project_id: id }, query } }));

export const getExample = (id: number, example_id: number): Promise<ExampleDetail> =>
  unwrap(api.GET("/api/v1/projects/{project_id}/examples/{example_id}", { params: { path: { project_id: id, example_id } } }));

/** A file goes as a form, which the schema's types call a string. */
function form<T>(fields: Record<string, string | File>): T {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  return body as T;
}

/** From a file of this machine, or from the address of one that the server fetches. */
const importForm = <T>(from: File | string, { labels, ...rest }: ImportOptions): T =>
  form({ ...(typeof from === "string" ? { url: from } : { file: from }), ...rest, labels: JSON.stringify(labels) });

export const postImport = (id: number, from: File | string, options: ImportOptions): Promise<ImportReport> =>
  unwrap(api.POST("/api/v1/projects/{project_id}/imports", { ...project(id), body: importForm(from, options) }));

export const postPreview = (id: number, from: File | string, options: ImportOptions): Promise<Preview> =>
  unwrap(api.POST("/api/v1/projects/{project_id}/imports/preview", { ...project(id), body: importForm(from, options) }));

export const getFormats = (): Promise<Format[]> => unwrap(api.GET("/api/v1/formats"));

export const getLosses = (dataset_id: string, format: FormatKey): Promise<Loss[]> =>
  unwrap(api.GET("/api/v1/datasets/{dataset_id}/losses", { params: { path: { dataset_id }, query: { format } } }));

export const getDiff = (dataset_id: string, since: string): Promise<DatasetDiff> =>
  unwrap(api.GET("/api/v1/datasets/{dataset_id}/diff", { params: { path: { dataset_id }, query: { since } } }));

export const getDatasets = (id: number): Promise<Dataset[]> => unwrap(api.GET("/api/v1/projects/{project_id}/datasets", project(id)));

export const postDataset = (id: number, body: Freeze): Promise<DatasetDetail> =>
  unwrap(api.POST("/api/v1/projects/{project_id}/datasets", { ...project(id), body }));

export const postExamples = (id: number, name: string, note: string, file: File): Promise<DatasetDetail> =>
  unwrap(api.POST("/api/v1/projects/{project_id}/datasets/upload", { ...project(id), body: form({ name, note, file }) }));

export const getDataset = (dataset_id: string): Promise<DatasetDetail> =>
  unwrap(api.GET("/api/v1/datasets/{dataset_id}", { params: { path: { dataset_id } } }));

export const downloadAddress = (dataset: string, format: FormatKey) => `/api/v1/datasets/${dataset}/download?format=${format}`;

export const getJobs = (id: number): Promise<Job[]> => unwrap(api.GET("/api/v1/projects/{project_id}/jobs", project(id)));

export const postJob = (id: number, body: JobRequest): Promise<JobDetail> =>
  unwrap(api.POST("/api/v1/projects/{project_id}/jobs", { ...project(id), body }));

/** The job with its metrics after step `since_step`. */
export const getJob = (job_id: string, since_step: number): Promise<JobDetail> =>
  unwrap(api.GET("/api/v1/jobs/{job_id}", { params: { path: { job_id }, query: { since_step } } }));

export const getLog = async (job_id: string, tail: number): Promise<string[]> =>
  (await unwrap(api.GET("/api/v1/jobs/{job_id}/log", { params: { path: { job_id }, query: { tail } } }))).lines;

export const cancelJob = (job_id: string): Promise<JobDetail> => unwrap(api.POST("/api/v1/jobs/{job_id}/cancel", { params: { path: { job_id } } }));

export const getModels = (id: number): Promise<Model[]> => unwrap(api.GET("/api/v1/projects/{project_id}/models", project(id)));

export const postModel = (id: number, body: Schemas["ModelRegisterRequest"]): Promise<Model> =>
  unwrap(api.POST("/api/v1/projects/{project_id}/models", { ...project(id), body }));

export const promoteModel = (model_id: string): Promise<Model> =>
  unwrap(api.POST("/api/v1/models/{model_id}/promote", { params: { path: { model_id } } }));

export const getSamples = (id: number, page: { job?: string; limit: number; offset: number }): Promise<SamplePage> =>
  unwrap(api.GET("/api/v1/projects/{project_id}/samples", { params: { path: { project_id: id }, query: page } }));

export const getLessons = (id: number): Promise<Lesson[]> => unwrap(api.GET("/api/v1/projects/{project_id}/lessons", project(id)));

/** Replaces all lessons; what is no lesson is for the server to refuse. */
export const putLessons = (id: number, lessons: unknown[]): Promise<Lesson[]> =>
  unwrap(api.PUT("/api/v1/projects/{project_id}/lessons", { ...project(id), body: lessons as Schemas["CourseItemRequest"][] }));

export const getDisputes = (id: number, query: { state: "unsettled" | "settled" | "all"; type?: string }): Promise<DisputePage> =>
  unwrap(api.GET("/api/v1/projects/{project_id}/disputes", { params: { path: { project_id: id }, query } }));

/** With `reveal` also whose judgements these are and when they were made, which the server notes. */
export const getAdjudication = (example_id: number, reveal = false): Promise<AdjudicationDetail> =>
  unwrap(api.GET("/api/v1/examples/{example_id}/adjudication", { params: { path: { example_id }, query: reveal ? { reveal } : {} } }));

const changing = (example_id: number, version: number) => ({ params: { path: { example_id }, header: { "If-Match": `"${version}"` } } });

/** Raises ApiError version_conflict (412) where `version` is not the newest; so do the next two. */
export const putAdjudication = (example: number, version: number, body: AdjudicationWork): Promise<Adjudication> =>
  unwrap(api.PUT("/api/v1/examples/{example_id}/adjudication", { ...changing(example, version), body }));

export const settleAdjudication = (example: number, version: number, body: AdjudicationWork): Promise<Adjudication> =>
  unwrap(api.POST("/api/v1/examples/{example_id}/adjudication/settle", { ...changing(example, version), body }));

export const reopenAdjudication = (example: number, version: number, reason: string): Promise<Adjudication> =>
  unwrap(api.POST("/api/v1/examples/{example_id}/adjudication/reopen", { ...changing(example, version), body: { reason } }));

/** Makes the settled record the known answer to the example. */
export const makeGold = (example_id: number): Promise<unknown> =>
  unwrap(api.POST("/api/v1/examples/{example_id}/adjudication/gold", { params: { path: { example_id } } }));
