"""How far the queues of open slots are arranged."""

from annotator.models import Example, Project


def unarranged_project_ids() -> list[int]:
    """Projects whose slots do not all stand where overlap and strategy want them."""
    return list(Project.objects.filter(arranged_to__isnull=False).values_list("pk", flat=True))


def queue_arranged(*, project: Project) -> float:
    """The share of the examples whose slots stand where overlap and strategy want them, told by their keys."""
    if project.arranged_to is None:
        return 1.0
    keys = Example.objects.filter(project=project).order_by("pk").values_list("pk", flat=True)
    first, last = keys.first(), keys.last()
    if first is None or last is None or last == first:
        return 0.0
    return min(1.0, max(0.0, (project.arranged_to - first) / (last - first)))
