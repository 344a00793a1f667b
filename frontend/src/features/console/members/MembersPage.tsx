/** Who is in the project and as what; taking people in, by name or by invitation, and out. */
import { Button, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { deleteInvitation, deleteMember, getInvitations, getMembers, postInvitation, postMember, putRole, type Invitation, type Member, type Role } from "../../../api/members";
import { Confirm } from "../Confirm";
import { moment } from "../format";
import { Answer, Empty, Page, Panel, Problem } from "../parts";
import { useProject, useRefresh } from "../project";
import { Scroll } from "../Scroll";
import { useForm } from "../useForm";

const ROLES: { value: Role; label: string }[] = [
  { value: "annotator", label: "annotator: judges texts" },
  { value: "researcher", label: "researcher: sees everything, makes datasets and jobs" },
  { value: "admin", label: "admin: also settings, people and gold" },
];

export function MembersPage() {
  const { id, admin } = useProject();
  const members = useQuery({ queryKey: ["members", id], queryFn: () => getMembers(id), enabled: admin });
  if (!admin) {
    return (
      <Page title="Members">
        <Empty>The members of this project are the business of its admins.</Empty>
      </Page>
    );
  }
  return (
    <Page title="Members" lead="Who can do what here. What somebody did stays, whatever becomes of their place.">
      <Panel title="Everybody">
        <Answer query={members}>{(data) => <Table members={data} />}</Answer>
      </Panel>
      <div className="grid">
        <Panel title="Take in somebody who has an account">
          <AddForm />
        </Panel>
        <Panel title="Invite somebody">
          <InviteForm />
        </Panel>
      </div>
      <Invitations />
    </Page>
  );
}

function Table({ members }: { members: Member[] }) {
  const { id } = useProject();
  const refresh = useRefresh();
  return (
    <Scroll label="Members">
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Role</th>
            <th scope="col">Since</th>
            <th scope="col">Place</th>
          </tr>
        </thead>
        <tbody>
          {members.map((member) => (
            <tr key={member.id}>
              <th scope="row">
                {member.username}
                {!member.is_active && <span className="soft"> account closed</span>}
              </th>
              <td>
                <RoleSelect key={member.role} member={member} />
              </td>
              <td className="nowrap">{moment(member.created_at)}</td>
              <td>
                <Confirm
                  label={`Take out ${member.username}`}
                  title={`Take ${member.username} out?`}
                  verb="Take out"
                  act={async () => {
                    await deleteMember(id, member.id);
                    await refresh();
                  }}
                >
                  <p>They can see this project no more. What they did stays and is paid; texts that they hold go to others.</p>
                </Confirm>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function RoleSelect({ member }: { member: Member }) {
  const { id } = useProject();
  const refresh = useRefresh();
  const change = useMutation({ mutationFn: (role: Role) => putRole(id, member.id, role), onSuccess: refresh });
  return (
    <>
      <NativeSelect
        size="xs"
        aria-label={`Role of ${member.username}`}
        value={change.isPending ? change.variables : member.role}
        onChange={({ target }) => change.mutate(target.value as Role)}
        data={ROLES.map(({ value }) => value)}
      />
      {change.isError && <Problem error={change.error} what="Nothing was changed." />}
    </>
  );
}

function AddForm() {
  const { id } = useProject();
  const refresh = useRefresh();
  const form = useForm(
    { username: "", role: "annotator" as Role },
    (values) => postMember(id, values),
    () => void refresh(),
  );
  return (
    <form className="form" onSubmit={form.submit}>
      <TextInput
        label="Name"
        required
        maxLength={150}
        value={form.values.username}
        onChange={({ target }) => form.set("username", target.value)}
        error={form.error("username")}
      />
      <NativeSelect label="Role" value={form.values.role} onChange={({ target }) => form.set("role", target.value as Role)} data={ROLES} error={form.error("role")} />
      <Button type="submit" loading={form.sending.isPending}>
        Take in
      </Button>
      {form.sending.isSuccess && (
        <p role="status" className="fits">
          {form.sending.data.username} is in.
        </p>
      )}
      {form.sending.isError && <Problem error={form.sending.error} what="Nobody was taken in." />}
    </form>
  );
}

function InviteForm() {
  const { id } = useProject();
  const refresh = useRefresh();
  const form = useForm(
    { role: "annotator" as Role, days: 7 },
    (values) => postInvitation(id, values),
    () => void refresh(),
  );
  return (
    <form className="form" onSubmit={form.submit}>
      <NativeSelect label="As" value={form.values.role} onChange={({ target }) => form.set("role", target.value as Role)} data={ROLES} />
      <NumberInput
        label="Days that it holds"
        min={1}
        max={30}
        value={form.values.days}
        onChange={(days) => form.set("days", Number(days))}
        error={form.error("days")}
      />
      <p className="hint">The link lets one person in, whoever opens it first. They sign in, or make an account.</p>
      <Button type="submit" loading={form.sending.isPending}>
        Make a link
      </Button>
      {form.sending.isSuccess && (
        <div role="status">
          <TextInput label="The link, shown this once" readOnly value={form.sending.data.address} onFocus={({ target }) => target.select()} />
        </div>
      )}
      {form.sending.isError && <Problem error={form.sending.error} what="No link was made." />}
    </form>
  );
}

function Invitations() {
  const { id } = useProject();
  const invitations = useQuery({ queryKey: ["invitations", id], queryFn: () => getInvitations(id) });
  return (
    <Panel title="Invitations that still hold">
      <Answer query={invitations}>{(data) => (data.length > 0 ? <Open invitations={data} /> : <Empty>There are none.</Empty>)}</Answer>
    </Panel>
  );
}

function Open({ invitations }: { invitations: Invitation[] }) {
  const { id } = useProject();
  const refresh = useRefresh();
  return (
    <Scroll label="Invitations">
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">As</th>
            <th scope="col">Made</th>
            <th scope="col">Until</th>
            <th scope="col">Link</th>
          </tr>
        </thead>
        <tbody>
          {invitations.map((each) => (
            <tr key={each.id}>
              <th scope="row">{each.role}</th>
              <td className="nowrap">
                {moment(each.created_at)}
                <span className="soft"> by {each.created_by}</span>
              </td>
              <td className="nowrap">{moment(each.expires_at)}</td>
              <td>
                <Confirm
                  label="Revoke"
                  title="Revoke this invitation?"
                  verb="Revoke"
                  act={async () => {
                    await deleteInvitation(id, each.id);
                    await refresh();
                  }}
                >
                  <p>Nobody gets in by its link any more.</p>
                </Confirm>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
