"""What the console shows: datasets, models, jobs with their metrics, samples with their rewards."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

FEEDBACK = Path(__file__).parents[2] / "annotator" / "management" / "data" / "question_answering.jsonl"
CONSOLE = "/console/moons"
TEXT = "Oru 🌕 has one moon, and it is red. Nobody knows why."


def make_dataset(project: Any) -> Any:
    from annotator.services.datasets import dataset_freeze

    return dataset_freeze(project=project, user=None, name="first")


def make_models(project: Any, folder: Path) -> list[Any]:
    from annotator.models import ModelKind
    from annotator.services.model_versions import model_promote, model_register
    from tests.jobs import make_bundle, make_model

    source = str(make_model(folder / "policy"))
    policy = model_register(project=project, name="policy-1", kind=ModelKind.POLICY, source=source)
    model_promote(model_id=policy.pk)
    rewards = [
        model_register(project=project, name=name, kind=ModelKind.REWARD, source=str(make_bundle(folder / name)))
        for name in ("reward-1", "reward-2")
    ]
    model_promote(model_id=rewards[0].pk)
    return [policy, *rewards]


def make_job(project: Any, kind: str, dataset: Any, **values: Any) -> Any:
    from annotator.models import Job

    lease = timezone.now() + timedelta(hours=1)
    started = {"started_at": timezone.now(), "epoch": 1, "lease_until": lease if values["state"] == "running" else None}
    values = {"spec": {"kind": kind}, **started, **values}
    return Job.objects.create(project=project, kind=kind, dataset=dataset, **values)


def add_steps(job: Any, first: int, last: int, *, judged: bool = False) -> None:
    """Metrics of steps; a judge's rise to the middle and then fall."""
    from annotator.models import Job, JobMetric

    for step in range(first, last + 1):
        values = {"reward/total": step / 10, "reward/relevance": step / 20, "kl": 0.1 * step, "time": 1000.0 + step}
        if judged:
            values |= {"judge/total": 1 + (last - step) * (step - first) / 100, "judge/relevance": step / 40}
        JobMetric.objects.create(job=job, step=step, phase="ppo", data=values)
    Job.objects.filter(pk=job.pk).update(step=last, total=40, phase="ppo")


def evaluated(*policies: Any) -> dict[str, Any]:
    """Fields of a job that has compared two policies: the second is more often right, and nothing beside its length."""
    metrics = {"0/clean/factuality": 0.5, "1/clean/factuality": 0.75, "0/distinct_2": 0.9, "1/distinct_2": 0.875}
    intervals = {"differences": (0.25, 0.125, 0.375), "at_equal_length": (0, -0.125, 0.125)}
    for kind, found in intervals.items():
        for part, value in zip(("mean", "low", "high"), found, strict=True):
            metrics[f"{kind}/1/{part}/clean/factuality"] = value
    spec = {"kind": "evaluate", "policies": [model.path for model in policies]}
    result = {"kind": "evaluate", "metrics": metrics, "artifact": None, "artifact_sha256": None}
    return {"spec": spec, "params": {"policies": [str(model.pk) for model in policies]}, "result": result}


def add_samples(project: Any, job: Any) -> None:
    """One sampled response whose rewards stand at its comma, its full stops and its end."""
    from annotator.domain.feedback import Example, Passage
    from annotator.services.examples import NewExample, NewResponse, examples_add

    ends = [4, 5, 20, 36, len(TEXT), len(TEXT)]
    tokens = [{"start": start, "end": end} for start, end in zip([0, *ends[:-1]], ends, strict=True)]
    rewards = {"relevance": [0, 0, 0.5, -0.25, 0.1, 0], "completeness": [0, 0, 0, 0, 0, -0.75]}
    response = NewResponse(TEXT, "policy-1", {"tokens": tokens, "rewards": rewards, "scores": rewards})
    example = Example(id="s1", prompt="Q", question="How is Oru?", passages=(Passage("Oru", ("It has a moon.",)),))
    examples_add(project=project, items=[NewExample(example, [response])], round=job, judged=False)


def judge(project: Any, people: int, examples: int) -> None:
    """Let so many people judge so many examples each, the first that come; they agree now and then."""
    from annotator.models import Assignment, Membership, User
    from annotator.services.annotations import annotation_submit
    from tests.annotator.factories import assignment_next, judgement, make_user, span, submission

    for number in range(people):
        name = f"judge-{number}-{project.slug}"
        person = User.objects.filter(username=name).first() or make_user(name, project)
        Membership.objects.filter(project=project, user=person).update(pseudonym=f"p-{number}")
        for _ in range(examples - Assignment.objects.filter(project=project, user=person).count()):
            assignment = assignment_next(project=project, user=person)
            if assignment is None:
                break
            text = assignment.example.responses.get(index=0).text
            kind = "incoherent" if (assignment.example_id + number) % 3 == 0 else "irrelevant"
            marks = [span("It has two moons", kind, text=text)] if assignment.example_id % 4 else []
            marked = judgement(text=text, spans=marks)
            seconds = 20 + 7 * number + assignment.example_id % 5
            annotation_submit(assignment=assignment, **submission(judgements=[marked], active_seconds=seconds))
