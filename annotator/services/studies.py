"""Studies: made, changed, opened and closed by admins."""

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from annotator.domain.errors import DomainError
from annotator.domain.parts import PROMISED, check_study_step
from annotator.models import PartState, Project, Provider, Study, StudyState, User
from annotator.services.audit import audited
from annotator.services.providers.registry import provider_of

HOLDING = (PartState.WORKING, PartState.COMPLETED)


def study_create(
    *, project: Project, made_by: User, name: str, provider: str, external_id: str = "", **fields: Any
) -> Study:
    """A new study, as a draft. Of one that a platform knows places, reward, minutes and codes are what it says.

    DomainError invalid_study, name_taken, provider_refused or provider_unavailable.
    """
    _check_addresses(provider, external_id, fields)
    if external_id:
        seen = provider_of(provider).study_read(external_id)
        fields |= {"places": seen.places, "reward": seen.reward, "minutes": seen.minutes, "codes": dict(seen.codes)}
    for wanted in ("places", "reward", "minutes"):
        if fields.get(wanted) is None:
            raise _invalid(wanted, "is required")
    try:
        with transaction.atomic():
            study = Study.objects.create(
                project=project, created_by=made_by, name=name, provider=provider, external_id=external_id, **fields
            )
            audited(actor=made_by, action="study.create", project=project, target=f"study {study.pk}")
    except IntegrityError as error:
        raise _taken(error, name) from error
    return study


@transaction.atomic
def study_update(*, study: Study, made_by: User, state: str | None = None, **fields: Any) -> Study:
    """Change a study, and open or close it. What people have been promised stays once it is open, and there are never
    fewer places than are taken.

    Locks the study. DomainError invalid_study or name_taken; provider_refused and provider_unavailable when one that a
    platform knows is opened.
    """
    row = Study.objects.select_for_update().get(pk=study.pk)
    row.project = study.project
    for name in PROMISED:
        if name in fields and fields[name] != getattr(row, name) and row.state != StudyState.DRAFT:
            raise _invalid(name, f"is {getattr(row, name)}, and stays so: people have been told of it")
    _check_places(row, fields.get("places", row.places))
    _check_addresses(row.provider, row.external_id, {"return_url": row.return_url} | fields)
    for name, value in fields.items():
        setattr(row, name, value)
    if state and state != row.state:
        check_study_step(row.state, state)
        if state == StudyState.OPEN:
            _prepare(row)
        row.state = state
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise _taken(error, row.name) from error
    detail = {"fields": sorted(fields), "state": row.state}
    audited(actor=made_by, action="study.update", project=row.project, target=f"study {row.pk}", detail=detail)
    return row


def _prepare(study: Study) -> None:
    """Look at the platform's side before people come from there: its codes may have changed."""
    if study.provider != Provider.PROLIFIC:
        return
    if not settings.PROLIFIC_TOKEN:
        raise _invalid("state", "cannot be 'open' while PROLIFIC_TOKEN is not set")
    study.codes = dict(provider_of(study.provider).study_read(study.external_id).codes)
    if not study.codes.get("completed"):
        raise _invalid("external_id", "is a study without a completion code of type COMPLETED on Prolific")


def _check_places(study: Study, places: int) -> None:
    if places == study.places:
        return
    held = study.participations.filter(state__in=HOLDING).count()
    least = max(held, study.places) if study.provider == Provider.PROLIFIC and study.state != "draft" else held
    if places < least:
        raise _invalid("places", f"is {places}; it must be at least {least}")


def _check_addresses(provider: str, external_id: str, fields: dict[str, Any]) -> None:
    if (provider == Provider.PROLIFIC) != bool(external_id):
        problem = "is required: the id of the study there" if not external_id else "is not used by this provider"
        raise _invalid("external_id", problem)
    address = fields.get("return_url", "")
    if address and not address.startswith(("https://", "http://")):
        raise _invalid("return_url", "must start with https:// or http://")
    if provider == Provider.PROLIFIC and (address or fields.get("claim_parameter")):
        raise _invalid("return_url" if address else "claim_parameter", "is Prolific's own")


def _invalid(field: str, problem: str) -> DomainError:
    return DomainError("invalid_study", f"{field}: {problem}", {field: problem})


def _taken(error: IntegrityError, name: str) -> DomainError:
    constraint = error.__cause__.diag.constraint_name  # type: ignore[union-attr]
    if constraint == "study_of_provider_once":
        return _invalid("external_id", "is a study that is here already")
    if constraint == "study_name_once":
        return DomainError("name_taken", f"There is a study {name!r} in this project already.")
    raise error
