"""What commands find by name."""

from django.core.management.base import CommandError

from annotator.models import Project


def project_by_slug(slug: str) -> Project:
    """The project; CommandError naming those that there are."""
    found = Project.objects.filter(slug=slug).first()
    if found is None:
        known = ", ".join(Project.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
        raise CommandError(f"There is no project {slug!r}. Projects: {known}.")
    return found
