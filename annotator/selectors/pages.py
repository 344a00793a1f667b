"""Which page is a person's own."""

from annotator.models import Membership, Role, User


def runs_a_project(user: User) -> bool:
    """Whether the console is for them: admin or researcher in some project, or the owner who creates projects."""
    return user.is_staff or user.memberships.filter(role__in=[Role.ADMIN, Role.RESEARCHER]).exists()


def first_project_slug(user: User) -> str | None:
    """The project to annotate in, the one joined first; None without any."""
    membership = Membership.objects.filter(user=user).select_related("project").order_by("created_at", "pk").first()
    return membership.project.slug if membership else None
