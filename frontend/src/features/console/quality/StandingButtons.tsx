/** Pausing somebody's work, letting it go on, or ending it: always with a reason, which is kept. */
import { Button, Textarea } from "@mantine/core";
import { useState } from "react";
import { postStanding, type Person, type Standing } from "../../../api/quality";
import { Dialog } from "../../../ui/Dialog";
import { Problem } from "../parts";
import { useProject, useRefresh } from "../project";
import { useForm } from "../useForm";

type Someone = Pick<Person, "id" | "pseudonym" | "standing">;

const CHANGES: Record<Standing, { verb: string; title: (name: string) => string; says: string }> = {
  working: { verb: "Let work go on", title: (name) => `Let ${name} go on?`, says: "They get texts again. Checks from before this do not count towards another pause." },
  paused: { verb: "Pause", title: (name) => `Pause the work of ${name}?`, says: "They get no more texts until you let them go on, and are told that their work is being looked at." },
  ended: { verb: "End work", title: (name) => `End the work of ${name}?`, says: "They get no more texts of this project, and are told so. What they did is kept and paid." },
};

export function StandingButtons({ person }: { person: Someone }) {
  const [to, setTo] = useState<Standing | null>(null);
  return (
    <div className="buttons">
      {(["working", "paused", "ended"] as const)
        .filter((standing) => standing !== person.standing)
        .map((standing) => (
          <Button key={standing} size="xs" onClick={() => setTo(standing)} aria-label={`${CHANGES[standing].verb}: ${person.pseudonym}`}>
            {CHANGES[standing].verb}
          </Button>
        ))}
      {to && <ReasonDialog person={person} to={to} onClose={() => setTo(null)} />}
    </div>
  );
}

function ReasonDialog({ person, to, onClose }: { person: Someone; to: Standing; onClose: () => void }) {
  const { id } = useProject();
  const refresh = useRefresh();
  const form = useForm(
    { reason: "" },
    ({ reason }) => postStanding(id, person.id, to, reason),
    () => {
      void refresh();
      onClose();
    },
  );
  const { verb, title, says } = CHANGES[to];
  return (
    <Dialog title={title(person.pseudonym)} onClose={onClose}>
      <form className="form" onSubmit={form.submit}>
        <p>{says}</p>
        <Textarea
          label="Reason"
          required
          maxLength={2000}
          autosize={false}
          rows={3}
          value={form.values.reason}
          onChange={({ target }) => form.set("reason", target.value)}
          error={form.error("reason")}
        />
        {form.sending.isError && <Problem error={form.sending.error} what="Nothing was changed." />}
        <div className="buttons">
          <Button type="submit" variant="filled" loading={form.sending.isPending}>
            {verb}
          </Button>
          <Button onClick={onClose}>Leave it as it is</Button>
        </div>
      </form>
    </Dialog>
  );
}
