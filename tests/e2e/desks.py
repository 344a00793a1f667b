"""Desks that ask for other things than marks, and what was stored from them."""

from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Page, expect

from annotator.domain.records import FeedbackRecord

RATING = {"key": "clarity", "text": "How clear is it?", "kind": "rating", "low": "Obscure", "high": "Plain"}


def project_with(desk: dict[str, Any], texts: Sequence[str], **fields: Any) -> Any:
    """A project with this desk and two examples, and ann, who works on it."""
    from annotator.services.projects import project_update
    from tests.annotator.factories import make_examples, make_project, make_user

    project = make_project(make_user("olga", is_staff=True), **fields)
    project = project_update(project=project, desk=desk)
    make_examples(project, 2, tuple(texts))
    return make_user("ann", project)


def open_page(context: Any, errors: Any) -> Page:
    page: Page = errors(context.new_page())
    page.goto("/annotate/moons")
    expect(page.get_by_role("heading", level=1)).to_contain_text("How many moons")
    return page


def submit(page: Page) -> None:
    page.get_by_role("button", name="Submit and next").click()
    expect(page.get_by_text("1 submitted of 2")).to_be_attached()


def stored() -> tuple[FeedbackRecord, list[dict[str, Any]]]:
    """The one annotation there is, as a feedback record, and the log of its making."""
    from annotator.models import AnnotationLog, Project
    from annotator.selectors.records import feedback_records

    (record,) = feedback_records(project=Project.objects.get())
    return record, AnnotationLog.objects.get().entries


def texts_by_letter(page: Page, letters: str) -> dict[str, str]:
    """The response that each letter names, in the order shown."""
    return {
        letter: page.get_by_role("heading", name=f"Response {letter}", exact=True)
        .locator("xpath=following-sibling::p")
        .inner_text()
        for letter in letters
    }
