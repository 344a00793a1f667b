/** For tests: a small server in place of `fetch`, and the page in front of it. */
import { render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, vi } from "vitest";
import type { Assignment, ErrorType, Standing, Submission } from "../../api/types";
import { t } from "../../text/strings";
import { AnnotatePage } from "./AnnotatePage";

const words = "It opened in 1923. <b>Bold</b> towers, it opened in 1923.";
const type = (key: string, name: string, hotkey: string, rest: Partial<ErrorType> = {}): ErrorType => ({
  key, name, hotkey, badge: name[0]!, definition: `${name} defined.`, example_fits: "Yes.", example_not: "No.", target: "response", needs: null, reads_passages: false, mended_by_deletion: false, ...rest,
});

export function assignmentOf(id: number, change: Partial<Assignment> = {}): Assignment {
  const texts = [words, "It opened in 1932."];
  return {
    id,
    project: { id: 7, slug: "demo", name: "Demo" },
    state: "active",
    leased_until: null,
    require_corrections: true,
    desk: { asks: ["marks", "correction", "comparison"], comparison: "board", needs: "required", overlap: "warn", propose_spans: false, propose_edits: false, questions: [] },
    guideline: { version: "1", body: "Read first." },
    draft: null,
    display_order: [1, 0],
    progress: { submitted: 0, open: 4, active_seconds: 0, earned: null },
    taxonomy: {
      version: "t",
      segmentation: { min_words: 5, min_remaining: 6 },
      categories: [
        {
          key: "words", code: "C1", name: "Words", density: "sentence", min_words: 1, ignored_with: [], reward_weight: 1,
          types: [type("plain", "Plain", "1"), type("again", "Again", "2", { needs: "antecedent" }), type("wrong", "Wrong", "3", { needs: "evidence" })],
        },
        { key: "whole", code: "C2", name: "Whole", density: "sequence", min_words: 1, ignored_with: [], reward_weight: 1, types: [type("absent", "Absent", "6", { target: "passages", needs: "evidence" })] },
      ],
    },
    example: {
      id: `example ${id}`,
      question: "When did it open?",
      passages: [{ title: "The bridge", sentences: ["It opened in 1932.", "It is long."] }],
      reference: "In 1932.",
      judged: [0],
      responses: texts.map((text, index) => ({
        index, text, sha256: `hash ${index}`, length: text.length,
        segments: { sentence: [[0, 19], [19, text.length]], sub_sentence: [[0, 19], [19, 38], [38, text.length]] },
      })),
    },
    ...change,
  };
}

/** Somebody who may go to work at once. */
export function standingOf(change: Partial<Standing> = {}): Standing {
  const { project, taxonomy, guideline } = assignmentOf(1);
  return {
    project,
    taxonomy,
    step: "work",
    survey: [],
    study: null,
    consent: null,
    content_warning: "",
    guideline: { ...guideline, agreed_version: guideline.version },
    tutorial: { count: 0, done: 0 },
    qualification: { count: 0, done: 0, attempts_left: 2, thresholds: { span_f1: 0.6, type_accuracy: 0.75, missing_f1: 0.5 }, result: null },
    pay: null,
    submitted: 0,
    active_seconds: 0,
    earned: null,
    ...change,
  };
}

export type Answer = { status: number; body?: unknown };
type Route = (body: unknown) => Answer | Promise<Answer>;

/** Answers by "METHOD path"; what is not given: a person in one project, drafts, and three assignments to do. */
export function serve(routes: Record<string, Route> = {}) {
  let next = 1;
  let revision = 0;
  const submitted: Submission[] = [];
  const defaults: Record<string, Route> = {
    "GET /api/v1/me": () => ({ status: 200, body: { id: 1, username: "ann", is_staff: false, projects: [{ id: 7, slug: "demo", name: "Demo", role: "annotator", pseudonym: "p" }] } }),
    "GET /api/v1/projects/7/desk": () => ({ status: 200, body: standingOf() }),
    "POST /api/v1/projects/7/assignments/next": (body) => {
      const free = next + Number((body as { after: number | null }).after === next);
      return free > 3 ? { status: 204 } : { status: 200, body: assignmentOf(free) };
    },
    "PUT draft": () => ({ status: 200, body: { revision: (revision += 1) } }),
    "POST heartbeat": () => ({ status: 200, body: { leased_until: "2030-01-01T00:00:00Z" } }),
    "POST release": () => {
      next += 1;
      return { status: 204 };
    },
    "POST submit": (body) => {
      submitted.push(body as Submission);
      next += 1;
      return { status: 200, body: { annotation_id: "x", counted: true, replayed: false } };
    },
  };
  const fetch = vi.fn(async (request: Request) => {
    const path = new URL(request.url).pathname;
    const short = `${request.method} ${path.split("/").at(-1)}`;
    const route = routes[`${request.method} ${path}`] ?? routes[short] ?? defaults[`${request.method} ${path}`] ?? defaults[short];
    if (!route) throw new TypeError(`no route for ${request.method} ${path}`);
    const text = await request.text();
    const { status, body } = await route(text ? JSON.parse(text) : undefined);
    return new Response(body === undefined ? null : JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
  });
  vi.stubGlobal("fetch", fetch);
  return { submitted, fetch };
}

export async function openPage() {
  const view = render(<AnnotatePage slug="demo" />);
  const user = userEvent.setup();
  await waitFor(() => expect(screen.getByRole("heading", { level: 1 }).textContent).not.toBe(t.loading));
  return { user, ...view };
}

export const textBox = () => screen.getByRole("textbox", { name: /text to mark/ });
/** The n-th piece of the response that reads exactly so. */
export const word = (name: string, n = 0) => [...textBox().querySelectorAll("[data-start]")].filter((piece) => piece.textContent === name)[n]!;
export const marked = () => [...textBox().querySelectorAll("mark")].map((mark) => mark.textContent);
