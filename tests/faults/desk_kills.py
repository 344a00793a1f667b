"""Kills the tab of an annotator at work, again and again, and counts what was lost: `make faults-desk KILLS=200`.

Somebody fast (a mark in a quarter of a second, fourteen letters in one) marks words one after the other, types a
correction letter by letter, submits, and goes on with the next text.
At a random moment the tab's process is killed (SIGKILL, as a crash or a lack of memory would). The next tab must show
all but at most one mark, and all that was typed but for at most the last second; and in the end each submitted text
must be stored once, exactly as it was. Prints a table and writes .redpen/reports/faults-desk.json; fails on any loss
beyond that.
"""

import json
import os
import random
import signal
import string
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests.served import REPORTS, chromium, served, signed_in

WORDS = "the tower opened early in spring and many people came to see how tall it really was".split()  # noqa: SIM905
TEXT = " ".join(WORDS).capitalize() + "."
MARKS, LETTERS = 8, 24
TYPING_SECONDS = 1.0
SETTLE_SECONDS = 30
# A key press in a tab that is killed is not answered.
PRESS_MS = 2000
# A submit is over soon; else hardly any kill would come amid one.
SUBMITS_KILLED = 0.5
NEXT_IS_THERE = """before => document.querySelector("[data-zone=text]")
    && document.querySelector("h1").textContent !== before"""


@dataclass
class Text:
    """What was done on one text, as far as the page had taken the keys."""

    marks: int = 0
    typed: str = ""
    at: list[float] = field(default_factory=list)
    submitted: bool = False


@dataclass
class Figures:
    kills: int = 0
    during: dict[str, int] = field(default_factory=lambda: {"marking": 0, "typing": 0, "submitting": 0})
    marks_made: int = 0
    letters_typed: int = 0
    marks_lost: list[int] = field(default_factory=list)
    letters_lost: list[int] = field(default_factory=list)
    seconds_lost: list[float] = field(default_factory=list)
    submitted: int = 0
    problems: list[str] = field(default_factory=list)

    def table(self) -> list[tuple[str, str, str]]:
        worst = max(self.seconds_lost, default=0.0)
        return [
            ("tabs killed", ", ".join(f"{count} while {what}" for what, count in self.during.items()), str(self.kills)),
            ("marks lost, of those made", f"at most {max(self.marks_lost, default=0)} at a time", self._of("marks")),
            ("letters lost, of those typed", f"at most the last {worst:.2f} s", self._of("letters")),
            ("texts submitted, each stored once", "", str(self.submitted)),
            ("losses beyond a mark and a second", "", str(len(self.problems))),
        ]

    def _of(self, what: str) -> str:
        lost, made = (
            (self.marks_lost, self.marks_made) if what == "marks" else (self.letters_lost, self.letters_typed)
        )
        return f"{sum(lost)} of {made}"


def main() -> int:
    kills, seed = int(os.environ.get("KILLS", "200")), int(os.environ.get("SEED", "0"))
    folder = tempfile.TemporaryDirectory(prefix="redpen-faults-", ignore_cleanup_errors=True)
    with folder as name, served(Path(name)) as url, chromium() as browser:
        figures = kill_tabs(browser, url, "kills", kills, seed)
    for what, detail, value in figures.table():
        print(f"{what:<36}{value:>14}  {detail}")
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / "faults-desk.json").write_text(json.dumps({"seed": seed, **vars(figures)}, indent=1))
    return 1 if figures.problems else 0


def kill_tabs(browser: Browser, url: str, slug: str, kills: int, seed: int) -> Figures:
    from tests.annotator.factories import make_examples, make_project, make_user

    project = make_project(make_user(f"owner-{slug}", is_staff=True), slug, desk={"asks": ["marks", "correction"]})
    make_examples(project, kills + 10, (TEXT,))
    context = signed_in(browser, url, make_user(f"ann-{slug}", project))
    context.set_default_timeout(20_000)
    run = _Run(context, slug, random.Random(seed))
    for number in range(kills):
        run.work_until_killed()
        if (number + 1) % 20 == 0:
            print(f"  {number + 1} tabs killed, {len(run.figures.problems)} losses", flush=True)
    run.finish()
    context.close()
    return run.figures


class _Run:
    def __init__(self, context: BrowserContext, slug: str, chance: random.Random) -> None:
        self.context, self.slug, self.chance = context, slug, chance
        self.texts: dict[str, Text] = {}
        self.figures = Figures()
        self.doing = "marking"
        self.killed_at = 0.0
        self.timer = threading.Timer(0, self._kill, [[]])

    def work_until_killed(self) -> None:
        page = self._open()
        current = self._check(page)
        self._kill_within(page, self.chance.uniform(0.05, 2.5))
        try:
            while True:
                current = self._act(page, current)
        except Error:
            self.timer.join()
        self.figures.kills += 1
        self.figures.during[self.doing] += 1
        page.close()

    def finish(self) -> None:
        """Lets the last tab send what waits, then looks at what the server has."""
        from annotator.models import Annotation

        page = self._open()
        self._check(page)
        submitted = {question: text for question, text in self.texts.items() if text.submitted}
        ours = Annotation.objects.filter(project__slug=self.slug).select_related("assignment__example")
        deadline = time.monotonic() + SETTLE_SECONDS
        while ours.count() < len(submitted) and time.monotonic() < deadline:
            page.wait_for_timeout(100)
        stored = {annotation.assignment.example.question: annotation for annotation in ours}
        if len(stored) != ours.count():
            self._problem(f"{ours.count()} annotations of {len(stored)} texts")
        for question, text in submitted.items():
            judgement = stored[question].judgements.get() if question in stored else None
            found = judgement and (judgement.spans.count(), (judgement.corrected_text or "").removeprefix(TEXT))
            if found != (text.marks, text.typed):
                self._problem(f"{question}: {found} is stored of {(text.marks, text.typed)}")
        self.figures.submitted = len(stored)
        page.close()

    def _open(self, attempts: int = 5) -> Page:
        """A fresh tab. The browser keeps a spare process for one, which the kill may have taken along."""
        try:
            page = self.context.new_page()
            page.goto(f"/annotate/{self.slug}")
            page.wait_for_selector("[data-zone=text]")
        except Error:
            if attempts == 1:
                raise
            return self._open(attempts - 1)
        return page

    def _check(self, page: Page) -> Text:
        """Holds what the page shows against what was done, and goes on from what it shows."""
        question = page.get_by_role("heading", level=1).inner_text()
        text = self.texts.setdefault(question, Text())
        # A submit that the kill came before is done again.
        text.submitted = False
        marks = page.locator("[data-zone=text] mark").count()
        typed = page.locator("#correction-field").input_value().removeprefix(TEXT)
        lost = text.marks - marks
        if lost > 1:
            self._problem(f"{question}: {marks} marks of {text.marks}")
        if not text.typed.startswith(typed) and not typed.startswith(text.typed):
            self._problem(f"{question}: “{typed}” of “{text.typed}”")
        gone = text.at[len(typed) :]
        seconds = self.killed_at - gone[0] if gone else 0.0
        if seconds > TYPING_SECONDS:
            self._problem(f"{question}: {seconds:.2f} s of typing")
        self.figures.marks_lost.append(max(0, lost))
        self.figures.letters_lost.append(len(gone))
        self.figures.seconds_lost.append(seconds)
        text.marks, text.typed = marks, typed
        text.at = [*text.at, *[self.killed_at] * len(typed)][: len(typed)]
        self.killed_at = 0.0
        return text

    def _act(self, page: Page, text: Text) -> Text:
        to_mark, to_type = text.marks < MARKS, len(text.typed) < LETTERS
        if not to_mark and not to_type:
            return self._submit(page, text)
        if to_mark and (not to_type or self.chance.random() < 0.5):
            self._mark(page, text, self.chance.randint(1, 5))
        else:
            self._type(page, text, self.chance.randint(5, 25))
        return text

    def _mark(self, page: Page, text: Text, count: int) -> None:
        self.doing = "marking"
        words = page.locator("[data-zone=text]")
        words.press("Control+Home", timeout=PRESS_MS)
        words.press("Escape", timeout=PRESS_MS)
        for _ in range(text.marks + 1):
            words.press("ArrowRight", timeout=PRESS_MS)
        # From a word that is marked the cursor goes on to the next one.
        for _ in range(min(count, MARKS - text.marks)):
            page.wait_for_timeout(self.chance.uniform(50, 200))
            words.press("1", timeout=PRESS_MS)
            shown = page.locator("[data-zone=text] mark").count()
            self.figures.marks_made += shown - text.marks
            text.marks = shown
            page.wait_for_timeout(self.chance.uniform(50, 200))

    def _type(self, page: Page, text: Text, count: int) -> None:
        self.doing = "typing"
        correction = page.locator("#correction-field")
        correction.press("Control+End", timeout=PRESS_MS)
        for letter in self.chance.choices(string.ascii_lowercase, k=count):
            correction.press(letter, timeout=PRESS_MS)
            text.typed += letter
            text.at.append(time.monotonic())
            self.figures.letters_typed += 1
            page.wait_for_timeout(self.chance.uniform(20, 120))

    def _submit(self, page: Page, text: Text) -> Text:
        self.doing = "submitting"
        heading = page.get_by_role("heading", level=1)
        before = heading.inner_text()
        text.submitted = True
        if self.chance.random() < SUBMITS_KILLED:
            self._kill_within(page, self.chance.uniform(0, 0.2))
        page.locator("#correction-field").press("Control+Enter", timeout=PRESS_MS)
        page.wait_for_function(NEXT_IS_THERE, arg=before)
        return self.texts.setdefault(heading.inner_text(), Text())

    def _problem(self, what: str) -> None:
        self.figures.problems.append(what)
        print(f"  after {self.figures.kills} kills: {what}", flush=True)

    def _kill_within(self, page: Page, seconds: float) -> None:
        self.timer.cancel()
        self.timer = threading.Timer(seconds, self._kill, [_renderers(page)])
        self.timer.start()

    def _kill(self, renderers: list[int]) -> None:
        self.killed_at = time.monotonic()
        for process in renderers:
            os.kill(process, signal.SIGKILL)


def _renderers(page: Page) -> list[int]:
    """Process ids of the browser's tabs."""
    browser = page.context.browser
    assert browser
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return [process["id"] for process in processes if process["type"] == "renderer"]


if __name__ == "__main__":
    sys.exit(main())
