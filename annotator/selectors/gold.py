"""Gold, and how people do against it."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from annotator.models import Annotation, Gold, GoldCheck, GoldKind, Project, Standing, StandingChange, User
from annotator.quality.figures import wilson
from annotator.selectors.access import not_found
from annotator.selectors.projects import desk_of

UNCHECKED_AT_ONCE = 500
Scores = dict[tuple[int, str], dict[str, Any]]


def gold_list(*, project: Project) -> QuerySet[Gold]:
    """All of the project's gold, what is in use first and of that the newest; with `checked` and `right`, how many
    people were measured by it, and how many of them agreed."""
    return (
        Gold.objects.filter(project=project)
        .select_related("example", "made_by", "taxonomy")
        .annotate(checked=Count("checks"), right=Count("checks", filter=Q(checks__right=True)))
        .order_by("-retired_at", "-pk")
    )


def gold_one(*, project: Project, gold_id: int) -> Gold:
    """That one; DomainError not_found."""
    found = gold_list(project=project).filter(pk=gold_id).first()
    if found is None:
        raise not_found("gold", gold_id)
    return found


def unchecked_annotations() -> list[Annotation]:
    """Annotations of gold that nobody has compared with it yet, oldest first; at most UNCHECKED_AT_ONCE."""
    rows = Annotation.objects.filter(assignment__gold__isnull=False, gold_check=None)
    rows = rows.select_related("project", "assignment__gold", "assignment__user")
    return list(rows.order_by("pk")[:UNCHECKED_AT_ONCE])


def gold_scores(*, project: Project, user: User | None = None, since: datetime | None = None) -> Scores:
    """By user and kind {"right", "checks", "low", "high"}: how many checks were right, and the share's interval."""
    checks = GoldCheck.objects.filter(project=project)
    if user is not None:
        checks = checks.filter(user=user)
    if since is not None:
        checks = checks.filter(created_at__gt=since)
    counts = {"count": Count("pk"), "agreeing": Count("pk", filter=Q(right=True))}
    rows = checks.order_by().values_list("user_id", "kind").annotate(**counts).values_list("user_id", "kind", *counts)
    return {(person, kind): score(right, count) for person, kind, count, right in rows}


def score(right: int, checks: int) -> dict[str, Any]:
    """{"right", "checks", "low", "high"}; the interval is Wilson's of 95 %, None without a check."""
    share = wilson(right, checks)
    return {"right": right, "checks": checks, "low": share.low, "high": share.high}


def gold_failed(*, project: Project, user: User) -> dict[str, Any] | None:
    """What a pause rests on, if the person's share of right checks of either kind is under the project's bound even at
    the upper end of its interval, after as many checks as the project asks for; None if not.

    Checks from before their work was last resumed were looked at then, and do not count again.
    """
    resumed = StandingChange.objects.filter(project=project, user=user, standing=Standing.WORKING).order_by("pk").last()
    rule = desk_of(project).gold
    scores = gold_scores(project=project, user=user, since=resumed.created_at if resumed else None)
    for kind in GoldKind.values:
        found = scores.get((user.pk, kind))
        if found and found["checks"] >= rule.least and found["high"] < rule.share:
            return {"kind": kind, "share": rule.share, **found}
    return None
