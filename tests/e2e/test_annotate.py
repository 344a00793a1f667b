"""The annotate page against the real server: what is done in the browser is what is stored."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

FIRST, SECOND = "Oru has two moons. 🌕 It has two moons, and a ring of ice.", "Oru has <b>one</b> moon."


@pytest.fixture
def project(transactional_db: None) -> Any:
    from tests.annotator.factories import make_project, make_user

    return make_project(make_user("olga", is_staff=True))


@pytest.fixture
def ann(project: Any) -> Any:
    from tests.annotator.factories import make_user

    return make_user("ann", project)


@pytest.fixture
def examples(project: Any) -> list[Any]:
    from tests.annotator.factories import make_examples

    return make_examples(project, 3, (FIRST, SECOND))


@pytest.fixture
def page(context_of: Any, errors: Any, ann: Any, examples: list[Any]) -> Page:
    return open_desk(errors(context_of(ann).new_page()))


def open_desk(page: Page) -> Page:
    page.goto("/annotate/moons")
    expect(text_of(page)).to_be_focused()
    return page


def text_of(page: Page) -> Any:
    return page.get_by_role("textbox", name="text to mark")


def word(page: Page, name: str, nth: int = 0) -> Any:
    return text_of(page).locator("[data-start]").get_by_text(name, exact=True).nth(nth)


def keys(page: Page, *names: str) -> None:
    for name in names:
        page.keyboard.press(name)


def saved(page: Page) -> None:
    expect(page.get_by_text("Saved just now")).to_be_visible()


def stored() -> list[dict[str, Any]]:
    """All annotations as plain data, oldest first."""
    from annotator.models import Annotation

    return [
        {
            "judgements": [
                {
                    "spans": [
                        (span.quote, span.type, _antecedent(span, judgement.response.text), span.evidence)
                        for span in judgement.spans.order_by("start", "end")
                    ],
                    "missing": [(mark.type, mark.evidence) for mark in judgement.missing.order_by("pk")],
                    "corrected": judgement.corrected_text,
                }
                for judgement in annotation.judgements.order_by("response__index")
            ],
            "comparisons": [(c.first, c.second, c.preferred) for c in annotation.comparisons.order_by("pk")],
            "display_order": annotation.display_order,
        }
        for annotation in Annotation.objects.order_by("submitted_at")
    ]


def _antecedent(span: Any, text: str) -> str | None:
    return None if span.antecedent_start is None else text[span.antecedent_start : span.antecedent_end]


CLEAN = {"spans": [], "missing": [], "corrected": None}


def test_a_text_by_keyboard_alone(page: Page) -> None:
    keys(page, "ArrowRight", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "3")  # "two moons" is inconsistent
    keys(page, "e", "ArrowDown", "ArrowDown", "Space", "Escape")  # because of P1 S2
    keys(page, "ArrowDown", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "2")  # repetitive …
    keys(page, "ArrowUp", "ArrowUp", "s", "Enter")  # … of the first sentence
    keys(page, "m", "7", "ArrowUp", "Space", "Escape")
    keys(page, "c", "Control+a")
    page.keyboard.type("Oru has one moon, and a ring of dust.")
    page.get_by_role("button", name="Move response A up").focus()
    keys(page, "ArrowUp", "Control+Enter")
    expect(page.get_by_text("1 submitted")).to_be_visible()
    expect(text_of(page)).to_be_focused()

    (annotation,) = stored()
    shown = annotation["display_order"] or [0, 1]
    (judgement,) = annotation["judgements"]
    assert judgement["spans"][0] == ("two moons", "inconsistent_fact", None, [{"passage": 1, "sentence": 2}])
    assert judgement["spans"][1][1:3] == ("repetitive", "Oru has two moons.")
    assert len(judgement["spans"]) == 2
    assert [type for type, _ in judgement["missing"]] == ["missing_major_auxiliary"]
    assert len(judgement["missing"][0][1]) == 1
    assert judgement["corrected"] == "Oru has one moon, and a ring of dust."
    assert annotation["comparisons"] == [(shown[0], shown[1], "first")]


def test_a_text_by_mouse_alone(page: Page) -> None:
    word(page, "It").hover()
    page.mouse.down()
    word(page, "moons", 1).hover()
    page.mouse.up()
    page.get_by_role("button", name="Repetitive").click()
    word(page, "Oru").click()
    word(page, "moons").click()
    word(page, "ice").click()
    page.get_by_role("button", name="Inconsistent fact").click()
    page.get_by_role("button", name="Open all").click()
    page.get_by_role("button", name="The ring is of dust.").click()
    page.get_by_role("button", name="Done").first.click()
    page.get_by_role("button", name="Add missing information").click()
    page.get_by_role("button", name="Missing answer").click()
    page.get_by_role("button", name="It has one moon.").click()
    page.get_by_role("textbox", name="without its errors").fill("Oru has one moon.")
    page.get_by_role("button", name="They are equally good").click()
    page.get_by_role("button", name="Submit and next").click()
    expect(page.get_by_text("1 submitted")).to_be_visible()

    (annotation,) = stored()
    assert annotation["judgements"] == [
        {
            "spans": [
                ("It has two moons", "repetitive", "Oru has two moons", []),
                ("ice", "inconsistent_fact", None, [{"passage": 2, "sentence": 1}]),
            ],
            "missing": [("missing_answer", [{"passage": 1, "sentence": 2}])],
            "corrected": "Oru has one moon.",
        }
    ]
    assert [preferred for _, _, preferred in annotation["comparisons"]] == ["tie"]


def test_marking_never_moves_the_text(page: Page) -> None:
    before = [word(page, name).bounding_box() for name in ("has", "ring", "ice")]
    keys(page, "s", "1", "ArrowRight", "s", "5", "Escape")
    word(page, "moons").click()
    page.get_by_role("button", name="Unverifiable fact").click()
    assert [word(page, name).bounding_box() for name in ("has", "ring", "ice")] == before


def test_alt_takes_single_characters(page: Page) -> None:
    box = word(page, "moons").bounding_box()
    page.keyboard.down("Alt")
    page.mouse.move(box["x"] + 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
    page.mouse.up()
    page.keyboard.up("Alt")
    keys(page, "1")
    assert text_of(page).locator("mark").inner_text() in ("m", "mo")


def test_skipping_and_the_end_of_work(page: Page) -> None:
    for _ in range(3):
        question = page.get_by_role("heading", level=1).inner_text()
        page.get_by_role("button", name="Skip").click()
        page.get_by_role("dialog").get_by_role("button", name="Skip").click()
        expect(page.get_by_role("heading", level=1)).not_to_have_text(question)
    expect(page.get_by_role("heading", name="Nothing to mark right now")).to_be_visible()


def test_texts_are_never_markup(page: Page, errors: Any) -> None:
    expect(page.get_by_text("Oru has <b>one</b> moon.")).to_be_visible()
    assert page.locator("b", has_text="one").count() == 0


def test_no_request_leaves_the_house(context_of: Any, ann: Any, examples: list[Any], live_server: Any) -> None:
    page = context_of(ann).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_desk(page)
    assert asked
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []


def test_signing_out(page: Page) -> None:
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/sign-in"))


def test_fingers_have_room_and_can_mark(context_of: Any, errors: Any, ann: Any, examples: list[Any]) -> None:
    page = open_desk(
        errors(context_of(ann, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True).new_page())
    )
    word(page, "Oru").tap()
    word(page, "moons").tap()
    page.get_by_role("button", name="Irrelevant").tap()
    expect(text_of(page).locator("mark")).to_have_text("Oru has two moons")
    small = page.evaluate(
        """[...document.querySelectorAll("main button, footer button")].filter((each) => each.offsetParent)
             .filter((each) => each.getBoundingClientRect().height < 43.5).map((each) => each.textContent)"""
    )
    assert small == []
