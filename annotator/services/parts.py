"""What becomes of a person's part: paused, finished, stopped, taken back, or over on the platform.

Lock order: the part, then the membership, then assignments and slots.
"""

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.timezone import now

from annotator.domain.errors import DomainError
from annotator.domain.parts import ENDS, is_news
from annotator.models import Membership, Participation, PartState
from annotator.selectors.guidance import step_of
from annotator.selectors.parts import nothing_left
from annotator.services.audit import audited
from annotator.services.erasure import texts_give_back, work_withdraw

# Without what is easily taken for something else.
LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
CODE_LENGTH = 10


@transaction.atomic
def part_pause(*, part: Participation) -> None:
    """Stop the clock. Texts that are held stay the person's until their lease ends. A second time changes nothing.

    DomainError part_over.
    """
    row = _working(part)
    if row.paused_at is None:
        row.paused_at = now()
        row.save(update_fields=["paused_at"])


@transaction.atomic
def part_resume(*, part: Participation) -> None:
    """Let the clock go on. A second time changes nothing. DomainError part_over."""
    row = _working(part)
    if row.paused_at is not None:
        _unpause(row, now())
        row.save(update_fields=["paused_at", "paused_seconds"])


@transaction.atomic
def part_finish(*, part: Participation) -> Participation:
    """End a part whose last text was accepted, for whom no text is left, or whose qualification was not passed, and
    issue its code. A second time changes nothing.

    DomainError part_unfinished, or part_over where it ended in another way.
    """
    row = _locked(part)
    if row.state in (PartState.COMPLETED, PartState.SCREENED_OUT):
        return row
    _check_working(row)
    done, step = _done(row), step_of(project=row.study.project, user=row.user)
    if done >= row.study.texts or (step == "work" and nothing_left(part=row, done=done)):
        _end(row, PartState.COMPLETED, code=_code(row, "completed"))
    elif step == "failed":
        _end(row, PartState.SCREENED_OUT, code=_code(row, "screened_out"))
    else:
        problem = f"{done} of {row.study.texts} texts are submitted; the part is finished with the last."
        raise DomainError("part_unfinished", problem)
    return row


@transaction.atomic
def part_stop(*, part: Participation) -> Participation:
    """End it before the end: what is submitted stays counted and paid. A second time changes nothing, and whoever has
    submitted all is not stopped but finished.

    DomainError part_over where it ended in another way.
    """
    row = _locked(part)
    if row.state != PartState.STOPPED:
        _check_working(row)
        if _done(row) >= row.study.texts:
            _end(row, PartState.COMPLETED, code=_code(row, "completed"))
        else:
            _end(row, PartState.STOPPED)
    return row


@transaction.atomic
def part_withdraw(*, part: Participation) -> Participation:
    """Take back all that the person did in the project. A second time changes nothing.

    A code that was issued stays theirs: what was earned is not lost by it.
    """
    row = _locked(part)
    if row.state != PartState.WITHDRAWN:
        mine = Membership.objects.select_related("project", "user").get(project=row.study.project_id, user=row.user)
        work_withdraw(membership=mine, made_by=None)
        row.refresh_from_db()
        row.state, row.finished_at = PartState.WITHDRAWN, row.finished_at or now()
        row.save(update_fields=["state", "finished_at"])
    return row


@transaction.atomic
def part_heard(*, part: Participation, word: str, said_at: datetime) -> bool:
    """Take the provider's word, said at that time, for the state of the part there; whether it was news.

    Whoever works and has given the place back there, or was too slow, has none here any more. What is finished here
    stays finished.
    """
    row = _locked(part)
    if not is_news(known=row.provider_state, known_at=row.provider_at, word=word, said_at=said_at):
        return False
    row.provider_state, row.provider_at = word, said_at
    row.save(update_fields=["provider_state", "provider_at"])
    if word in ENDS and row.state == PartState.WORKING:
        _end(row, PartState(ENDS[word]))
    detail = {"said": word, "state": row.state}
    audited(actor=None, action="provider.event", project=row.study.project, target=f"part {row.pk}", detail=detail)
    return True


def _locked(part: Participation) -> Participation:
    rows = Participation.objects.select_related("study__project", "user")
    return rows.select_for_update(of=("self",)).get(pk=part.pk)


def _done(part: Participation) -> int:
    """How many texts were submitted in it."""
    mine = Membership.objects.get(project_id=part.study.project_id, user=part.user)
    return int(mine.submitted) - part.submitted_before


def _working(part: Participation) -> Participation:
    row = _locked(part)
    _check_working(row)
    return row


def _check_working(part: Participation) -> None:
    if part.state != PartState.WORKING:
        raise DomainError("part_over", f"Your part in this study is over ({part.get_state_display().lower()}).")


def _end(part: Participation, state: PartState, code: str = "") -> None:
    """Write the end down, give back what is held, and let nothing new be handed out."""
    end = now()
    if part.paused_at is not None:
        _unpause(part, end)
    part.state, part.code, part.finished_at = state, code, end
    part.save(update_fields=["state", "code", "finished_at", "paused_at", "paused_seconds"])
    mine = Membership.objects.select_for_update().get(project_id=part.study.project_id, user=part.user)
    texts_give_back(project=part.study.project, user=part.user, reason=f"part {state.value}")
    Membership.objects.filter(pk=mine.pk).update(text_limit=F("submitted"))


def _unpause(part: Participation, at: datetime) -> None:
    assert part.paused_at is not None
    part.paused_seconds += max(0.0, (at - part.paused_at).total_seconds())
    part.paused_at = None


def _code(part: Participation, end: str) -> str:
    """The study's code for that end, or where its people get their own a new one."""
    if part.study.codes:
        return str(part.study.codes.get(end, ""))
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
