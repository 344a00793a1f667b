"""A replay: the original and its examples as two projects, entering one into the other, and what differs then."""

import io
import time
from collections.abc import Iterator, Sequence
from typing import Any

from annotator.domain.records import FeedbackRecord
from tests.replay import by_keyboard, by_mouse
from tests.replay.comparing import differences
from tests.replay.desk import Desk
from tests.replay.report import counted

PLANS = {"mouse": by_mouse.plan, "keyboard": by_keyboard.plan}
SENT_SECONDS = 60


def set_up(data: bytes, records: Sequence[FeedbackRecord]) -> Any:
    """The file as the original, its examples without feedback in a second project, and who is to annotate them."""
    from annotator.models import Draft, Project, User
    from annotator.services.examples import NewExample, NewResponse, examples_add
    from annotator.services.imports import examples_import
    from tests.annotator.factories import make_project, make_user

    if Project.objects.filter(slug="entered").exists():
        Draft.objects.all().delete()  # the text that was being entered begins anew
        return User.objects.get(username="ann")
    owner = make_user("olga", is_staff=True)
    counts = examples_import(project=make_project(owner, "original"), file=io.BytesIO(data), format="qa-feedback")
    print("imported: " + ", ".join(f"{count} {name}" for name, count in counts.items()), flush=True)
    project = make_project(owner, "entered", desk={"comparison": "either"})
    texts = [[NewResponse(response.text) for response in record.responses] for record in records]
    examples = [NewExample(record.example, those) for record, those in zip(records, texts, strict=True)]
    examples_add(project=project, items=examples)
    return make_user("ann", project)


def enter(desk: Desk, records: Sequence[FeedbackRecord], mode: str) -> Iterator[dict[str, Any]]:
    """Enters one judgement after another until there is none left; what each took."""
    waiting = {record.example.question: record for record in records}
    desk.open("entered")
    question = desk.question()
    while question is not None:
        began = time.monotonic()
        task = desk.task(waiting.pop(question))  # KeyError: a text that was handed in is shown again
        steps = PLANS[mode](task)
        desk.do(task, steps)
        before, question = question, desk.question(question)
        yield {"question": before, **counted(task, steps), "seconds": round(time.monotonic() - began, 2)}
    _await_sent(len(records))


def compare() -> dict[str, list[str]]:
    """By example of the original: what was stored differently."""
    from annotator.models import Project
    from annotator.selectors.records import feedback_records

    original, entered = (
        {record.example.id: record for record in feedback_records(project=Project.objects.get(slug=slug))}
        for slug in ("original", "entered")
    )
    return {
        name: differences(record, entered[name]) if name in entered else ["not entered"]
        for name, record in original.items()
    }


def _await_sent(count: int) -> None:
    """Submissions go out behind the annotator's back; the last may still be on its way."""
    from annotator.models import Annotation

    deadline = time.monotonic() + SENT_SECONDS
    while Annotation.objects.filter(project__slug="entered").count() < count and time.monotonic() < deadline:
        time.sleep(0.1)
