"""What the quality reports say, as the dashboard draws it."""

from dataclasses import asdict
from typing import Any

from django.db.models import Count, Q

from annotator.models import GoldCheck, Membership, Project
from annotator.quality.figures import wilson
from annotator.selectors.quality import report_latest, reports_over_time

Json = dict[str, Any]

# How much must be judged twice before agreement is drawn: fewer say more about chance than about people.
LEAST_SHARED = 10
# What stands for agreement over time; where nothing in responses is marked, what is missing in them.
OVER_TIME = ("word_alpha", "sentence_alpha")


def agreement(*, project: Project) -> Json:
    """The newest report, how its agreement came about, and how each person does on gold; `report` is null before the
    first. Numbers are figures: a value with its interval, or the reason why there is none."""
    report = report_latest(project)
    return {
        "least_shared": LEAST_SHARED,
        "gold": _gold(project),
        "report": None if report is None else _report(report.number, report.made_at, report.figures),
        "over_time": [] if report is None else _over_time(reports_over_time(project)),
    }


def _report(number: int, made_at: Any, figures: Json) -> Json:
    shown = ("covers", "reliability", "pairs", "confusion", "disputes")
    return {"number": number, "made_at": made_at, **{part: figures[part] for part in shown}}


def _over_time(reports: list[Json]) -> list[Json]:
    """The measure that the newest report has a value for, from report to report."""
    newest = reports[-1]["overall"]
    measure = next((name for name in OVER_TIME if newest.get(name, {}).get("value") is not None), OVER_TIME[0])
    return [
        {
            "number": report["number"],
            "made_at": report["made_at"],
            "annotations": report["annotations"],
            "measure": measure,
            **report["overall"][measure],
        }
        for report in reports
        if measure in report["overall"]
    ]


def _gold(project: Project) -> list[Json]:
    """By person: how many checks against gold, and the share that was right, with Wilson's interval."""
    checks = GoldCheck.objects.filter(project=project).values_list("user")
    counts = checks.annotate(every=Count("pk"), correct=Count("pk", Q(right=True)))
    pseudonyms = dict(Membership.objects.filter(project=project).values_list("user", "pseudonym"))
    return [{"person": pseudonyms[user], **asdict(wilson(right, every))} for user, every, right in counts]
