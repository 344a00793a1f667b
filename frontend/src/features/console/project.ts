/** The project that the pages are about, and what is asked of the server about it. */
import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { getAgreement, getDatasets, getJobs, getModels, getDashboard, type Job, type Model, type ModelKind, type ProjectDetail } from "../../api/console";

export const ProjectContext = createContext<ProjectDetail | null>(null);

/** The project, and `at`, which makes addresses within it. */
export function useProject() {
  const project = useContext(ProjectContext)!;
  return { ...project, at: (path: string) => `/console/${project.slug}${path && `/${path}`}`, admin: project.role === "admin" };
}

export const unfinished = (job: Pick<Job, "state">) => job.state === "queued" || job.state === "running";

const IDLE = 30_000;
const BUSY = 5_000;

/** Asked for more often while somebody is at work. */
export const useDashboard = (id: number) =>
  useQuery({
    queryKey: ["dashboard", id],
    queryFn: () => getDashboard(id),
    refetchInterval: ({ state }) => (state.data?.progress.leased ? BUSY : IDLE),
  });

/** As of the newest quality report, whose number the dashboard tells. */
export const useAgreement = (id: number, report: number | null) =>
  useQuery({ queryKey: ["agreement", id, report], queryFn: () => getAgreement(id), placeholderData: keepPreviousData });

export const useDatasets = (id: number) => useQuery({ queryKey: ["datasets", id], queryFn: () => getDatasets(id), refetchInterval: IDLE });

export const useModels = (id: number) => useQuery({ queryKey: ["models", id], queryFn: () => getModels(id), refetchInterval: IDLE });

export const useJobs = (id: number) =>
  useQuery({ queryKey: ["jobs", id], queryFn: () => getJobs(id), refetchInterval: ({ state }) => (state.data?.some(unfinished) ? BUSY : IDLE) });

export const activeOf = (models: Model[], kind: ModelKind) => models.find((model) => model.kind === kind && model.stage === "active");

/** Asks again for everything but the curves of jobs, after something was changed. */
export function useRefresh() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "job" && queryKey[0] !== "log" });
}
