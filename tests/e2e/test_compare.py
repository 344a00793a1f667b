"""Responses compared in a real browser: on the board by keys, buttons, mouse and finger; and pair by pair."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from annotator.domain.records import Comparison
from tests.e2e.desks import open_page, project_with, stored, submit

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

SHARED = "Oru is a planet."
FOUR = tuple(f"{SHARED} It has {n} moons." for n in ("no", "one", "two", "three"))
ONLY = {"asks": ["comparison"]}


def board_of(page: Page) -> list[str]:
    """The tiers as they stand, such as "A", "BC": place by place."""
    tiers: dict[str, str] = {}
    for row in page.locator(".board > li").all():
        letter = row.get_by_role("heading").inner_text()[-1]
        tier = row.get_attribute("data-tier") or ""
        tiers[tier] = tiers.get(tier, "") + letter
    return [tiers[tier] for tier in sorted(tiers)]


def grip(page: Page, letter: str) -> Locator:
    return page.get_by_role("button", name=f"Drag response {letter}")


def middle(box: Any) -> tuple[float, float]:
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def strength(page: Page, letter: str, how: str) -> Locator:
    return page.get_by_role("group", name=f"{letter} is better").get_by_role("button", name=how)


def told(comparisons: Any, shown: Any) -> list[str]:
    """Pairs in words, the responses by the letters that they had on the page: "A>B", "A=B"."""
    letter = {response: "ABCD"[i] for i, response in enumerate(shown)}
    sign = {"first": ">", "second": "<", "tie": "="}
    return [f"{letter[each.first]}{sign[each.preferred]}{letter[each.second]}" for each in comparisons]


@pytest.fixture
def desk(context_of: Any, errors: Any) -> Any:
    def open_desk(texts: tuple[str, ...], options: dict[str, Any] | None = None, **settings: Any) -> Page:
        ann = project_with({**ONLY, **settings}, texts)
        return open_page(context_of(ann, **(options or {})), errors)

    return open_desk


def test_the_board_by_keys(desk: Any) -> None:
    page = desk(FOUR)
    assert page.get_by_role("textbox").count() == 0
    expect(page.get_by_role("heading", name="Compare the responses")).to_be_focused()
    for key in ("b", "2", "c", "2", "d", "3"):
        page.keyboard.press(key)
    assert board_of(page) == ["A", "BC", "D"]
    page.keyboard.press("ArrowUp")
    assert board_of(page) == ["A", "BCD"]
    expect(grip(page, "D")).to_be_focused()
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("1 submitted of 2")).to_be_attached()
    record, log = stored()
    assert told(record.comparisons, record.display_order or (0, 1, 2, 3)) == [
        *("A>B", "A>C", "A>D"),
        *("B=C", "B>D", "C>D"),
    ]
    assert record.judgements == ()
    assert [entry["do"] for entry in log] == ["place", "place", "place", "move", "undo"]


def test_the_board_by_buttons(desk: Any) -> None:
    page = desk(FOUR)
    page.get_by_role("button", name="1 thing left to do").click()
    page.get_by_role("button", name="Rank the responses").click()
    expect(page.get_by_role("heading", name="Compare the responses")).to_be_focused()
    page.get_by_role("button", name="Move response C up").click()
    page.get_by_role("button", name="Move response A down").click()
    assert board_of(page) == ["C", "BD", "A"]
    page.get_by_role("button", name="They are equally good").click()
    assert board_of(page) == ["ABCD"]
    submit(page)
    assert [each.preferred for each in stored()[0].comparisons] == ["tie"] * 6


def test_the_board_by_dragging(desk: Any) -> None:
    page = desk(FOUR, {"viewport": {"width": 1200, "height": 1100}})

    def take(letter: str, x: float, y: float) -> None:
        page.mouse.move(*middle(grip(page, letter).bounding_box()))
        page.mouse.down()
        page.mouse.move(x, y, steps=4)

    row = page.locator(".board > li")
    last = row.nth(3).bounding_box()
    take("A", *(middle(last)[0], last["y"] + last["height"] + 20))
    page.mouse.up()
    assert board_of(page) == ["BCD", "A"]

    # Onto a tier: tied. The places shown are those that it would leave.
    take("C", *middle(row.nth(3).bounding_box()))
    expect(row.filter(has_text="Response C")).to_contain_text("Place 2")
    expect(row.filter(has_text="Response A")).to_contain_text("tied")
    page.mouse.up()
    assert board_of(page) == ["BD", "AC"]

    # Between two tiers: one of its own.
    first, second = row.nth(1).bounding_box(), row.nth(2).bounding_box()
    take("D", middle(first)[0], (first["y"] + first["height"] + second["y"]) / 2)
    page.mouse.up()
    assert board_of(page) == ["B", "D", "AC"]

    take("B", *middle(row.nth(3).bounding_box()))
    page.keyboard.press("Escape")
    page.mouse.move(*middle(row.nth(2).bounding_box()))
    page.mouse.up()
    assert board_of(page) == ["B", "D", "AC"]
    # A click is no drag, and neither is what ends where it began.
    grip(page, "B").click()
    assert board_of(page) == ["B", "D", "AC"]
    submit(page)
    record, log = stored()
    assert told(record.comparisons, record.display_order or (0, 1, 2, 3)) == [
        *("A<B", "A=C", "A<D"),
        *("B>C", "B>D", "C<D"),
    ]
    assert [entry["do"] for entry in log] == ["place"] * 3


def test_the_board_by_finger_scrolls_along(desk: Any) -> None:
    page = desk(FOUR, {"viewport": {"width": 360, "height": 560}, "has_touch": True, "is_mobile": True})
    touch = page.context.new_cdp_session(page)
    page.evaluate("document.querySelector('.grip').scrollIntoView({block: 'center'})")
    x, y = middle(grip(page, "A").bounding_box())

    def send(kind: str, *points: tuple[float, float]) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]})

    before = page.evaluate("scrollY")
    send("touchStart", (x, y))
    send("touchMove", (x, y + 60))
    send("touchMove", (x, 540))
    page.wait_for_function(
        "() => document.querySelector('.board > li:last-child').getBoundingClientRect().bottom < innerHeight - 30"
    )
    assert page.evaluate("scrollY") > before
    send("touchMove", (x, 556))
    send("touchEnd")
    assert board_of(page) == ["BCD", "A"]


def test_two_responses_side_by_side(desk: Any) -> None:
    page = desk(FOUR[:2], comparison="pairs")
    left, right = page.get_by_role("article").all()
    assert left.bounding_box()["y"] == right.bounding_box()["y"]
    assert left.bounding_box()["x"] < right.bounding_box()["x"]
    expect(left.locator("[data-shared]")).to_have_text(SHARED)
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="1 thing left to do").click()
    page.get_by_role("button", name="Say how much better").click()
    page.keyboard.press("3")
    expect(strength(page, "B", "much")).to_have_attribute("aria-pressed", "true")
    strength(page, "A", "slightly").click()
    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("1 submitted of 2")).to_be_attached()
    record, _ = stored()
    first, second = record.display_order or (0, 1)
    assert record.comparisons == (Comparison(first, second, "first", 2),)


def test_a_tie_has_no_strength(desk: Any) -> None:
    page = desk((FOUR[0], FOUR[0]), comparison="pairs")
    expect(page.get_by_text("A and B are the same, word for word")).to_be_visible()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("1")
    page.keyboard.press("ArrowDown")
    submit(page)
    assert [(each.preferred, each.strength) for each in stored()[0].comparisons] == [("tie", None)]


def test_pair_after_pair(desk: Any) -> None:
    page = desk(FOUR, comparison="pairs")
    summary = page.get_by_role("list", name="What you said of the pairs")
    expect(page.get_by_text("Pair 1 of 6")).to_be_visible()
    for key in ("ArrowLeft", "ArrowDown", "ArrowRight"):  # A>B, A=C, A<D
        page.keyboard.press(key)
    expect(page.get_by_text("Pair 4 of 6")).to_be_visible()
    expect(summary.get_by_role("button")).to_have_text(
        [
            *("A is better than B", "A and C are equally good", "D is better than A"),
            *("B and C: not compared yet", "B and D: not compared yet", "C and D: not compared yet"),
        ]
    )
    # Back to the first; what is left to do leads on to where it is left.
    page.get_by_role("button", name="Pair before").click()
    summary.get_by_role("button", name="A is better than B").click()
    expect(page.get_by_text("Pair 1 of 6")).to_be_visible()
    page.get_by_role("button", name="B is better", exact=True).click()
    expect(summary.get_by_role("button").first).to_have_text("B is better than A")
    page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="1 thing left to do").click()
    page.get_by_role("button", name="Compare the pairs that are left").click()
    expect(page.get_by_text("Pair 4 of 6")).to_be_visible()
    page.keyboard.press("ArrowLeft")  # B>C: with A>B that would make A>C, but it was a tie
    note = page.get_by_role("note")
    expect(note).to_contain_text("A and C are equally good")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_text("All are compared.")).to_be_visible()
    # Pointed out, never forbidden.
    submit(page)
    record, _ = stored()
    assert told(record.comparisons, record.display_order or (0, 1, 2, 3)) == [
        *("A>B", "A=C", "A<D"),
        *("B>C", "B<D", "C<D"),
    ]


def test_either_way_and_the_one_in_sight_counts(desk: Any) -> None:
    page = desk(FOUR[:2], comparison="either")
    page.keyboard.press("a")
    page.keyboard.press("ArrowUp")
    page.get_by_role("button", name="Pair by pair").click()
    expect(page.get_by_text("The pairs count.")).to_be_visible()
    expect(page.get_by_role("button", name="1 thing left to do")).to_be_visible()
    strength(page, "B", "much").click()
    page.get_by_role("button", name="All on one board").click()
    assert board_of(page) == ["A", "B"]
    page.get_by_role("button", name="Pair by pair").click()
    expect(strength(page, "B", "much")).to_have_attribute("aria-pressed", "true")
    submit(page)
    assert [(each.preferred, each.strength) for each in stored()[0].comparisons] == [("second", 3)]


def test_fingers_have_room(desk: Any) -> None:
    page = desk(
        FOUR, {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}, comparison="either"
    )
    small = """[...document.querySelectorAll("main button, footer button")].filter((each) => each.checkVisibility())
        .filter((each) => each.getBoundingClientRect().height < 43.5).map((each) => each.textContent)"""
    assert page.evaluate(small) == []
    page.get_by_role("button", name="Pair by pair").tap()
    assert page.evaluate(small) == []
