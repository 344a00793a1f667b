"""Two people who differ about an example, and what an adjudicator makes of it."""

from collections.abc import Sequence
from typing import Any

from annotator.models import Annotation, Example, Project, User
from annotator.services.adjudications import Work
from annotator.services.annotations import annotation_submit
from annotator.services.projects import project_update
from tests.annotator.factories import TIE, assignment_next, judgement, make_examples, make_user, span, submission

MARKS = (span("It has two moons", "repetitive", antecedent={"start": 4, "end": 17, "quote": "has two moons"}),)
OTHER_MARKS = (span("It has two moons, and a ring", "repetitive", antecedent=MARKS[0]["antecedent"]), span("ice"))


def annotate(project: Project, user: User, spans: Sequence[Any] = MARKS) -> Annotation:
    assignment = assignment_next(project=project, user=user)
    assert assignment
    corrected = "Oru has one moon." if spans else None
    body = submission(judgements=[judgement(spans=list(spans), corrected_text=corrected)])
    annotation_submit(assignment=assignment, **body)
    return Annotation.objects.get(record_id=body["client_id"])


def judged_twice(project: Project, *marks: Any) -> Example:
    """The project's next example, which two new people have judged, as `marks` say."""
    if project.overlap < 2:
        project_update(project=project, overlap=2)
        project.refresh_from_db()
    (example,) = make_examples(project)
    for spans in marks or (MARKS, OTHER_MARKS):
        annotate(project, make_user(f"judge-{User.objects.count()}", project), spans)
    return example


def work(**fields: Any) -> Work:
    body = {"judgements": [judgement(spans=[*MARKS], corrected_text="Oru has one moon.")], "comparisons": [TIE]}
    return Work(**{**body, "decisions": [], **fields})
