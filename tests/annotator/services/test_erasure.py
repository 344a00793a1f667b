"""What is left of somebody who takes back what they did, and of somebody who is erased."""

import json
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import CASCADE, PROTECT

from annotator.domain.errors import DomainError
from annotator.models import (
    Agreement,
    Annotation,
    Assignment,
    Dataset,
    Draft,
    History,
    LessonAttempt,
    Membership,
    PlatformIdentity,
    Project,
    QualityReport,
    Role,
    Slot,
    SlotState,
    Standing,
    SurveyReply,
    User,
)
from annotator.selectors.datasets import dataset_bytes
from annotator.selectors.history import history_differences
from annotator.selectors.personal_data import personal_data
from annotator.services.annotations import annotation_submit
from annotator.services.datasets import dataset_freeze
from annotator.services.drafts import draft_save
from annotator.services.erasure import person_erase, work_withdraw
from annotator.services.guidance import agreement_add, survey_reply
from annotator.services.quality import report_make
from annotator.services.tallies import tallies_fold
from annotator.services.tokens import token_issue
from tests.annotator.factories import assignment_next, make_examples, make_user, submission
from tests.annotator.models.test_studies import study

pytestmark = pytest.mark.django_db(transaction=True)


def work(project: Project, user: User, texts: int) -> None:
    for _ in range(texts):
        held = assignment_next(project=project, user=user)
        assert held
        annotation_submit(assignment=held, **submission())


def lines(dataset: Dataset) -> list[dict[str, Any]]:
    return [json.loads(line) for line in b"".join(dataset_bytes(dataset=dataset, format="jsonl")).splitlines()]


def member(project: Project, user: User) -> Membership:
    return Membership.objects.select_related("project", "user").get(project=project, user=user)


@pytest.fixture
def worked(project: Project, annotator: User) -> tuple[User, User]:
    """Two people who have judged the same three texts, and the first of whom holds a fourth."""
    project.overlap = 2
    project.desk = {"consent": {"version": "1", "body": "Yes."}, "survey": [{"key": "q", "text": "Q", "kind": "text"}]}
    project.save()
    make_examples(project, 4)
    other = make_user("otto", project)
    for user in (annotator, other):
        agreement_add(project=project, user=user, document="consent", version="1")
        survey_reply(project=project, user=user, answers={"q": f"I am {user.username}."})
        work(project, user, 3)
    held = assignment_next(project=project, user=annotator)
    assert held
    draft_save(assignment=held, revision=0, body={"written": "half"})
    return annotator, other


def test_who_takes_back_their_work_leaves_none_of_it(project: Project, worked: tuple[User, User]) -> None:
    mine, other = worked
    before = dataset_freeze(project=project, user=None, name="march")
    theirs = list(Annotation.objects.filter(assignment__user=mine).values_list("pk", flat=True))
    assert History.objects.filter(kind="annotation", row_id__in=theirs).exists()
    assert work_withdraw(membership=member(project, mine), made_by=None) == 3
    assert {row.assignment.user for row in Annotation.objects.all()} == {other}
    assert not Draft.objects.exists()
    assert not SurveyReply.objects.filter(user=mine).exists()
    assert not LessonAttempt.objects.filter(user=mine).exists()
    assert Agreement.objects.filter(user=mine).exists(), "that they took part, and agreed to it, stays"
    # The history tells of no row that is gone, and rebuilds all that is there.
    assert not History.objects.filter(kind="annotation", row_id__in=theirs).exists()
    assert not History.objects.filter(kind__in=["judgement", "comparison"], parent_id__in=theirs).exists()
    assert not any(history_differences().values())
    # Their places are open, and others get them.
    assert Slot.objects.filter(state=SlotState.OPEN).count() == 8 - 3
    third = make_user("tina", project)
    agreement_add(project=project, user=third, document="consent", version="1")
    survey_reply(project=project, user=third, answers={})
    work(project, third, 4)
    tallies_fold()
    before.refresh_from_db()
    assert before.erased_at
    assert not before.path.exists()
    revision = Dataset.objects.get(revises=before)
    assert revision.name == "march (revision 1)"
    assert {record["annotator"]["pseudonym"] for record in lines(revision)} == {member(project, other).pseudonym}
    with pytest.raises(DomainError, match=r"use 'march \(revision 1\)' instead"):
        lines(before)
    assert member(project, mine).standing == Standing.ENDED


def test_an_aggregated_dataset_loses_what_was_made_of_it(project: Project, worked: tuple[User, User]) -> None:
    mine, other = worked
    work(project, other, 1)
    whole = dataset_freeze(project=project, user=None, name="one each", content="aggregated")
    assert len(lines(whole)) == 4
    work_withdraw(membership=member(project, mine), made_by=None)
    (left,) = lines(Dataset.objects.get(revises=whole))
    (record,) = Annotation.objects.filter(assignment__example__external_id=left["example"]["id"])
    assert left["raw"]["adjudication"]["records"] == [str(record.record_id)]


def test_a_dataset_of_nothing_else_gets_no_revision(project: Project, annotator: User) -> None:
    make_examples(project, 1)
    work(project, annotator, 1)
    only = dataset_freeze(project=project, user=None, name="only")
    work_withdraw(membership=member(project, annotator), made_by=None)
    only.refresh_from_db()
    assert only.erased_at
    assert not Dataset.objects.filter(revises=only).exists()


def test_who_is_erased_is_found_nowhere_but_what_they_did_is(
    project: Project, owner: User, worked: tuple[User, User], client: Any
) -> None:
    mine, _ = worked
    wanted = study(project, owner)
    PlatformIdentity.objects.create(
        user=mine, study=wanted, provider="prolific", person_id="5f3c", session_id="77aa", proof="api"
    )
    token_issue(user=mine)
    client.force_login(mine)
    old = member(project, mine).pseudonym
    report_make(project=project)
    frozen = dataset_freeze(project=project, user=None, name="march")
    theirs = [record for record in lines(frozen) if record["annotator"]["pseudonym"] == old]

    person_erase(user=mine, made_by=owner)

    new = member(project, mine).pseudonym
    assert new != old
    revised = lines(Dataset.objects.get(revises=frozen))
    assert [record for record in revised if record["annotator"]["pseudonym"] == new] == [
        {**record, "annotator": {**record["annotator"], "pseudonym": new}} for record in theirs
    ]
    (report,) = QualityReport.objects.all()
    assert old not in json.dumps(report.figures)
    assert new in json.dumps(report.figures)
    assert not PlatformIdentity.objects.exists()
    assert not SurveyReply.objects.filter(user=mine).exists()
    assert client.get("/api/v1/me").status_code == 401
    mine.refresh_from_db()
    assert mine.username.startswith("erased-")
    assert not mine.is_active
    assert not mine.has_usable_password()
    assert Assignment.objects.filter(user=mine, state="submitted").count() == 3


def test_the_last_who_can_run_something_cannot_be_erased(project: Project, owner: User) -> None:
    with pytest.raises(DomainError, match="last owner"):
        person_erase(user=owner, made_by=None)
    make_user("olaf", is_staff=True)
    with pytest.raises(DomainError, match="last admin of project moons"):
        person_erase(user=owner, made_by=None)
    make_user("ada", project, Role.ADMIN)
    person_erase(user=owner, made_by=None)


def test_a_freeze_that_began_before_somebody_left_is_refused(
    project: Project, worked: tuple[User, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, _ = worked
    from annotator.services import datasets

    written = datasets.feedback_write

    def meanwhile(*arguments: Any) -> Any:
        done = written(*arguments)
        _in_another_connection(lambda: work_withdraw(membership=member(project, mine), made_by=None))
        return done

    monkeypatch.setattr(datasets, "feedback_write", meanwhile)
    with pytest.raises(DomainError) as caught:
        dataset_freeze(project=project, user=None, name="march")
    assert caught.value.code == "people_changed"
    assert not Dataset.objects.exists()


def test_everything_is_told_to_whom_it_is_about(project: Project, worked: tuple[User, User]) -> None:
    mine, _ = worked
    (told,) = personal_data(user=mine)["projects"]
    assert told["survey"][0]["answers"] == {"q": "I am ann."}
    assert told["agreements"][0]["body"] == "Yes."
    assert len(told["annotations"]) == 3


def test_what_is_kept_gives_way_within_an_erasure_alone(project: Project, worked: tuple[User, User]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        History.objects.all().delete()


# Kept: about the work, or about what somebody ran; and nothing but a number once the account is blank.
KEPT = {
    *("Membership.user", "Assignment.user", "Agreement.user", "LessonAttempt.user", "Qualification.user"),
    *("GoldCheck.user", "StandingChange.user", "StandingChange.made_by", "Gold.made_by", "Adjudication.adjudicator"),
    *("AdjudicationReveal.user", "Dataset.created_by", "Job.created_by", "ModelVersion.promoted_by"),
    *("Study.created_by", "Participation.user", "EntryLink.made_by", "Payment.made_by", "Payment.approved_by"),
    *("Invitation.created_by", "Invitation.used_by"),
    # Removed by name.
    "SurveyReply.user",
}


def test_every_row_that_names_a_person_is_thought_of() -> None:
    """Whatever goes with an account goes; what is protected must be named above."""
    protected = {
        f"{relation.related_model.__name__}.{relation.field.name}"
        for relation in User._meta.get_fields(include_hidden=True)
        if relation.auto_created and getattr(relation, "on_delete", CASCADE) is PROTECT
    }
    assert protected <= KEPT, protected - KEPT


def _in_another_connection(call: Any) -> None:
    from threading import Thread

    failures: list[BaseException] = []

    def run() -> None:
        try:
            call()
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
