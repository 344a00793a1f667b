/** Chooses the draft to go on with, asks where two grew apart, and opens the desk on it, live in one tab alone. */
import { useState } from "react";
import { getAssignment } from "../../api/annotate";
import { keepDraft, randomUuid, readDraftAt, readSubmissions } from "../../api/local";
import type { Assignment } from "../../api/types";
import { chooseDraft, DRAFT_FORMAT, readDraft, type DraftBody, type LocalDraft, type ServerDraft } from "../../state/draft";
import { ConflictDialog } from "./ConflictDialog";
import { DeskPage, type DeskPageProps } from "./DeskPage";
import { startOf, type Item } from "./item";
import { Loading } from "./Notices";
import type { Start } from "./useAutosave";
import { useTab } from "./useTab";

type State = { start: Start } | { local: LocalDraft; server: ServerDraft };

const hashesOf = (item: Item) => item.assignment.example.responses.map(({ sha256 }) => sha256);
const keyOf = (item: Item) => [item.assignment.id, DRAFT_FORMAT, ...hashesOf(item)].join(".");

function serverDraft(item: Item, draft: Assignment["draft"]): ServerDraft | null {
  const body = draft && readDraft(draft.body, hashesOf(item));
  return body && { revision: draft.revision, body };
}

async function localDraft(item: Item): Promise<LocalDraft | null> {
  const kept = (await readDraftAt(keyOf(item))) as Partial<LocalDraft> | undefined;
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

async function open(item: Item, draft: Assignment["draft"]): Promise<State> {
  const choice = chooseDraft(await localDraft(item), serverDraft(item, draft));
  const [revision, key] = [draft?.revision ?? 0, keyOf(item)];
  switch (choice.use) {
    case "ask":
      return choice;
    case "local":
      return { start: { body: choice.draft.body, revision, unsaved: choice.draft.dirty, key } };
    case "server":
      return { start: { body: choice.draft.body, revision, unsaved: false, key } };
    case "new":
      return { start: { body: newBody(item), revision, unsaved: false, key } };
  }
}

type Props = Omit<DeskPageProps, "start" | "onConflict" | "tab" | "onTake">;

export function DraftGate(props: Props) {
  const { item } = props;
  const { id, draft } = item.assignment;
  const [state, setState] = useState<State | null>(null);
  const [generation, setGeneration] = useState(0);
  const show = (next: State) => {
    setState(next);
    setGeneration(generation + 1);
  };
  const { tab, take } = useTab(id, async (now, before) => {
    if (now === "elsewhere") return setState(state ?? (await open(item, draft)));
    if (before === "asking") return show(await open(item, draft));
    // The other tab has gone on meanwhile, perhaps to its end, of which the server may not have heard yet.
    const handedIn = (await readSubmissions()).some(({ assignment }) => assignment === id);
    const after = await getAssignment(id).catch(() => item.assignment);
    if (handedIn || after.state === "submitted" || after.state === "released") props.onNext();
    else show(await open(item, after.draft));
  });

  if (!state) return <Loading />;
  const key = keyOf(item);
  if ("local" in state) {
    const { local, server } = state;
    const takeServer = () => {
      void keepDraft(key, { ...server, dirty: false });
      show({ start: { body: server.body, revision: server.revision, unsaved: false, key } });
    };
    return (
      <ConflictDialog
        item={item}
        here={local.body}
        server={server.body}
        onHere={() => show({ start: { body: local.body, revision: server.revision, unsaved: true, key } })}
        onServer={takeServer}
      />
    );
  }
  const onConflict = async (mine: DraftBody) => {
    const stored = await getAssignment(id).then(
      (now) => now.draft,
      () => null,
    );
    const server = serverDraft(item, stored);
    // Without an answer, the same is tried again.
    if (server) setState({ local: { revision: state.start.revision, dirty: true, body: mine }, server });
    else show({ start: { body: mine, revision: stored?.revision ?? state.start.revision, unsaved: true, key } });
  };
  return <DeskPage key={generation} {...props} start={state.start} tab={tab} onTake={take} onConflict={(mine) => void onConflict(mine)} />;
}
