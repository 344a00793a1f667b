"""Marking in a real browser: by gutter, mouse, touch and keys; what is marked is what is stored."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

PLAIN = "Oru has two moons, they say. It is big. Yes. It has two moons 👩‍🚀, and a ring of ice, which is thin."
HEBREW = "לאורו יש שני ירחים. היא גדולה מאוד."
CHINESE = "奥鲁有两个月亮。它很大,而且有冰环。"
MARKS_ALONE = {"asks": ["marks"], "needs": "optional"}


@pytest.fixture
def desk_of(transactional_db: None, context_of: Any, errors: Any) -> Any:
    """Opens the desk of a project with these texts: `desk_of(*texts, desk={…}, **what browser.new_context takes)`."""
    from tests.annotator.factories import make_examples, make_project, make_user

    def open_desk(*texts: str, desk: dict[str, Any] | None = None, **options: Any) -> Page:
        project = make_project(make_user("olga", is_staff=True), desk={**MARKS_ALONE, **(desk or {})})
        ann = make_user("ann", project)
        for text in texts:
            make_examples(project, 1, (text,))
        page: Page = errors(context_of(ann, **options).new_page())
        page.goto("/annotate/moons")
        expect(text_of(page)).to_be_focused()
        return page

    return open_desk


def text_of(page: Page) -> Any:
    return page.get_by_role("textbox", name="text to mark")


def word(page: Page, name: str, nth: int = 0) -> Any:
    return text_of(page).locator("[data-start]").get_by_text(name, exact=True).nth(nth)


def keys(page: Page, *names: str) -> None:
    for name in names:
        page.keyboard.press(name)


def marks(page: Page) -> list[str]:
    """What the page shows as marked, one for each mark: its pieces joined."""
    pieces = (
        text_of(page)
        .locator("mark")
        .evaluate_all("all => all.map(each => [each.getAttribute('aria-details'), each.textContent])")
    )
    joined: dict[str, str] = {}
    for mark, piece in pieces:
        joined[mark] = joined.get(mark, "") + piece
    return list(joined.values())


def selected(page: Page) -> str:
    return "".join(text_of(page).locator("[data-selected]").all_inner_texts())


def shown(what: Callable[[Page], Any], page: Page, expected: Any) -> None:
    """`what` the page shows becomes what is expected: a drag is drawn a moment after the pointer has moved."""
    deadline = time.monotonic() + 5
    while (now := what(page)) != expected and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert now == expected


def stored(page: Page) -> list[tuple[str, str]]:
    """What is stored once the text is submitted; the page goes on before the server has answered."""
    from annotator.models import Annotation, Span

    page.keyboard.press("Control+Enter")
    shown(lambda _: Annotation.objects.count(), page, 1)
    return [(span.quote, span.type) for span in Span.objects.order_by("start", "end")]


def taps(page: Page) -> Any:
    return page.locator(".gutter .tap")


def drag(page: Page, start: Any, end: Any) -> None:
    """From the middle of one element to the middle of the other, with the mouse."""
    for place, act in ((start, page.mouse.down), (end, page.mouse.up)):
        box = place.bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=3)
        act()


def test_a_sentence_takes_a_click_in_the_gutter_and_a_type_key(desk_of: Any) -> None:
    page = desk_of(PLAIN)
    expect(taps(page)).to_have_count(4)
    taps(page).nth(1).click()
    expect(text_of(page)).to_be_focused()
    keys(page, "1")
    shown(marks, page, ["It is big."])
    taps(page).nth(0).click()
    taps(page).nth(2).click(modifiers=["Shift"])
    shown(selected, page, "Oru has two moons, they say. It is big. Yes.")
    drag(page, taps(page).nth(2), taps(page).nth(3))
    keys(page, "5")
    assert stored(page) == [
        ("It is big.", "irrelevant"),
        ("Yes. It has two moons 👩‍🚀, and a ring of ice, which is thin.", "incoherent"),
    ]


def test_the_gutter_is_for_pointers_alone_and_stands_at_its_sentences(desk_of: Any) -> None:
    page = desk_of(PLAIN, viewport={"width": 500, "height": 800})
    expect(taps(page)).to_have_count(4)
    ends = 0.0
    for nth in range(4):
        box = taps(page).nth(nth).bounding_box()
        assert box["y"] >= ends - 0.5
        ends = box["y"] + box["height"]
        first = ("Oru", "It", "Yes", "It")[nth]
        line = word(page, first, 1 if nth == 3 else 0).bounding_box()
        assert box["y"] < line["y"] + line["height"]
        assert line["y"] < ends
    page.set_viewport_size({"width": 360, "height": 800})
    page.wait_for_function(
        """() => { const box = q => document.querySelector(q).getBoundingClientRect();
                   return Math.abs(box('.tap:last-child').bottom - box('.response-text').bottom) < 30 }"""
    )
    assert page.evaluate("document.querySelectorAll('.gutter [tabindex], .gutter button').length") == 0


def test_shift_takes_sub_sentences(desk_of: Any) -> None:
    page = desk_of(PLAIN, desk={"overlap": "allow"})
    word(page, "ring").click(modifiers=["Shift"])
    shown(selected, page, "and a ring of ice, which is thin.")
    keys(page, "1")
    page.keyboard.down("Shift")
    drag(page, word(page, "thin"), word(page, "moons", 1))
    page.keyboard.up("Shift")
    shown(selected, page, "It has two moons 👩‍🚀, and a ring of ice, which is thin.")
    keys(page, "Escape", "Shift+ArrowRight")
    assert selected(page) != ""


def test_the_brush_marks_segments_with_one_click_each(desk_of: Any) -> None:
    page = desk_of(PLAIN)
    page.get_by_role("button", name="Irrelevant").click()
    taps(page).nth(1).click()
    word(page, "thin").click(modifiers=["Shift"])
    assert "It is big." in marks(page)
    shown(lambda page: len(marks(page)), page, 2)


def test_alt_goes_by_graphemes_and_never_back_a_page(desk_of: Any) -> None:
    page = desk_of(PLAIN)
    address = page.url
    for _ in range(3):
        keys(page, "ArrowRight")
    keys(page, "Alt+ArrowRight", "Alt+Shift+ArrowRight")
    shown(selected, page, "tw")
    keys(page, "1", "Alt+BracketRight", "Alt+BracketRight")
    shown(marks, page, ["two "])
    keys(page, "Alt+BracketLeft", "Alt+Shift+BracketRight")
    shown(marks, page, ["wo"])
    prevented = page.evaluate(
        """() => ["ArrowLeft", "ArrowRight"].map(key => !document.activeElement.dispatchEvent(
             new KeyboardEvent("keydown", { key, altKey: true, bubbles: true, cancelable: true })))"""
    )
    assert prevented == [True, True]
    keys(page, "Alt+ArrowLeft", "Alt+ArrowLeft")
    assert page.url == address


def test_alt_with_the_mouse_takes_the_grapheme_under_it(desk_of: Any) -> None:
    page = desk_of("mmmm 👩‍🚀👩‍🚀 mmmm")
    box = word(page, "mmmm").bounding_box()
    for share in (0.05, 0.3, 0.45, 0.95):
        page.keyboard.down("Alt")
        page.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
        page.keyboard.up("Alt")
        shown(selected, page, "m")
        piece = text_of(page).locator("[data-selected]").first
        assert int(piece.get_attribute("data-start")) == int(share * 4), share
        page.keyboard.press("Escape")


def test_home_and_end_go_to_the_edges(desk_of: Any) -> None:
    page = desk_of("One two.\nThree four.")
    keys(page, "ArrowRight", "ArrowRight", "End")
    shown(selected, page, ".")
    keys(page, "Home")
    shown(selected, page, "One")
    keys(page, "Control+End", "Home")
    shown(selected, page, "Three")
    keys(page, "Control+Shift+Home")
    shown(selected, page, "One two.\nThree")


@pytest.mark.parametrize("overlap", ["allow", "warn", "forbid"])
def test_overlapping_marks_are_what_the_project_says(desk_of: Any, overlap: str) -> None:
    page = desk_of(PLAIN, desk={"overlap": overlap})
    taps(page).nth(1).click()
    keys(page, "4")
    taps(page).nth(1).click()
    keys(page, "1")
    hint = page.locator(".hint").first
    if overlap == "allow":
        expect(hint).not_to_contain_text("before")
    else:
        expect(hint).to_contain_text("Irrelevant")
        expect(hint).to_contain_text(re.compile("before" if overlap == "warn" else "one type"))
        expect(page.get_by_role("status").get_by_text(hint.inner_text())).to_be_attached()
    shown(lambda page: len(marks(page)), page, 1 if overlap == "forbid" else 2)
    if overlap != "forbid":
        assert text_of(page).locator("mark mark").get_attribute("data-lane") == "1"
        assert len(stored(page)) == 2


def handle(page: Page, edge: str) -> tuple[float, float]:
    """Where to take hold of that end of the focused mark."""
    box = page.locator(f".handle[data-edge={edge}]").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_ends_of_a_mark_are_dragged_in_one_step(desk_of: Any) -> None:
    page = desk_of(PLAIN)
    word(page, "moons").click()
    keys(page, "1")
    before = word(page, "say").bounding_box()
    page.mouse.move(*handle(page, "end"))
    page.mouse.down()
    to = word(page, "say").bounding_box()
    page.mouse.move(to["x"] + to["width"] / 2, to["y"] + to["height"], steps=5)
    shown(marks, page, ["moons, they say"])
    page.mouse.up()
    page.mouse.move(*handle(page, "start"))
    page.mouse.down()
    to = word(page, "has").bounding_box()
    page.mouse.move(to["x"] + to["width"] / 2, to["y"] + to["height"], steps=5)
    page.mouse.up()
    shown(marks, page, ["has two moons, they say"])
    assert word(page, "say").bounding_box() == before
    keys(page, "Control+z")
    shown(marks, page, ["moons, they say"])
    page.get_by_role("button", name="Undo").click()
    shown(marks, page, ["moons"])


def test_a_finger_finds_the_gutter_and_the_handles(desk_of: Any) -> None:
    page = desk_of(PLAIN, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    taps(page).nth(0).tap()
    page.get_by_role("button", name="Irrelevant").tap()
    shown(marks, page, ["Oru has two moons, they say."])
    assert taps(page).nth(0).bounding_box()["width"] >= 44
    sizes = [box.bounding_box() for box in page.locator(".handle").all()]
    assert [(box["width"], box["height"]) for box in sizes] == [(44, 44), (44, 44)]
    session = page.context.new_cdp_session(page)
    x, y = handle(page, "end")
    to = word(page, "moons").bounding_box()

    def touch(kind: str, *points: tuple[float, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    touch("touchStart", (x, y))
    touch("touchMove", ((x + to["x"]) / 2, y))
    # The finger is below and beside the end that it holds, by half a handle.
    touch("touchMove", (to["x"] + to["width"] / 2 + 22, to["y"] + to["height"] / 2 + 26))
    touch("touchEnd")
    shown(marks, page, ["Oru has two moons"])


def test_a_type_explains_itself_and_lets_itself_be_sent_away(desk_of: Any) -> None:
    page = desk_of(PLAIN)
    key, tip = page.get_by_role("button", name="Repetitive"), page.get_by_role("tooltip")
    key.hover()
    expect(tip).to_contain_text("Does not fit")
    assert key.get_attribute("aria-describedby") == tip.get_attribute("id")
    tip.hover()
    page.wait_for_timeout(400)
    expect(tip).to_be_visible()
    keys(page, "Escape")
    expect(tip).to_have_count(0)
    page.mouse.move(0, 0)
    word(page, "Oru").click()
    page.get_by_role("button", name="Irrelevant").focus()
    keys(page, "Tab", "Shift+Tab")
    expect(tip).to_contain_text("neither answer the question")
    keys(page, "Tab")
    expect(tip).to_contain_text("Point at the earlier words")
    keys(page, "Escape")
    expect(tip).to_have_count(0)
    shown(selected, page, "Oru")


def test_arrows_follow_a_text_from_right_to_left(desk_of: Any) -> None:
    page = desk_of(HEBREW)
    keys(page, "ArrowLeft", "ArrowLeft")
    shown(selected, page, "יש")
    first, second = word(page, "לאורו").bounding_box(), word(page, "יש").bounding_box()
    assert second["x"] < first["x"]
    assert taps(page).nth(0).bounding_box()["x"] > first["x"]
    keys(page, "Shift+ArrowLeft", "1", "ArrowRight")
    assert stored(page) == [("יש שני", "irrelevant")]


def test_words_of_chinese_can_be_marked(desk_of: Any) -> None:
    page = desk_of(CHINESE)
    taps(page).nth(0).click()
    keys(page, "1")
    keys(page, "Control+End", "Alt+ArrowLeft", "2")
    assert stored(page)[0] == ("奥鲁有两个月亮。", "irrelevant")


def test_marking_never_moves_the_text(desk_of: Any) -> None:
    page = desk_of(PLAIN, desk={"overlap": "allow"})
    before = [word(page, name).bounding_box() for name in ("has", "ring", "ice")]
    keys(page, "s", "1", "ArrowRight", "s", "5", "Escape")
    word(page, "ring").click()
    page.get_by_role("button", name="Unverifiable fact").click()
    assert [word(page, name).bounding_box() for name in ("has", "ring", "ice")] == before


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("text", [PLAIN, HEBREW])
def test_axe_finds_nothing(desk_of: Any, axe: Any, scheme: str, text: str) -> None:
    page = desk_of(text, viewport={"width": 320, "height": 1600}, color_scheme=scheme, has_touch=True)
    taps(page).nth(0).click()
    keys(page, "1")
    taps(page).nth(0).click()
    keys(page, "4")
    assert axe(page) == []
    page.locator(".type-bar .type").first.focus()
    keys(page, "Tab")
    expect(page.get_by_role("tooltip")).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
