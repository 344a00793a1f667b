"""Whether a person's work in a project goes on: paused by the gold rule or an admin, resumed or ended by an admin."""

from typing import Any

from django.db import transaction

from annotator.domain.errors import DomainError
from annotator.models import Membership, Project, Standing, StandingChange, User
from annotator.selectors.gold import gold_failed
from annotator.services.audit import audited


@transaction.atomic
def standing_change(
    *,
    project: Project,
    user: User,
    standing: Standing,
    reason: str,
    made_by: User | None,
    evidence: dict[str, Any] | None = None,
) -> Membership:
    """Let the person's work go on, pause, or end it, and write down why and by whom.

    What they have done stays theirs, counted and paid. DomainError standing_unchanged. Locks the membership.
    """
    membership = Membership.objects.select_for_update().get(project=project, user=user)
    if membership.standing == standing:
        problem = f"is {standing!r} already"
        raise DomainError("standing_unchanged", f"standing: {problem}", {"standing": problem})
    StandingChange.objects.create(
        project=project, user=user, standing=standing, reason=reason, made_by=made_by, evidence=evidence
    )
    membership.standing = standing
    membership.save(update_fields=["standing"])
    # The reason may name somebody, and stands in the row of StandingChange.
    target, detail = f"membership {membership.pk}", {"standing": standing.value}
    audited(actor=made_by, action="standing.change", project=project, target=target, detail=detail)
    return membership


@transaction.atomic
def pause_if_failing(*, project: Project, user: User) -> bool:
    """Pause the person's work for review if they fail gold too often for it to be chance; whether that was so.

    Nobody's work is ever ended by this. Locks the membership.
    """
    membership = Membership.objects.select_for_update().get(project=project, user=user)
    evidence = gold_failed(project=project, user=user) if membership.standing == Standing.WORKING else None
    if evidence is None:
        return False
    reason = (
        f"{evidence['right']} of {evidence['checks']} checks ({evidence['kind']}) were right: with 95 % certainty a "
        f"share of at most {evidence['high']:.0%}, and {evidence['share']:.0%} is asked for."
    )
    standing_change(
        project=project, user=user, standing=Standing.PAUSED, reason=reason, made_by=None, evidence=evidence
    )
    return True
