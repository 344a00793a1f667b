"""Fetch and authorise in one query: whoever may not know of a row gets the answer of a row that is not there."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import F, Model

from annotator.domain.errors import DomainError
from annotator.models import (
    Assignment,
    Dataset,
    EntryLink,
    Example,
    Job,
    Lesson,
    Membership,
    ModelVersion,
    Project,
    Role,
    Study,
    User,
)
from annotator.selectors.rows import columns_of, row_of, width_of

Roles = frozenset[str]

MEMBERS: Roles = frozenset(Role.values)
RESEARCHERS: Roles = frozenset({Role.RESEARCHER, Role.ADMIN})
ADMINS: Roles = frozenset({Role.ADMIN})

MEMBER = """
FROM annotator_membership member JOIN annotator_project project ON project.id = member.project_id
WHERE member.user_id = %s AND member.project_id = %s
"""
MEMBERSHIP = f"SELECT {columns_of(Project, 'project.')}, {columns_of(Membership, 'member.')} {MEMBER}"
PROJECT = f"SELECT {columns_of(Project, 'project.')}, member.role {MEMBER}"

Row = TypeVar("Row", bound=Model)


def not_found(what: str, key: Any) -> DomainError:
    return DomainError("not_found", f"There is no {what} {key} that you can see.")


def access_membership(*, user: User, project_id: int, roles: Roles = MEMBERS) -> Membership:
    """The person's membership with its project.

    DomainError not_found for an outsider, forbidden for a member of another role.
    """
    project, values = _member(MEMBERSHIP, user, project_id)
    found = row_of(Membership, values)
    found.user, found.project = user, project
    _check_role(found.role, roles)
    return found


def access_project(*, user: User, project_id: int, roles: Roles = MEMBERS) -> Project:
    """The project; DomainError as access_membership."""
    project, (role,) = _member(PROJECT, user, project_id)
    _check_role(role, roles)
    return project


def access_dataset(*, user: User, dataset_id: Any, roles: Roles = RESEARCHERS) -> Dataset:
    """The dataset with its project; DomainError not_found or forbidden."""
    return _access(Dataset, user, dataset_id, roles, "dataset")


def access_example(*, user: User, example_id: int, roles: Roles = RESEARCHERS) -> Example:
    """The example with its project; DomainError not_found or forbidden."""
    return _access(Example, user, example_id, roles, "example")


def access_job(*, user: User, job_id: Any, roles: Roles = RESEARCHERS) -> Job:
    """The job with its project; DomainError not_found or forbidden."""
    return _access(Job, user, job_id, roles, "job")


def access_model_version(*, user: User, model_version_id: Any, roles: Roles = RESEARCHERS) -> ModelVersion:
    """The model version with its project; DomainError not_found or forbidden."""
    return _access(ModelVersion, user, model_version_id, roles, "model")


def access_study(*, user: User, study_id: int, roles: Roles = RESEARCHERS) -> Study:
    """The study with its project; DomainError not_found or forbidden."""
    return _access(Study, user, study_id, roles, "study")


def access_entry_link(*, user: User, link_id: Any) -> EntryLink:
    """The link with its study and project, for the project's admins; DomainError not_found or forbidden."""
    rows = EntryLink.objects.select_related("study__project").filter(study__project__memberships__user=user)
    found = rows.annotate(role=F("study__project__memberships__role")).filter(pk=link_id).first()
    if found is None:
        raise not_found("link", link_id)
    _check_role(vars(found)["role"], ADMINS)
    return found


def access_lesson(*, user: User, lesson_id: int) -> Lesson:
    """The lesson with its project, for any member of it; DomainError not_found."""
    return _access(Lesson, user, lesson_id, MEMBERS, "lesson")


def access_assignment(*, user: User, assignment_id: int) -> Assignment:
    """The person's own assignment with example, project and taxonomy; DomainError not_found for anyone else's."""
    found = (
        Assignment.objects.select_related("example", "project", "taxonomy")
        .filter(pk=assignment_id, user=user, project__memberships__user=user)
        .first()
    )
    if found is None:
        raise not_found("assignment", assignment_id)
    found.user = user
    return found


def _access(model: type[Row], user: User, pk: Any, roles: Roles, what: str) -> Row:
    rows = model._default_manager.select_related("project").filter(pk=pk, project__memberships__user=user)
    found = rows.annotate(role=F("project__memberships__role")).first()
    if found is None:
        raise not_found(what, pk)
    _check_role(vars(found)["role"], roles)
    return found


def _check_role(role: str, roles: Roles) -> None:
    if role not in roles:
        raise DomainError("forbidden", f"Your role here is {role}; this asks for {' or '.join(sorted(roles))}.")


def _member(statement: str, user: User, project_id: int) -> tuple[Project, Sequence[Any]]:
    """The project, and what the statement says of the person in it; DomainError not_found."""
    with connection.cursor() as cursor:
        cursor.execute(statement, [user.pk, project_id])
        values = cursor.fetchone()
    if values is None:
        raise not_found("project", project_id)
    width = width_of(Project)
    return row_of(Project, values[:width]), values[width:]
