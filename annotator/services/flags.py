"""Flags: what people report about an example they were given."""

from annotator.models import Assignment, Flag


def flag_set(*, assignment: Assignment, reason: str, note: str = "") -> Flag:
    """Report this about the example, whatever has become of the assignment. The same reason again changes its note."""
    flag, _ = Flag.objects.update_or_create(assignment=assignment, reason=reason, defaults={"note": note})
    return flag
