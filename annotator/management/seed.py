"""What the demo starts with. Safe to run again: it adds what is missing and changes nothing that is there."""

from pathlib import Path

from django.conf import settings
from django.db import transaction

from annotator.models import Project, Role, User
from annotator.services.imports import examples_import
from annotator.services.people import membership_set
from annotator.services.projects import project_create

SLUG = "question-answering"
EXAMPLES = Path(__file__).with_name("data") / "question_answering.jsonl"
GUIDELINE = """\
Read the question and the passages first, then the response.

Mark every piece of the response that is wrong, each mark as short as possible and with one piece of information. \
If two types fit, take the one that stands first in the list.

Then say what the response leaves out: the answers that the passages hold, and the facts that a reader needs beside \
them. Last, put the responses in order; a tie is allowed."""


@transaction.atomic
def seed() -> None:
    """Give the demo's people a project of English questions, each with an open slot beside its authors' own marks."""
    if Project.objects.filter(slug=SLUG).exists():
        return
    project = project_create(
        owner=User.objects.get(username=Role.ADMIN),
        slug=SLUG,
        name="Question answering",
        overlap=2,
        guideline=GUIDELINE,
        base_reward=str(settings.DATA_DIR / "models" / SLUG),
    )
    for role in (Role.RESEARCHER, Role.ANNOTATOR):
        membership_set(project=project, user=User.objects.get(username=role), role=role)
    with EXAMPLES.open("rb") as file:
        examples_import(project=project, file=file, format="jsonl")
