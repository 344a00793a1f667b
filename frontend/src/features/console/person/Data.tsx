/** What a person may ask for: that what they did goes, or that nobody can tell any more who they are. */
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { postErase, postWithdraw, type PersonDetail } from "../../../api/people";
import { Dialog } from "../../../ui/Dialog";
import { Panel, Problem } from "../parts";
import { useProject, useRefresh } from "../project";
import { navigate } from "../route";
import { useForm } from "../useForm";

const WAYS = {
  withdraw: {
    label: "Take back what they did",
    says: "Their annotations, lessons and survey answers are deleted, their texts are open to others again, and datasets that held them are revised. What they were paid stays.",
    send: postWithdraw,
  },
  erase: {
    label: "Forget who they are",
    says: "Name, e-mail, platform ids, tokens and survey answers are deleted, and another pseudonym takes the place of this one everywhere. What they marked stays. Nobody can undo it, or find them again.",
    send: postErase,
  },
};

export function Data({ person }: { person: PersonDetail }) {
  const [way, setWay] = useState<keyof typeof WAYS | null>(null);
  return (
    <Panel title="Their data">
      <p className="hint">People may take back what they did, and be forgotten. They can ask for both themselves; here you do it for somebody who wrote to you.</p>
      <div className="buttons">
        {(["withdraw", "erase"] as const).map((each) => (
          <Button key={each} size="xs" onClick={() => setWay(each)}>
            {WAYS[each].label}…
          </Button>
        ))}
      </div>
      {way && <DataDialog person={person} way={way} onClose={() => setWay(null)} />}
    </Panel>
  );
}

function DataDialog({ person, way, onClose }: { person: PersonDetail; way: keyof typeof WAYS; onClose: () => void }) {
  const { id, at } = useProject();
  const refresh = useRefresh();
  const { label, says, send } = WAYS[way];
  const form = useForm(
    { confirm: "" },
    ({ confirm }) => send(id, person.id, confirm),
    () => {
      void refresh();
      onClose();
      if (way === "erase") navigate(at("people"));
    },
  );
  return (
    <Dialog title={`${label}?`} onClose={onClose}>
      <form className="form" onSubmit={form.submit}>
        <p>{says}</p>
        <TextInput
          label={`To confirm, type ${person.pseudonym}`}
          required
          autoComplete="off"
          value={form.values.confirm}
          onChange={({ target }) => form.set("confirm", target.value)}
          error={form.error("confirm")}
        />
        {form.sending.isError && <Problem error={form.sending.error} what="Nothing was changed." />}
        <div className="buttons">
          <Button type="submit" variant="filled" loading={form.sending.isPending}>
            {label}
          </Button>
          <Button onClick={onClose}>Leave it as it is</Button>
        </div>
      </form>
    </Dialog>
  );
}
