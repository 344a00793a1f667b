export interface paths {
  "/api/v1/me": { get: { responses: { 200: { content: { "application/json": { id: number; username: string; pseudonym: string; projects: { id: number; slug: string; name: string; role: string }[] } } } } } };
}
