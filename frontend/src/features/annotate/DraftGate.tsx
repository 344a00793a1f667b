/** Chooses the draft to go on with, asks where two grew apart, and opens the desk on it. */
import { useState } from "react";
import { getAssignment } from "../../api/annotate";
import { randomUuid, readLocal } from "../../api/local";
import type { Assignment } from "../../api/types";
import { chooseDraft, DRAFT_FORMAT, readDraft, type DraftBody, type LocalDraft, type ServerDraft } from "../../state/draft";
import { ConflictDialog } from "./ConflictDialog";
import { DeskPage, type DeskPageProps } from "./DeskPage";
import { startOf, type Item } from "./item";
import type { Start } from "./useAutosave";

type State = { start: Start } | { local: LocalDraft; server: ServerDraft };

const hashesOf = (item: Item) => item.assignment.example.responses.map(({ sha256 }) => sha256);

function serverDraft(item: Item, draft: Assignment["draft"]): ServerDraft | null {
  const body = draft && readDraft(draft.body, hashesOf(item));
  return body && { revision: draft.revision, body };
}

function localDraft(item: Item): LocalDraft | null {
  const kept = readLocal(item.assignment.id) as Partial<LocalDraft> | null;
  const body = readDraft(kept?.body, hashesOf(item));
  return body && { revision: kept?.revision ?? 0, dirty: kept?.dirty ?? true, body };
}

function newBody(item: Item): DraftBody {
  return {
    format: DRAFT_FORMAT,
    client_id: randomUuid(),
    tab: "",
    texts: hashesOf(item),
    saved_at: new Date().toISOString(),
    active_seconds: 0,
    work: startOf(item),
    log: [],
  };
}

function open(item: Item): State {
  const choice = chooseDraft(localDraft(item), serverDraft(item, item.assignment.draft));
  const revision = item.assignment.draft?.revision ?? 0;
  switch (choice.use) {
    case "ask":
      return choice;
    case "local":
      return { start: { body: choice.draft.body, revision, unsaved: choice.draft.dirty } };
    case "server":
      return { start: { body: choice.draft.body, revision, unsaved: false } };
    case "new":
      return { start: { body: newBody(item), revision, unsaved: false } };
  }
}

export function DraftGate(props: Omit<DeskPageProps, "start" | "onConflict">) {
  const { item } = props;
  const [state, setState] = useState<State>(() => open(item));
  const [generation, setGeneration] = useState(0);
  const goOn = (start: Start) => {
    setState({ start });
    setGeneration(generation + 1);
  };
  if ("local" in state) {
    const { local, server } = state;
    return (
      <ConflictDialog
        here={local.body}
        server={server.body}
        onHere={() => goOn({ body: local.body, revision: server.revision, unsaved: true })}
        onServer={() => goOn({ body: server.body, revision: server.revision, unsaved: false })}
      />
    );
  }
  const onConflict = async (mine: DraftBody) => {
    const { draft } = await getAssignment(item.assignment.id);
    const server = serverDraft(item, draft);
    if (server) setState({ local: { revision: state.start.revision, dirty: true, body: mine }, server });
    else goOn({ body: mine, revision: draft?.revision ?? 0, unsaved: true });
  };
  return <DeskPage key={generation} {...props} start={state.start} onConflict={(mine) => void onConflict(mine)} />;
}
