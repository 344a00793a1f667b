"""The correction and what it proposes, and the list of sentences for screen readers."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desks import open_page, project_with, stored, submit

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

TEXT = "Oru 🌕 has two moons. It rhymes. It has a ring of ice. It has two moons."
DESK = {"asks": ["marks", "correction"], "propose_spans": True, "propose_edits": True}


def text_of(page: Page) -> Any:
    return page.get_by_role("textbox", name="text to mark")


def field_of(page: Page) -> Any:
    return page.get_by_role("textbox", name="without its errors")


def keys(page: Page, *names: str) -> None:
    for name in names:
        page.keyboard.press(name)


def desk(context_of: Any, errors: Any, changes: dict[str, Any] | None = None, **options: Any) -> Page:
    ann = project_with({**DESK, **(changes or {})}, [TEXT], require_corrections=True)
    return open_page(context_of(ann, **options), errors)


def said(page: Page) -> Any:
    return page.locator("p[role=status].sr")


@pytest.mark.usefixtures("transactional_db")
class TestCorrection:
    def test_marks_ask_for_a_changed_correction_and_lead_to_it(self, context_of: Any, errors: Any) -> None:
        page = desk(context_of, errors)
        text_of(page).focus()
        keys(page, "s", "5")
        expect(field_of(page)).to_have_value(TEXT)
        expect(field_of(page)).to_have_accessible_description("What you marked asks for a correction.")
        page.get_by_role("button", name="1 thing left to do").click()
        page.get_by_role("button", name="Correct the response").click()
        expect(field_of(page)).to_be_focused()
        keys(page, "Control+End")
        page.keyboard.type("!")
        expect(page.get_by_text("Ready to submit")).to_be_visible()
        keys(page, "Backspace")
        expect(page.get_by_text("1 thing left to do")).to_be_visible()

    def test_a_correction_without_marks_asks_for_marks_and_nothing_wrong_takes_both_back(
        self, context_of: Any, errors: Any
    ) -> None:
        page = desk(context_of, errors)
        field_of(page).fill("Oru has one moon.")
        keys(page, "Control+Enter")
        page.get_by_role("button", name="Mark what is wrong, or say that nothing is").click()
        expect(text_of(page)).to_be_focused()
        keys(page, "s", "5", "n")
        expect(field_of(page)).to_have_value(TEXT)
        expect(text_of(page).locator("mark")).to_have_count(0)
        submit(page)
        record, _ = stored()
        assert (record.judgements[0].spans, record.judgements[0].corrected_text) == ((), None)

    def test_an_edit_proposes_the_words_that_it_changed(self, context_of: Any, errors: Any) -> None:
        page = desk(context_of, errors)
        field_of(page).fill(TEXT.replace("a ring of ice", "a ring of dust").replace("It rhymes. ", ""))
        proposals = page.get_by_role("list", name="Proposals").get_by_role("listitem")
        expect(proposals).to_have_count(2)
        expect(said(page)).to_contain_text("You changed “ice”. Mark these words?")
        proposals.filter(has_text="rhymes").get_by_role("button", name="No").click()
        expect(field_of(page)).to_be_focused()
        expect(proposals).to_have_count(1)
        proposals.get_by_role("button", name="Unverifiable fact").click()
        expect(text_of(page).locator("mark")).to_have_text("ice")
        expect(proposals).to_have_count(0)
        expect(page.get_by_text("Saved just now")).to_be_attached()
        page.reload()
        expect(text_of(page).locator("mark")).to_have_text("ice")
        page.wait_for_timeout(900)
        expect(proposals).to_have_count(0)
        submit(page)
        record, log = stored()
        assert [(span.quote, span.type) for span in record.judgements[0].spans] == [("ice", "unverifiable_fact")]
        answered = [(entry["do"], TEXT[entry["start"] : entry["end"]]) for entry in log if "what" in entry]
        assert answered == [
            ("proposed", "It rhymes."),
            ("proposed", "ice"),
            ("dismissed", "It rhymes."),
            ("accepted", "ice"),
        ]

    def test_a_mark_that_a_deletion_mends_proposes_the_edit(self, context_of: Any, errors: Any) -> None:
        page = desk(context_of, errors)
        text_of(page).focus()
        keys(page, "ArrowDown", "ArrowDown", "s", "1")  # "It rhymes." is irrelevant
        keys(page, "ArrowDown", "s", "4")  # no deletion mends what is unverifiable
        proposals = page.get_by_role("list", name="Proposals").get_by_role("listitem")
        expect(proposals).to_have_count(1)
        proposals.get_by_role("button", name="Take it out").click()
        expect(field_of(page)).to_have_value("Oru 🌕 has two moons. It has a ring of ice. It has two moons.")
        expect(field_of(page)).to_be_focused()
        expect(proposals).to_have_count(0)
        expect(page.locator(".diff del")).to_have_text("It rhymes. ")
        text_of(page).focus()
        keys(page, "Control+z")
        expect(field_of(page)).to_have_value(TEXT)
        keys(page, "Control+Shift+z")
        submit(page)
        _, log = stored()
        assert [(entry["do"], entry["what"]) for entry in log if "what" in entry] == [
            ("proposed", "edit"),
            ("accepted", "edit"),
        ]

    def test_nothing_is_proposed_unless_the_project_wants_it(self, context_of: Any, errors: Any) -> None:
        page = desk(context_of, errors, {"propose_spans": False, "propose_edits": False})
        text_of(page).focus()
        keys(page, "s", "1")
        field_of(page).fill("Oru.")
        page.wait_for_timeout(900)
        expect(page.get_by_role("list", name="Proposals")).to_have_count(0)

    def test_what_was_pasted_is_counted(self, context_of: Any, errors: Any) -> None:
        page = desk(context_of, errors, {"propose_spans": False}, permissions=["clipboard-read", "clipboard-write"])
        text_of(page).focus()
        keys(page, "s", "5")
        page.evaluate("navigator.clipboard.writeText('A moon 🌕!')")
        field_of(page).focus()
        keys(page, "Control+a", "Control+v")
        expect(field_of(page)).to_have_value("A moon 🌕!")
        submit(page)
        record, log = stored()
        assert record.judgements[0].corrected_text == "A moon 🌕!"
        assert [entry["characters"] for entry in log if entry["do"] == "pasted"] == [9]


@pytest.mark.usefixtures("transactional_db")
class TestListMode:
    def test_a_whole_text_by_keyboard_alone(self, context_of: Any, errors: Any) -> None:
        page = desk(context_of, errors)
        text_of(page).focus()
        keys(page, "l")
        sentences = page.get_by_role("group", name="sentences to mark")
        expect(sentences).to_be_focused()
        expect(sentences.locator("ol > li")).to_have_count(4)

        # "two moons" of the first sentence is inconsistent with a passage.
        keys(page, "Tab", "Enter")
        expect(page.get_by_role("combobox", name="What is wrong")).to_be_focused()
        page.keyboard.type("Inc")
        page.keyboard.type("on")
        keys(page, "Tab", "ArrowDown", "ArrowDown", "ArrowDown", "Tab", "Tab", "Enter")
        expect(said(page)).to_contain_text("Mark 1, Inconsistent fact, words 4 to 5: added. two moons.")
        expect(sentences.get_by_role("button", name="Mark this sentence : sentence 1")).to_be_focused()
        keys(page, "e", "ArrowDown", "ArrowDown", "Space")
        expect(page.locator(".sentence:focus")).to_have_attribute("aria-pressed", "true")
        keys(page, "Escape")
        expect(sentences).to_be_focused()

        # The last sentence repeats the first.
        toggle = sentences.get_by_role("button", name="Mark this sentence : sentence 4")
        for _ in range(12):
            keys(page, "Tab")
            if toggle.evaluate("button => button === document.activeElement"):
                break
        keys(page, "2")
        expect(said(page)).to_contain_text("Mark 2, Repetitive, words 14 to 17: added.")
        keys(page, "Shift+Tab", "Shift+Tab", "Shift+Tab", "Shift+Tab")
        expect(sentences.get_by_role("button", name="Choose earlier words here : sentence 1")).to_be_focused()
        keys(page, "Enter")
        expect(page.get_by_label("From word")).to_be_focused()
        keys(page, "Tab", "Tab", "Enter")
        expect(said(page)).to_contain_text("Earlier words set.")

        keys(page, "c", "Control+a")
        page.keyboard.type("Oru has one moon.")
        keys(page, "Control+Enter")
        expect(page.get_by_text("1 submitted of 2")).to_be_attached()
        record, _ = stored()
        first, second = record.judgements[0].spans
        assert (first.quote, first.type) == ("two moons.", "inconsistent_fact")
        assert [(ref.passage, ref.sentence) for ref in first.evidence] == [(1, 2)]
        assert (second.quote, second.type) == ("It has two moons.", "repetitive")
        assert second.antecedent is not None
        assert TEXT[second.antecedent.start : second.antecedent.end] == "Oru 🌕 has two moons."

    def test_it_is_remembered_and_reads_the_marks_out(self, context_of: Any, errors: Any) -> None:
        page = desk(context_of, errors)
        text_of(page).focus()
        keys(page, "s", "5")
        page.get_by_role("button", name="As a list").click()
        expect(page.get_by_role("button", name="As a list")).to_be_focused()
        page.get_by_role("button", name="Mark 1, Incoherent, words 1 to 5: Oru 🌕 has two moons.").click()
        expect(page.locator(".card-head")).to_be_focused()
        expect(page.get_by_text("Saved just now")).to_be_attached()
        page.reload()
        expect(page.get_by_role("group", name="sentences to mark")).to_be_visible()
        expect(text_of(page)).to_have_count(0)

    def test_a_form_is_left_with_escape_and_words_may_reach_into_the_next_sentence(
        self, context_of: Any, errors: Any
    ) -> None:
        page = desk(context_of, errors)
        text_of(page).focus()
        keys(page, "l")
        toggle = page.get_by_role("button", name="Mark this sentence : sentence 1")
        toggle.click()
        keys(page, "Escape")
        expect(toggle).to_be_focused()
        expect(toggle).to_have_attribute("aria-expanded", "false")
        toggle.click()
        page.get_by_label("From word").select_option("5: moons")
        page.get_by_label("To word").select_option("6: It")
        page.get_by_role("button", name="Mark", exact=True).click()
        expect(said(page)).to_contain_text("Mark 1, Irrelevant, words 5 to 6: added. moons. It")
