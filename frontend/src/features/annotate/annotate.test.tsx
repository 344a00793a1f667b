import { act, screen, waitFor, within } from "@testing-library/react";
import { clear, createStore, keys } from "idb-keyval";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { assignmentOf, marked, openPage, serve, textBox, word, type Answer } from "./testing";

beforeEach(() => localStorage.clear());
// What this browser keeps, thrown away between tests: drafts and submissions.
const stores = [createStore("redpen-drafts", "drafts"), createStore("redpen-submissions", "submissions")];
beforeEach(async () => void (await Promise.all(stores.map((store) => clear(store)))));
const kept = async () => (await Promise.all(stores.map((store) => keys(store)))).flat().length;
afterEach(() => vi.unstubAllGlobals());

describe("marking", () => {
  test("the text is drawn as text, whatever it holds", async () => {
    serve();
    await openPage();
    expect(textBox().textContent).toBe(assignmentOf(1).example.responses[0]!.text);
    expect(textBox().querySelector("b")).toBeNull();
  });

  test("two clicks and a button mark words, and the mark points at its card", async () => {
    serve();
    const { user } = await openPage();
    await user.click(word("opened"));
    await user.click(word("1923"));
    await user.click(screen.getByRole("button", { name: /Plain/ }));
    expect(marked()).toEqual(["opened in 1923"]);
    const card = document.getElementById(textBox().querySelector("mark")!.getAttribute("aria-details")!)!;
    expect(within(card).getByText("opened in 1923")).toBeTruthy();
  });

  test("overlapping marks are nested, each with its own card", async () => {
    serve();
    const { user } = await openPage();
    textBox().focus();
    await user.keyboard("s1{ArrowLeft}{Shift>}{ArrowRight}{/Shift}3");
    const nested = textBox().querySelector("mark mark");
    expect(nested?.getAttribute("data-lane")).toBe("1");
    expect(textBox().textContent).toBe(assignmentOf(1).example.responses[0]!.text);
  });

  test("a mark's type, ends and life can be changed from its card, and undone", async () => {
    serve();
    const { user } = await openPage();
    await user.click(word("opened"));
    await user.keyboard("1");
    await user.click(screen.getByRole("button", { name: /Plain.*opened/ }));
    await user.click(screen.getByRole("button", { name: /Plain.*opened/ }));
    await user.click(screen.getByRole("button", { name: "End one word on" }));
    await user.selectOptions(screen.getByRole("combobox", { name: "What is wrong" }), "Wrong");
    expect(marked()).toEqual(["opened in"]);
    await user.click(screen.getByRole("button", { name: /^Remove/ }));
    expect(marked()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Undo" }));
    expect(marked()).toEqual(["opened in"]);
  });

  test("single keys do nothing in a field", async () => {
    serve();
    const { user } = await openPage();
    await user.click(screen.getByRole("textbox", { name: /without its errors/ }));
    await user.keyboard("n1?");
    expect(screen.getByRole<HTMLInputElement>("checkbox").checked).toBe(false);
    expect(screen.queryByRole("dialog")).toBeNull();
  });
});

describe("a whole text by keyboard", () => {
  test("marks with antecedent and evidence, missing information, correction, order, submit", async () => {
    const { submitted } = serve();
    const { user } = await openPage();
    textBox().focus();
    await user.keyboard("{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}3e{ArrowDown}[Space]{Escape}");
    expect(document.activeElement).toBe(textBox());
    await user.keyboard("{ArrowDown}d{ArrowRight}{Shift>}{ArrowRight}{ArrowRight}{ArrowRight}{/Shift}2");
    await user.keyboard("{ArrowUp}{ArrowUp}{ArrowUp}{Shift>}{ArrowRight}{/Shift}{Enter}");
    await user.keyboard("m6{ArrowDown}[Space]{Escape}c");
    await user.keyboard("{Control>}a{/Control}It opened in 1932.");
    screen.getByRole("button", { name: "Move response A up" }).focus();
    await user.keyboard("{ArrowUp}{Control>}{Enter}{/Control}");
    await waitFor(() => expect(submitted).toHaveLength(1));
    const [{ judgements, comparisons, client_id }] = submitted as [(typeof submitted)[0]];
    expect(client_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(comparisons).toEqual([{ first: 1, second: 0, preferred: "first", strength: null }]);
    expect(judgements).toEqual([
      {
        response: 0,
        text_sha256: "hash 0",
        corrected_text: "It opened in 1932.",
        answers: {},
        spans: [
          { start: 13, end: 17, quote: "1923", type: "wrong", antecedent: null, evidence: [{ passage: 1, sentence: 1 }], explanation: "" },
          expect.objectContaining({ type: "again", antecedent: { start: 0, end: 9, quote: "It opened" } }),
        ],
        missing: [{ type: "absent", evidence: [{ passage: 1, sentence: 2 }], note: "" }],
      },
    ]);
    await waitFor(async () => expect(await kept()).toBe(0));
  });

  test("N says that nothing is wrong, and takes the marks back", async () => {
    serve();
    const { user } = await openPage();
    textBox().focus();
    await user.keyboard("s1n");
    expect([marked(), screen.getByRole<HTMLInputElement>("checkbox").checked]).toEqual([[], true]);
    await user.keyboard("{Control>}z{/Control}");
    expect(marked()).toEqual(["It opened in 1923."]);
  });
});

test("several judged responses are tabs, each with its own marks", async () => {
  const { example, ...rest } = assignmentOf(1);
  const { submitted } = serve({
    "POST /api/v1/projects/7/assignments/next": () => ({ status: 200, body: { ...rest, require_corrections: false, example: { ...example, judged: [0, 1] } } }),
  });
  const { user } = await openPage();
  expect(textBox().textContent).toBe("It opened in 1932.");
  await user.click(screen.getByRole("checkbox"));
  await user.click(screen.getByRole("button", { name: "Response B" }));
  textBox().focus();
  await user.keyboard("s1");
  expect(screen.getByRole<HTMLInputElement>("checkbox").checked).toBe(false);
  await user.click(screen.getByRole("button", { name: "They are equally good" }));
  await user.click(screen.getByRole("button", { name: "Submit and next" }));
  await waitFor(() => expect(submitted).toHaveLength(1));
  expect(submitted[0]!.judgements.map(({ response, spans }) => [response, spans.length])).toEqual([[1, 0], [0, 1]]);
});

describe("submit", () => {
  test("what is left is listed and leads to its field", async () => {
    const { submitted } = serve();
    const { user } = await openPage();
    textBox().focus();
    await user.keyboard("s3{Control>}{Enter}{/Control}");
    const list = await screen.findByRole("list", { name: "Left to do" });
    expect(within(list).getAllByRole("button").map((button) => button.textContent)).toEqual([
      "Wrong: choose the passage sentences",
      "Correct the response",
      "Rank the responses, or say that they are equal",
    ]);
    await user.click(within(list).getByRole("button", { name: "Correct the response" }));
    expect(document.activeElement).toBe(screen.getByRole("textbox", { name: /without its errors/ }));
    expect(submitted).toEqual([]);
  });

  test("a cut connection keeps the answer and sends the very same again", async () => {
    const bodies: unknown[] = [];
    const { submitted } = serve({
      "POST submit": (body) => {
        bodies.push(body);
        if (bodies.length === 1) throw new TypeError("cut");
        return { status: 200, body: { annotation_id: "x", counted: true, replayed: true } };
      },
    });
    const { user } = await openPage();
    await user.click(screen.getByRole("checkbox"));
    await user.click(screen.getByRole("button", { name: "They are equally good" }));
    await user.click(screen.getByRole("button", { name: "Submit and next" }));
    await screen.findByText(/1 submission waiting/);
    expect(screen.getByRole("heading", { level: 1 })).toBeTruthy();
    act(() => void window.dispatchEvent(new Event("online")));
    await waitFor(() => expect(bodies).toHaveLength(2));
    expect(bodies[1]).toEqual(bodies[0]);
    expect(submitted).toEqual([]);
  });

  test("the next text, fetched ahead, is there before the server has answered", async () => {
    let answer: (value: { status: number; body: unknown }) => void = () => undefined;
    serve({ "POST submit": () => new Promise((resolve) => (answer = resolve)) });
    const { user } = await openPage();
    await answerAll(user);
    await waitFor(() => expect(screen.getByRole<HTMLInputElement>("checkbox").checked).toBe(false));
    expect(await kept()).toBe(2); // the submission, and the draft that it was made of
    answer({ status: 200, body: { annotation_id: "x", counted: true, replayed: false } });
    await waitFor(async () => expect(await kept()).toBe(0));
  });

  test.each([1, 2])("a text is not shown again that the server named %i times before it heard that it was handed in", async (times) => {
    const another = (id: number) => {
      const assignment = assignmentOf(id);
      return { status: 200, body: { ...assignment, example: { ...assignment.example, question: `Question ${id}?` } } };
    };
    let name: (value: Answer) => void = () => undefined;
    let asked = 0;
    const { submitted } = serve({
      "POST next": () => {
        asked += 1;
        if (asked === 2) return new Promise(() => undefined); // the text to fetch ahead
        if (asked === 3) return new Promise((resolve) => (name = resolve));
        return another(asked < 3 + times ? 1 : 2);
      },
    });
    const { user } = await openPage();
    await answerAll(user);
    await waitFor(() => expect(asked).toBe(3));
    await waitFor(async () => expect(await kept()).toBe(0));
    expect(submitted).toHaveLength(1);
    name(another(1));
    await screen.findByRole("heading", { level: 1, name: "Question 2?" });
  });

  test("what is refused is said, and leads back to the text with its work", async () => {
    let refuse = true;
    const { submitted } = serve({
      "POST submit": (body) => {
        if (refuse) return { status: 422, body: { code: "text_changed", message: "Another text.", fields: {} } };
        submitted.push(body as (typeof submitted)[0]);
        return { status: 200, body: { annotation_id: "x", counted: true, replayed: false } };
      },
      "GET 1": () => ({ status: 200, body: assignmentOf(1) }),
    });
    const { user } = await openPage();
    await answerAll(user);
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("Another text.");
    await user.click(within(alert).getByRole("button", { name: "Go back to it" }));
    await waitFor(() => expect(screen.getByRole<HTMLInputElement>("checkbox").checked).toBe(true));
    expect(screen.queryByRole("alert")).toBeNull();
    refuse = false;
    await user.click(screen.getByRole("button", { name: "Submit and next" }));
    await waitFor(() => expect(submitted).toHaveLength(1));
  });

  test("an answer that came too late is kept, and said to be surplus", async () => {
    serve({ "POST submit": () => ({ status: 200, body: { annotation_id: "x", counted: false, replayed: false } }) });
    const { user } = await openPage();
    await answerAll(user);
    await screen.findByText(/is kept, but does not count/);
    await user.click(screen.getByRole("button", { name: "Close" }));
    expect(screen.queryByText(/is kept, but does not count/)).toBeNull();
  });

  test("a lease that somebody else has is said, and work goes on", async () => {
    serve({ "POST heartbeat": () => ({ status: 409, body: { code: "assignment_expired", message: "Gone.", fields: {} } }) });
    const { user } = await openPage();
    await screen.findByText("Somebody else has this text now.");
    await user.click(screen.getByRole("checkbox"));
    expect(screen.getByRole<HTMLInputElement>("checkbox").checked).toBe(true);
  });

  test("where the browser keeps nothing, the text stays until the server has answered", async () => {
    vi.stubGlobal("indexedDB", { open: () => { throw new Error("forbidden"); } });
    let up = false;
    serve({ "POST submit": () => (up ? { status: 200, body: { annotation_id: "x", counted: true, replayed: false } } : { status: 503, body: {} }) });
    // The stores are opened once in a page: another page, in which they never were.
    vi.resetModules();
    const fresh = await import("./testing");
    const { user } = await fresh.openPage();
    await answerAll(user);
    expect((await screen.findByRole("alert")).textContent).toContain("No connection");
    expect(screen.getByRole<HTMLInputElement>("checkbox").checked).toBe(true);
    up = true;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(screen.getByRole<HTMLInputElement>("checkbox").checked).toBe(false));
  });

  async function answerAll(user: Awaited<ReturnType<typeof openPage>>["user"]) {
    await user.click(screen.getByRole("checkbox"));
    await user.click(screen.getByRole("button", { name: "They are equally good" }));
    await user.click(screen.getByRole("button", { name: "Submit and next" }));
  }
});

describe("drafts", () => {
  test("survive a reload before the server has them", async () => {
    serve({ "PUT draft": () => ({ status: 503, body: { code: "unavailable", message: "Down.", fields: {} } }) });
    const first = await openPage();
    textBox().focus();
    await first.user.keyboard("s1");
    first.unmount();
    await openPage();
    expect(marked()).toEqual(["It opened in 1923."]);
  });

  test("reach the server after a pause, over the revision they grew from", async () => {
    const saved: unknown[] = [];
    serve({
      "PUT draft": (body) => {
        saved.push(body);
        return { status: 200, body: { revision: saved.length } };
      },
    });
    const { user } = await openPage();
    textBox().focus();
    await user.keyboard("s1");
    await screen.findByText("Saved just now", {}, { timeout: 2000 });
    expect(saved).toEqual([expect.objectContaining({ revision: 0 })]);
    await user.keyboard("2");
    await waitFor(() => expect(saved).toHaveLength(2), { timeout: 2000 });
    expect(saved[1]).toEqual(expect.objectContaining({ revision: 1 }));
  });

  test("that grew apart are both shown, and the chosen one goes on", async () => {
    const theirs = { format: 2, client_id: "c", tab: "other", texts: ["hash 0", "hash 1"], saved_at: "2999-01-01T00:00:00Z", active_seconds: 0, work: { judgements: { 0: { marks: [], missing: [], corrected: null, clean: true, answers: {} } }, order: [[1, 0]], ranked: true, pairs: [], comparing: "board", nextId: 1 }, log: [] };
    serve({
      "PUT draft": () => ({ status: 409, body: { code: "draft_conflict", message: "Newer.", fields: {} } }),
      "GET 1": () => ({ status: 200, body: assignmentOf(1, { draft: { revision: 5, body: theirs } }) }),
    });
    const { user } = await openPage();
    textBox().focus();
    await user.keyboard("s1");
    const dialog = await screen.findByRole("dialog", {}, { timeout: 2000 });
    expect(within(dialog).getByText(/Plain: “It opened in 1923.”/).textContent).toContain("only here");
    expect(within(dialog).getByText("newer").closest("section")!.textContent).toContain("Saved on the server");
    await user.click(within(dialog).getByRole("button", { name: "Go on with the server’s" }));
    expect(screen.getByRole<HTMLInputElement>("checkbox").checked).toBe(true);
  });
});

describe("other states", () => {
  test("no work says why and what next", async () => {
    serve({ "POST /api/v1/projects/7/assignments/next": () => ({ status: 204 }) });
    await openPage();
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("Nothing to mark right now");
    expect(screen.getByRole("button", { name: "Check again" })).toBeTruthy();
  });

  test("a server error is shown in its words and can be tried again", async () => {
    let up = false;
    serve({ "POST /api/v1/projects/7/assignments/next": () => (up ? { status: 204 } : { status: 503, body: { code: "unavailable", message: "The database does not answer.", fields: {} } }) });
    const { user } = await openPage();
    expect(screen.getByRole("alert").textContent).toBe("The database does not answer.");
    up = true;
    await user.click(screen.getByRole("button", { name: "Try again" }));
    await screen.findByText("Nothing to mark right now");
  });

  test("somebody signed out is led to the sign-in", async () => {
    serve({ "GET /api/v1/me": () => ({ status: 401, body: { code: "not_authenticated", message: "No.", fields: {} } }) });
    await openPage();
    expect(screen.getByRole("link", { name: "Sign in" }).getAttribute("href")).toContain("/sign-in?next=");
  });

  test("skipping asks why and brings the next text", async () => {
    const { fetch } = serve();
    const { user } = await openPage();
    await user.click(screen.getByRole("button", { name: "Skip" }));
    const dialog = screen.getByRole("dialog");
    await user.click(within(dialog).getByRole("radio", { name: "It is broken or unreadable" }));
    await user.click(within(dialog).getByRole("button", { name: "Skip" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(fetch.mock.calls.map(([request]) => new URL(request.url).pathname)).toContain("/api/v1/assignments/1/release");
  });

  test("help explains every type and key", async () => {
    serve();
    const { user } = await openPage();
    textBox().focus();
    await user.keyboard("?");
    expect(within(screen.getByRole("dialog")).getByText("Plain defined.")).toBeTruthy();
  });
});
