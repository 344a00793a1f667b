import { act, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Lesson, Standing } from "../../../api/types";
import { speak } from "../../../text/strings";
import { assignmentOf, openPage, serve, standingOf, textBox, word, type Answer } from "../testing";
import { money } from "../money";
import { blocks } from "./prose";
import { tally, type Feedback } from "./verdicts";

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});
afterEach(() => vi.unstubAllGlobals());

describe("prose", () => {
  test("has paragraphs between blank lines, and lists of lines that begin with a dash", () => {
    expect(blocks("One\nline more.\r\n\r\nRead:\n- this,\n  and more of it\n- that\n\n\nEnd.")).toEqual([
      { kind: "paragraph", text: "One\nline more." },
      { kind: "paragraph", text: "Read:" },
      { kind: "list", items: ["this, and more of it", "that"] },
      { kind: "paragraph", text: "End." },
    ]);
  });

  test("leaves dashes and markup inside a line alone", () => {
    expect(blocks("well-known - <b>x</b>")).toEqual([{ kind: "paragraph", text: "well-known - <b>x</b>" }]);
    expect(blocks(" \n\n ")).toEqual([]);
  });
});

test("money is written as the language does", async () => {
  expect(money(1234.5, "EUR")).toBe("€1,234.50");
  await speak("de");
  expect(money(1234.5, "EUR")).toBe("1.234,50\u00a0€");
  await speak("en");
  expect(money(2, "no currency")).toBe("2.00 no currency");
});

const spanOf = (verdict: "matched" | "missed" | "extra" | "wrong_type", change: Partial<Feedback["spans"][0]> = {}): Feedback["spans"][0] => ({
  response: 0, verdict, start: 0, end: 9, type: "plain", gold_start: 0, gold_end: 9, gold_type: "plain", why: "", ...change,
});

test("what was found is counted with what has another type, and without what is no error", () => {
  const spans = [spanOf("matched"), spanOf("wrong_type"), spanOf("missed"), spanOf("extra")];
  expect(tally({ spans, missing: [] })).toEqual({ found: 2, all: 3, extra: 1 });
});

/** A server on which the person moves from step to step. */
function serveSteps(steps: Partial<Standing>[], routes: Parameters<typeof serve>[0] = {}) {
  let at = 0;
  const on = (answer: Answer) => () => {
    at = Math.min(at + 1, steps.length - 1);
    return answer;
  };
  const server = serve({
    "GET /api/v1/projects/7/desk": () => ({ status: 200, body: standingOf(steps[at]) }),
    "POST agreements": on({ status: 204 }),
    ...routes,
  });
  const asked = (path: string) => server.fetch.mock.calls.filter(([request]) => new URL(request.url).pathname.endsWith(path)).length;
  return { ...server, on, asked };
}

const button = (name: string) => screen.getByRole("button", { name });
const heading = (name: string) => screen.findByRole("heading", { level: 1, name });

describe("before the work", () => {
  const consent = { version: "c1", body: "Of my own will." };

  test("come consent with the warning, then the guideline, then the text; nothing is leased before", async () => {
    const { asked } = serveSteps([{ step: "consent", consent, content_warning: "War." }, { step: "guideline", content_warning: "War.", guideline: { version: "1", body: "- Read.", agreed_version: null } }, { content_warning: "War." }]);
    const { user } = await openPage();
    expect([screen.getByText("Of my own will."), screen.getByText("War."), screen.getByText("Version c1")]).toHaveLength(3);
    await user.click(button("I agree"));
    await heading("Read the guideline");
    expect(screen.getByRole("listitem").textContent).toBe("Read.");
    expect(asked("/assignments/next")).toBe(0);
    await user.click(button("I have read it"));
    await waitFor(textBox);
  });

  test("the warning stands alone where no consent is asked, once in a tab", async () => {
    serveSteps([{ content_warning: "War." }]);
    const { user, unmount } = await openPage();
    expect(screen.queryByRole("textbox")).toBeNull();
    await user.click(button("I have read this, go on"));
    await waitFor(textBox);
    unmount();
    await openPage();
    expect(textBox()).toBeTruthy();
  });

  test("a consent form that changed meanwhile is shown as it is now", async () => {
    const outdated = { status: 409, body: { code: "agreement_outdated", message: "Old.", fields: {} } };
    const forms = [consent, { version: "c2", body: "Other words." }];
    let at = 0;
    serve({
      "GET /api/v1/projects/7/desk": () => ({ status: 200, body: standingOf({ step: "consent", consent: forms[at]! }) }),
      "POST agreements": () => {
        at = 1;
        return outdated;
      },
    });
    const { user } = await openPage();
    await user.click(button("I agree"));
    expect(await screen.findByText("Other words.")).toBeTruthy();
    expect((await screen.findByRole("alert")).textContent).toMatch(/new version/);
  });

  test("whoever does not agree leaves, and may think again", async () => {
    serveSteps([{ step: "consent", consent }]);
    const { user } = await openPage();
    await user.click(button("I do not agree"));
    await heading("That is it for now");
    expect(screen.getByText(/You have not agreed/)).toBeTruthy();
    await user.click(button("Go on now"));
    await heading("Before you start");
  });
});

function lessonOf(part: Lesson["part"], number: number, count: number): Lesson {
  const { example, taxonomy, guideline, desk } = assignmentOf(1);
  return { id: number, part, number, count, example, taxonomy, guideline, desk: { ...desk, asks: ["marks"] } };
}

describe("a lesson", () => {
  const feedback: Feedback = {
    spans: [
      spanOf("matched", { why: "Because." }),
      spanOf("wrong_type", { start: 13, end: 17, type: "plain", gold_start: 10, gold_end: 17, gold_type: "wrong" }),
      spanOf("missed", { start: 31, end: 37 }),
      spanOf("extra", { start: 39, end: 41, gold_start: null, gold_end: null, gold_type: null }),
    ],
    missing: [{ response: 0, verdict: "missed", type: "absent", evidence: [{ passage: 1, sentence: 2 }], gold_type: "absent", gold_evidence: [{ passage: 1, sentence: 2 }], why: "It was asked." }],
  };

  async function openTutorial(attempts: () => Answer = () => ({ status: 200, body: { score: null, feedback } })) {
    const sent: { client_id: string }[] = [];
    const server = serveSteps([{ step: "tutorial", tutorial: { count: 2, done: 0 } }], {
      "POST /api/v1/projects/7/lessons/next": () => ({ status: 200, body: lessonOf("tutorial", 1, 2) }),
      "POST attempts": (body) => {
        sent.push(body as { client_id: string });
        return attempts();
      },
    });
    const page = await openPage();
    await page.user.click(button("Start"));
    await waitFor(textBox);
    return { ...server, ...page, sent };
  }

  test("is checked, compared and tried again, with the marks still there", async () => {
    const { user, sent } = await openTutorial();
    await user.click(word("opened"));
    await user.keyboard("1");
    await user.click(button("Check"));
    await heading("Your marks beside the right ones");
    expect(screen.getByText("You found 2 of 4 errors. 1 mark is too many.")).toBeTruthy();
    const drawn = [...document.querySelectorAll("mark")].map((mark) => [mark.textContent, mark.dataset.line]);
    expect(drawn).toEqual([["It opened", "solid"], ["1923", "wavy"], ["towers", "dashed"], ["it", "dotted"]]);
    const [right, other, missed, extra, absent] = screen.getAllByRole("listitem").map((item) => item.textContent);
    expect(right).toMatch(/Right.*Plain.*It opened.*Because\./);
    expect(other).toMatch(/another type.*1923.*right words are.*in 1923.*Right would be: Wrong/);
    expect([missed, extra, absent]).toEqual([expect.stringMatching(/Missed.*towers/), expect.stringMatching(/Not an error.*it/), expect.stringMatching(/Missed.*Absent.*P1 S2.*It was asked/)]);
    await user.click(button("Try again"));
    await waitFor(() => expect(textBox().querySelector("mark")?.textContent).toBe("opened"));
    await user.click(button("Check"));
    await heading("Your marks beside the right ones");
    expect(sent).toHaveLength(2);
  });

  test("that failed on the way is sent again under the same id, and its marks outlive a reload", async () => {
    let cut = true;
    const { user, sent, unmount } = await openTutorial(() => {
      if (cut) throw new TypeError("cut");
      return { status: 200, body: { score: null, feedback } };
    });
    await user.click(word("opened"));
    await user.keyboard("1");
    await user.click(button("Check"));
    expect((await screen.findByRole("alert")).textContent).toMatch(/cut/);
    cut = false;
    await user.click(button("Check"));
    await heading("Your marks beside the right ones");
    expect(sent[0]!.client_id).toBe(sent[1]!.client_id);
    unmount();
    const again = await openPage();
    await again.user.click(button("Start"));
    await waitFor(() => expect(textBox().querySelector("mark")?.textContent).toBe("opened"));
  });

  test("does not go out before something is said about the text", async () => {
    const { user, sent } = await openTutorial();
    await user.click(button("Check"));
    expect(within(screen.getByRole("dialog")).getByText(/say that nothing is/)).toBeTruthy();
    expect(sent).toEqual([]);
  });
});

describe("the qualification", () => {
  const figures = { span_f1: 0.3, type_accuracy: 0.8, missing_f1: 0.5 };
  const sitting = (attempts_left: number, done: number, passed: boolean | null): Standing["qualification"] => ({
    ...standingOf().qualification, count: 1, done, attempts_left, result: passed === null ? null : { ...figures, passed },
  });

  function serveQualification(after: Partial<Standing>) {
    let standing: Partial<Standing> = { step: "qualification", qualification: sitting(2, 0, null) };
    return serve({
      "GET /api/v1/projects/7/desk": () => ({ status: 200, body: standingOf(standing) }),
      "POST /api/v1/projects/7/lessons/next": () => ({ status: 200, body: lessonOf("qualification", 1, 1) }),
      "POST attempts": () => {
        standing = after;
        return { status: 200, body: { score: null, feedback: null } };
      },
    });
  }

  async function take() {
    const page = await openPage();
    expect(screen.getByText("You have 2 attempts.")).toBeTruthy();
    await page.user.click(button("Start"));
    await waitFor(textBox);
    await page.user.click(screen.getByRole("checkbox"));
    await page.user.click(button("Submit"));
    return page;
  }

  test("that is passed shows its figures before the first text", async () => {
    const { fetch } = serveQualification({ qualification: sitting(1, 1, true) });
    const { user } = await take();
    await heading("You have passed");
    expect(screen.getByRole("row", { name: /Of the right type 80 % enough 75 %/ })).toBeTruthy();
    expect(fetch.mock.calls.some(([request]) => request.url.endsWith("/assignments/next"))).toBe(false);
    await user.click(button("Go to the first text"));
    await waitFor(textBox);
  });

  test("that is not passed can be tried again, with the guideline at hand", async () => {
    serveQualification({ step: "qualification", qualification: sitting(1, 0, false) });
    const { user } = await take();
    await heading("Not passed yet");
    expect(screen.getByRole("row", { name: /Errors marked where they are 30 % not enough 60 %/ })).toBeTruthy();
    expect(screen.getByText("Read first.")).toBeTruthy();
    await user.click(button("Try again"));
    await heading("Now without help");
    expect(screen.getByText("You have one more attempt.")).toBeTruthy();
  });

  test("that is failed for good says why and what next", async () => {
    serveQualification({ step: "failed", qualification: sitting(0, 0, false) });
    await take();
    await heading("Not passed");
    expect(screen.getByText(/write to the people who run it/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: /again/ })).toBeNull();
  });
});

describe("the survey", () => {
  const question = { required: true, points: 5, low: "", high: "", options: [], multiple: false, when: null };
  const survey: Standing["survey"] = [
    { ...question, key: "english", text: "How good is your English?", kind: "rating" },
    { ...question, key: "from", text: "Where do you live?", kind: "choice", required: false, options: [{ key: "de", name: "Germany" }, { key: "uk", name: "UK" }] },
    { ...question, key: "where", text: "Which part?", kind: "text", required: false, when: { answer: "from", is: ["de"] } },
  ];

  async function openSurvey() {
    const sent: unknown[] = [];
    serve({
      "GET /api/v1/projects/7/desk": () => ({ status: 200, body: standingOf(sent.length ? {} : { step: "survey", survey }) }),
      "POST survey": (body) => {
        sent.push(body);
        return { status: 204 };
      },
    });
    const page = await openPage();
    await heading("A few questions about you");
    return { ...page, sent };
  }

  test("asks what its questions ask, and sends what was answered", async () => {
    const { user, sent } = await openSurvey();
    await user.click(button("Send and go on"));
    expect(screen.getByRole("alert").textContent).toBe("An answer is missing: How good is your English?");
    expect(document.activeElement).toBe(screen.getByRole("radio", { name: "1" }));
    await user.click(screen.getByRole("radio", { name: "4" }));
    expect([screen.queryByRole("alert"), screen.queryByRole("textbox")]).toEqual([null, null]);
    await user.click(screen.getByRole("radio", { name: "Germany" }));
    await user.type(screen.getByRole("textbox"), "Kiel");
    await user.click(button("Send and go on"));
    await waitFor(textBox);
    expect(sent).toEqual([{ answers: { english: 4, from: "de", where: "Kiel" } }]);
  });

  test("may be answered with nothing", async () => {
    const { user, sent } = await openSurvey();
    await user.click(screen.getByRole("radio", { name: "UK" }));
    await user.click(button("Take the answer back"));
    await user.click(button("I would rather not say"));
    await waitFor(textBox);
    expect(sent).toEqual([{ answers: {} }]);
  });
});

describe("a study", () => {
  const study: NonNullable<Standing["study"]> = { name: "Moons", state: "working", texts: 3, done: 2, minutes: 20, reward: 4.5, currency: "GBP", seconds: 1200 };
  const link = () => screen.getByRole("link", { name: /your code/i }).getAttribute("href");

  test("tells in the top bar how much of it is done, and beside stopping the way to end it", async () => {
    serve({
      "GET /api/v1/projects/7/desk": () => ({ status: 200, body: standingOf({ study, submitted: 12 }) }),
      "POST /api/v1/projects/7/assignments/next": () => ({ status: 200, body: assignmentOf(1, { progress: { submitted: 12, open: 40, active_seconds: 0, earned: null } }) }),
    });
    const { user } = await openPage();
    expect(screen.getByText("2 submitted of 3")).toBeTruthy();
    await user.click(screen.getByText("Stop for now"));
    expect(link()).toBe("/part/demo");
    await user.click(button("Stop"));
    await heading("That is it for now");
    expect(screen.getByText(/The study “Moons”: 2 of 3 texts\. It pays £4\.50\.$/)).toBeTruthy();
    expect(link()).toBe("/part/demo");
  });

  test("says after its last text that it is done, what it pays, and where the code is", async () => {
    let sent = 0;
    serve({
      "GET /api/v1/projects/7/desk": () => ({ status: 200, body: standingOf(sent ? { step: "finished", study: { ...study, done: 3 }, submitted: 3 } : { study, submitted: 2 }) }),
      "POST /api/v1/projects/7/assignments/next": (body) => {
        if ((body as { after: number | null }).after) return { status: 204 };
        return sent ? { status: 409, body: { code: "work_finished", message: "Done.", fields: {} } } : { status: 200, body: assignmentOf(1) };
      },
      "POST submit": () => {
        sent += 1;
        return { status: 200, body: { annotation_id: "x", counted: true, replayed: false } };
      },
    });
    const { user } = await openPage();
    await user.click(screen.getByRole("checkbox"));
    await user.click(button("They are equally good"));
    await user.click(button("Submit and next"));
    await heading("All done");
    expect(screen.getByText(/3 of 3 texts\. It pays £4\.50, which is £13\.50 an hour for the time it took you\./)).toBeTruthy();
    expect(link()).toBe("/part/demo");
  });

  test.each(["failed", "paused"] as const)("is told to whom nothing is left to do in it (%s)", async (step) => {
    serveSteps([{ step, study }]);
    await openPage();
    expect(link()).toBe("/part/demo");
  });
});

describe("at work", () => {
  test("a new guideline is read before the next text, although that was asked for already", async () => {
    const changed: Partial<Standing> = { step: "guideline", guideline: { version: "2", body: "New words.", agreed_version: "1" } };
    const refused = { status: 409, body: { code: "guideline_changed", message: "Read.", fields: {} } };
    let standing: Partial<Standing> = {};
    let texts = 0;
    serve({
      "GET /api/v1/projects/7/desk": () => ({ status: 200, body: standingOf(standing) }),
      "POST /api/v1/projects/7/assignments/next": () => (standing.step ? refused : { status: 200, body: assignmentOf((texts += 1)) }),
      "POST submit": () => {
        standing = changed;
        return { status: 200, body: { annotation_id: "x", counted: true, replayed: false } };
      },
      "POST agreements": () => {
        standing = {};
        return { status: 204 };
      },
    });
    const { user } = await openPage();
    await user.click(screen.getByRole("checkbox"));
    await user.click(button("They are equally good"));
    await user.click(button("Submit and next"));
    await heading("The guideline has changed");
    expect(screen.getByText(/You have read version 1/)).toBeTruthy();
    await user.click(button("I have read it"));
    await waitFor(textBox);
  });

  test("work and pay are told in the top bar, and nothing of pay where there is none", async () => {
    const progress = { submitted: 2, open: 3, active_seconds: 4260, earned: 1 };
    const next = { "POST /api/v1/projects/7/assignments/next": () => ({ status: 200, body: assignmentOf(1, { progress }) }) };
    serveSteps([{ pay: { currency: "USD", per_text: 0.5 } }], next);
    const { unmount } = await openPage();
    expect([screen.getByText("2 submitted of 6"), screen.getByText("1 h 11 min of work"), screen.getByText("$1.00 earned")]).toHaveLength(3);
    unmount();
    serveSteps([{}], next);
    await openPage();
    expect(screen.queryByText(/earned/)).toBeNull();
  });

  test("a problem is reported with its reason, and the text stays", async () => {
    const flags: unknown[] = [];
    serve({
      "POST flag": (body) => {
        flags.push(body);
        return { status: 204 };
      },
    });
    const { user } = await openPage();
    textBox().focus();
    await user.keyboard("r");
    const dialog = screen.getByRole("dialog", { name: "Report a problem" });
    await user.click(within(dialog).getByLabelText(/broken/));
    await user.type(within(dialog).getByRole("textbox"), " Half is gone. ");
    await user.click(within(dialog).getByRole("button", { name: "Report" }));
    await user.click(await screen.findByRole("button", { name: "Go on with the text" }));
    expect(flags).toEqual([{ reason: "broken", note: "Half is gone." }]);
    expect(textBox()).toBeTruthy();
  });

  test("stopping says what was done, and gives the text back if so wanted", async () => {
    const { fetch } = serveSteps([{ submitted: 2, active_seconds: 1800, earned: 3, pay: { currency: "USD", per_text: 1.5 } }]);
    const { user } = await openPage();
    await user.click(screen.getByText("Stop for now"));
    await user.click(screen.getByLabelText(/Give it back/));
    await user.click(button("Stop"));
    await heading("That is it for now");
    expect(screen.getByText(/You have submitted 2 texts\. Thank you\. That was 30 min of work\. You have earned \$3\.00, about \$6\.00 an hour\./)).toBeTruthy();
    expect(screen.getByText(/was given back/)).toBeTruthy();
    expect(fetch.mock.calls.some(([request]) => request.url.endsWith("/release"))).toBe(true);
    await user.click(button("Go on now"));
    await waitFor(textBox);
  });

  test("another language is spoken at once, and nothing on the desk is lost", async () => {
    serve();
    const { user } = await openPage();
    await user.click(word("opened"));
    await user.keyboard("1");
    await user.selectOptions(screen.getByLabelText("Language"), "Deutsch");
    expect(await screen.findByRole("button", { name: "Abgeben und weiter" })).toBeTruthy();
    expect(document.querySelector("mark")?.textContent).toBe("opened");
    expect(screen.getByRole("button", { name: /^Entfernen/ })).toBeTruthy();
    expect([document.documentElement.lang, localStorage.getItem("redpen:language")]).toEqual(["de", "de"]);
    await act(() => speak("en"));
  });
});
