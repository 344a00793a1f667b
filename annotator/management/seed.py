"""What the demo starts with. Safe to run again: it adds what is missing and changes nothing that is there."""

from pathlib import Path

from django.conf import settings
from django.db import transaction

from annotator.models import Dataset, Project, Role, User
from annotator.services.datasets import dataset_freeze
from annotator.services.imports import examples_import
from annotator.services.lessons import lessons_import
from annotator.services.people import membership_set
from annotator.services.projects import project_create

SLUG, DATASET = "question-answering", "seed"
# A model of random weights learns at rates that would ruin a pre-trained one.
REWARD = {"epochs": 8, "batch_size": 16, "learning_rate": 1e-3, "max_tokens": 1024}
EXAMPLES = Path(__file__).with_name("data") / "question_answering.jsonl"
# Three lessons of the tutorial and a qualification of two.
LESSONS = EXAMPLES.with_name("question_answering_lessons.jsonl")
GUIDELINE = EXAMPLES.with_name("question_answering_guideline.txt")


def seed() -> Dataset:
    """Give the demo's people a project of English questions, each with an open slot beside its authors' own marks.

    Returns the dataset of those marks. Freezes it: call it outside of any transaction.
    """
    project = Project.objects.filter(slug=SLUG).first() or _project()
    dataset = Dataset.objects.filter(project=project, name=DATASET).first()
    return dataset or dataset_freeze(project=project, user=None, name=DATASET, note="What the examples came with.")


def base_model_folder() -> Path:
    """Where the reward models of the seed's project start from, once `training.scripts.scratch` has made it."""
    return settings.DATA_DIR / "models" / SLUG


@transaction.atomic
def _project() -> Project:
    project = project_create(
        owner=User.objects.get(username=Role.ADMIN),
        slug=SLUG,
        name="Question answering",
        overlap=2,
        guideline=GUIDELINE.read_text("utf-8").strip(),
        base_reward=str(base_model_folder()),
        job_defaults={"reward": REWARD},
    )
    for role in (Role.RESEARCHER, Role.ANNOTATOR):
        membership_set(project=project, user=User.objects.get(username=role), role=role)
    with EXAMPLES.open("rb") as file:
        examples_import(project=project, file=file, format="jsonl")
    with LESSONS.open("rb") as file:
        lessons_import(project=project, file=file)
    return project
