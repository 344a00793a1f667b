"""What a dataset is made of: every annotation, or one record per example, with what each annotator's word counts."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any, Literal, get_args

from annotator.domain.errors import DomainError
from annotator.domain.feedback import Annotator, FeedbackRecord
from annotator.models import Assignment, AssignmentState, Project
from annotator.quality.adjudication import adjudicated_records as counted_records
from annotator.quality.adjudication import learn_models
from annotator.quality.marks import in_taxonomy
from annotator.selectors.adjudications import adjudicated_records
from annotator.selectors.projects import taxonomy_current, taxonomy_of
from annotator.selectors.quality import SAMPLE_LIMIT, examples_sampled, report_latest
from annotator.selectors.records import feedback_records

Content = Literal["raw", "aggregated"]
Weights = Literal["stored", "estimated", "equal"]
CONTENTS: tuple[Content, ...] = get_args(Content)
WEIGHTS: tuple[Weights, ...] = get_args(Weights)
# From a pseudonym and the weight that an annotation came with to the one that it gets.
Weigh = Callable[[str, float], float]
EXAMPLES_AT_ONCE = 200


def weighing(*, project: Project, weights: Weights) -> tuple[Weigh, dict[str, Any]]:
    """What gives a record its annotator's weight, and how a manifest tells it: {"weights", "report"}.

    "stored": what the annotation came with, 1 as a rule. "estimated": that times the annotator's weight in the latest
    quality report, 1 for whoever is not in it; DomainError no_report if there is none. "equal": 1.
    """
    if weights == "stored":
        return lambda _, weight: weight, {"weights": weights, "report": None}
    if weights == "equal":
        return lambda _, weight: 1.0, {"weights": weights, "report": None}
    report = report_latest(project)
    if report is None:
        problem = f"project {project.slug} has no quality report yet, and estimated weights come from one"
        raise DomainError("no_report", f"weights: {problem}", {"weights": problem})
    known: dict[str, float] = report.figures["weights"]
    return lambda who, weight: weight * known.get(who, 1.0), {"weights": weights, "report": report.number}


def aggregated_records(*, project: Project, weigh: Weigh) -> Iterator[FeedbackRecord]:
    """One record for each example: what an adjudicator settled, or else what all that was said about it comes to
    (annotator.quality.adjudication). Either weighs what the annotators' words count together.

    How well each annotator marks is learned from the examples of a quality report. Marks of types that the current
    taxonomy does not have are left out. Streamed as feedback_records.
    """
    taxonomy = taxonomy_of(taxonomy_current(project=project))
    sample = [example for example, _ in examples_sampled(project, SAMPLE_LIMIT)]
    known = feedback_records(project=project, examples=sample)
    models = learn_models([in_taxonomy(record, taxonomy) for record in known], taxonomy)
    judged = Assignment.objects.filter(project=project, state=AssignmentState.SUBMITTED, gold=None)
    examples = judged.order_by("example_id").values_list("example_id", flat=True).distinct()
    left = examples.iterator()
    while chunk := list(islice(left, EXAMPLES_AT_ONCE)):
        said = feedback_records(project=project, examples=chunk)
        records = [in_taxonomy(_weighted(record, weigh), taxonomy) for record in said]
        settled = {each.example.id: each for each in adjudicated_records(project=project, examples=chunk)}
        for counted in counted_records(records, taxonomy, models):
            yield _weighted(settled.get(counted.example.id, counted), partial(_given, counted.annotator.weight))


def _given(weight: float, who: str, stored: float) -> float:
    return weight


def _weighted(record: FeedbackRecord, weigh: Weigh) -> FeedbackRecord:
    who = record.annotator
    return replace(record, annotator=Annotator(who.pseudonym, weigh(who.pseudonym, who.weight)))
