"""One page for other feedback: what a project's desk does not ask for is not there, and what it asks for is stored."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desks import RATING, open_page, project_with, stored, submit

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

TEXTS = ("Oru has two moons. It has a ring of ice.", "Oru has one moon.")
SECTIONS = {
    "marks": "Marks",
    "correction": "Corrected response",
    "questions": "Questions about this response",
    "comparison": "Compare the responses",
}
TONES = [{"key": "dry", "name": "Dry"}, {"key": "kind", "name": "Kind"}]


def sections(page: Page) -> set[str]:
    return {name for name, title in SECTIONS.items() if page.get_by_role("heading", name=title, exact=True).count()}


def text_of(page: Page) -> Any:
    return page.get_by_role("textbox", name="text to mark")


def test_spans_only(context_of: Any, errors: Any) -> None:
    ann = project_with({"asks": ["marks"]}, TEXTS)
    page = open_page(context_of(ann), errors)
    assert sections(page) == {"marks"}
    page.get_by_role("button", name="1 thing left to do").click()
    page.get_by_role("button", name="Mark what is wrong, or say that nothing is").click()
    expect(text_of(page)).to_be_focused()
    page.keyboard.press("s")
    page.keyboard.press("4")
    submit(page)
    record, log = stored()
    (judgement,) = record.judgements
    assert [(span.quote.strip(), span.type) for span in judgement.spans] == [
        ("Oru has two moons.", "unverifiable_fact")
    ]
    assert (judgement.corrected_text, judgement.answers, record.comparisons) == (None, {}, ())
    assert [entry["do"] for entry in log] == ["mark"]


def test_spans_with_ratings_and_a_critique(context_of: Any, errors: Any) -> None:
    questions = [
        RATING,
        {"key": "tones", "text": "What is its tone?", "kind": "choice", "options": TONES, "multiple": True},
        {
            "key": "how",
            "text": "How dry?",
            "kind": "choice",
            "options": TONES,
            "when": {"answer": "tones", "is": ["dry"]},
        },
        {"key": "why", "text": "What is unclear?", "kind": "text", "when": {"answer": "clarity", "is": [1, 2]}},
        {"key": "critique", "text": "What would make it better?", "kind": "text", "when": {"clean": False}},
        {"key": "note", "text": "Anything else?", "kind": "text", "required": False},
    ]
    ann = project_with({"asks": ["marks"], "questions": questions}, TEXTS)
    page = open_page(context_of(ann), errors)
    assert sections(page) == {"marks", "questions"}
    rating = page.get_by_role("group", name="How clear is it?")
    page.keyboard.press("s")
    page.keyboard.press("1")

    page.get_by_role("button", name="3 things left to do").click()
    page.get_by_role("button", name="Answer: How clear is it?").click()
    expect(rating.get_by_role("radio", name="1 = Obscure")).to_be_focused()
    page.keyboard.press("2")
    expect(rating.get_by_role("radio", name="2")).to_be_checked()
    page.get_by_role("textbox", name="What is unclear?").fill("The numbers.")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Answer: What is its tone?").click()
    page.keyboard.press("Space")
    page.get_by_role("checkbox", name="Kind").check()
    page.get_by_role("group", name="How dry?").get_by_role("radio", name="Dry").check()
    page.get_by_role("textbox", name="What would make it better?").fill("One moon. 🌕")

    # What its question no longer asks stays where it is, and does not go out.
    rating.get_by_role("radio", name="5 = Plain").check()
    expect(page.get_by_role("textbox", name="What is unclear?")).to_have_count(0)
    rating.get_by_role("radio", name="1 = Obscure").check()
    expect(page.get_by_role("textbox", name="What is unclear?")).to_have_value("The numbers.")
    rating.get_by_role("radio", name="5 = Plain").check()
    submit(page)
    record, log = stored()
    assert record.judgements[0].answers == {
        "clarity": 5,
        "tones": ["dry", "kind"],
        "how": "dry",
        "critique": "One moon. 🌕",
    }
    assert {entry["do"] for entry in log} == {"mark", "answer", "write"}


def test_answers_survive_a_reload(context_of: Any, errors: Any) -> None:
    ann = project_with({"asks": [], "questions": [RATING]}, TEXTS)
    page = open_page(context_of(ann), errors)
    assert sections(page) == {"questions"}
    expect(page.get_by_text(TEXTS[0])).to_be_visible()
    page.get_by_role("radio", name="4").check()
    page.reload()
    expect(page.get_by_role("radio", name="4")).to_be_checked()
    submit(page)
    assert stored()[0].judgements[0].answers == {"clarity": 4}


def test_correction_only(context_of: Any, errors: Any) -> None:
    ann = project_with({"asks": ["correction"]}, TEXTS)
    page = open_page(context_of(ann), errors)
    assert sections(page) == {"correction"}
    field = page.get_by_role("textbox", name="without its errors")
    expect(field).to_be_focused()
    expect(field).to_have_value(TEXTS[0])
    page.get_by_role("button", name="1 thing left to do").click()
    page.get_by_role("button", name="Correct the response, or say that nothing is wrong").click()
    expect(field).to_be_focused()
    page.get_by_role("checkbox", name="Nothing is wrong").check()
    expect(page.get_by_text("Ready to submit")).to_be_visible()
    field.fill("Oru has one moon. It has a ring of dust.")
    expect(page.get_by_role("checkbox", name="Nothing is wrong")).not_to_be_checked()
    submit(page)
    (judgement,) = stored()[0].judgements
    assert (judgement.corrected_text, judgement.spans) == ("Oru has one moon. It has a ring of dust.", ())


def test_links_that_are_optional_are_reminders(context_of: Any, errors: Any) -> None:
    ann = project_with({"asks": ["marks"], "needs": "optional"}, TEXTS)
    page = open_page(context_of(ann), errors)
    page.keyboard.press("s")
    page.keyboard.press("3")
    expect(page.get_by_text("Ready to submit")).to_be_visible()
    page.get_by_role("button", name="1 reminder").click()
    page.get_by_role("dialog").get_by_role("button", name="Inconsistent fact").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    submit(page)
    (span,) = stored()[0].judgements[0].spans
    assert (span.type, span.evidence) == ("inconsistent_fact", ())
