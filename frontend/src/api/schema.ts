import type { Assignment, Me, Submission, Submitted } from "./types";

type Json<T> = { content: { "application/json": T } };
type Path<P> = { parameters: { path: P } };
type Empty = { 200: { content?: never } };

export interface paths {
  "/api/v1/me": { get: { responses: { 200: Json<Me> } } };
  "/api/v1/projects/{project_id}/assignments/next": { post: Path<{ project_id: number }> & { responses: { 200: Json<Assignment>; 204: { content?: never } } } };
  "/api/v1/assignments/{assignment_id}": { get: Path<{ assignment_id: number }> & { responses: { 200: Json<Assignment> } } };
  "/api/v1/assignments/{assignment_id}/draft": {
    put: Path<{ assignment_id: number }> & { requestBody: Json<{ revision: number; body: unknown }>; responses: { 200: Json<{ revision: number }> } };
  };
  "/api/v1/assignments/{assignment_id}/heartbeat": { post: Path<{ assignment_id: number }> & { responses: Empty } };
  "/api/v1/assignments/{assignment_id}/release": { post: Path<{ assignment_id: number }> & { requestBody: Json<{ reason: string }>; responses: Empty } };
  "/api/v1/assignments/{assignment_id}/submit": { post: Path<{ assignment_id: number }> & { requestBody: Json<Submission>; responses: { 200: Json<Submitted> } } };
}
