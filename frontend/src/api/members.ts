/** The operations about members, invitations and accounts, and the names of what they take and give. Each raises ApiError. */
import { api, unwrap } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Member = Schemas["Member"];
export type Role = Schemas["Role"];
export type Invitation = Schemas["Invitation"];
export type NewInvitation = Schemas["InvitationMakeOutput"];
export type Account = Schemas["Account"];

const project = (project_id: number) => ({ params: { path: { project_id } } });
const member = (project_id: number, member_id: number) => ({ params: { path: { project_id, member_id } } });
const account = (account_id: number) => ({ params: { path: { account_id } } });

export const getMembers = (id: number): Promise<Member[]> => unwrap(api.GET("/api/v1/projects/{project_id}/members", project(id)));

export const postMember = (id: number, body: { username: string; role: Role }): Promise<Member> =>
  unwrap(api.POST("/api/v1/projects/{project_id}/members", { ...project(id), body }));

export const putRole = (id: number, of: number, role: Role): Promise<Member> =>
  unwrap(api.PUT("/api/v1/projects/{project_id}/members/{member_id}", { ...member(id, of), body: { role } }));

export const deleteMember = (id: number, of: number): Promise<unknown> =>
  unwrap(api.DELETE("/api/v1/projects/{project_id}/members/{member_id}", member(id, of)));

export const getInvitations = (id: number): Promise<Invitation[]> => unwrap(api.GET("/api/v1/projects/{project_id}/invitations", project(id)));

/** Its address is in this one answer alone. */
export const postInvitation = (id: number, body: { role: Role; days: number }): Promise<NewInvitation> =>
  unwrap(api.POST("/api/v1/projects/{project_id}/invitations", { ...project(id), body }));

export const deleteInvitation = (project_id: number, invitation_id: string): Promise<unknown> =>
  unwrap(api.DELETE("/api/v1/projects/{project_id}/invitations/{invitation_id}", { params: { path: { project_id, invitation_id } } }));

/** Those whose names contain `name`, from the one after `after` on. */
export const getAccounts = (name: string, after: string): Promise<Account[]> => unwrap(api.GET("/api/v1/accounts", { params: { query: { name, after } } }));

export const putAccount = (id: number, is_active: boolean): Promise<unknown> =>
  unwrap(api.PUT("/api/v1/accounts/{account_id}", { ...account(id), body: { is_active } }));

export const signOutAccount = (id: number): Promise<unknown> => unwrap(api.POST("/api/v1/accounts/{account_id}/sign-out", account(id)));

export const resetSecondFactor = (id: number): Promise<unknown> => unwrap(api.DELETE("/api/v1/accounts/{account_id}/second-factor", account(id)));
