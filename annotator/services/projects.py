"""Projects: creating and changing them, their taxonomies and the number of judgements they want."""

import hashlib
import json
from typing import Any

from django.db import IntegrityError, transaction

from annotator.domain.desk import check_desk, desk_from_json, desk_to_json
from annotator.domain.errors import DomainError
from annotator.domain.taxonomy import PAPER_TAXONOMY, taxonomy_from_json, taxonomy_to_json
from annotator.models import Project, Role, Taxonomy, User
from annotator.selectors.projects import taxonomy_current, taxonomy_of
from annotator.services.audit import audited
from annotator.services.people import membership_set
from annotator.services.queue import queue_arrange

# Of a setting, in the audit log; longer ones are told by their hash.
TOLD_CHARS = 200


@transaction.atomic
def project_create(*, owner: User, taxonomy: Any = None, desk: Any = None, **fields: Any) -> Project:
    """A new project whose first admin is the owner; without a taxonomy it gets the paper's.

    DomainError name_taken for the slug, invalid_taxonomy, invalid_desk.
    """
    try:
        with transaction.atomic():
            project = Project.objects.create(**fields)
    except IntegrityError as error:
        problem = f"there is a project {fields.get('slug')!r} already"
        raise DomainError("name_taken", f"slug: {problem}", {"slug": problem}) from error
    taxonomy_add(project=project, body=taxonomy or taxonomy_to_json(PAPER_TAXONOMY))
    if desk is not None:
        _set_desk(project, desk)
    membership_set(project=project, user=owner, role=Role.ADMIN)
    audited(actor=owner, action="project.create", project=project, target=f"project {project.slug}")
    return project


@transaction.atomic
def project_update(
    *, project: Project, taxonomy: Any = None, desk: Any = None, actor: User | None = None, **fields: Any
) -> Project:
    """Change what is given, and the examples' slots with overlap and strategy: those of the first examples at once, and
    the rest where queue_arrange is called until it is done. Locks the project row.

    A taxonomy or desk replaces the whole of the one before. Whoever holds an example goes on with what they were
    given. DomainError invalid_taxonomy, name_taken for a version that is another taxonomy already; invalid_desk, also
    for a taxonomy without an error type that the desk's questions name.
    """
    project = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    before = {name: getattr(project, name) for name in [*fields, "overlap", "strategy", "desk"]}
    for name, value in fields.items():
        setattr(project, name, value)
    if (project.overlap, project.strategy) != (before["overlap"], before["strategy"]):
        project.arranged_to = 0
    project.save()
    if project.arranged_to == 0:
        queue_arrange(project_id=project.pk)
        project.refresh_from_db(fields=["arranged_to", "queue_version"])
    if taxonomy is not None:
        taxonomy_add(project=project, body=taxonomy)
    if taxonomy is not None or desk is not None:
        _set_desk(project, project.desk if desk is None else desk)
    now = {name: getattr(project, name) for name in before}
    changed = {name: [_told(before[name]), _told(now[name])] for name in now if now[name] != before[name]}
    if taxonomy is not None:
        changed["taxonomy"] = [None, taxonomy_current(project=project).version]
    audited(actor=actor, action="project.update", project=project, target=f"project {project.slug}", detail=changed)
    return project


def _set_desk(project: Project, body: Any) -> None:
    desk = desk_from_json(body)
    check_desk(desk, taxonomy_of(taxonomy_current(project=project)))
    project.desk = desk_to_json(desk)
    project.save(update_fields=["desk"])


def _told(value: Any) -> Any:
    """A setting as the audit log tells it: a long one by the hash of its JSON."""
    text = json.dumps(value, default=str)
    return json.loads(text) if len(text) <= TOLD_CHARS else f"sha256 {hashlib.sha256(text.encode()).hexdigest()}"


def taxonomy_add(*, project: Project, body: Any) -> Taxonomy:
    """Make this the project's current taxonomy. A version is written once: the same body again is no change.

    DomainError invalid_taxonomy; name_taken if the version holds another body.
    """
    taxonomy = taxonomy_from_json(body)
    row, created = Taxonomy.objects.get_or_create(
        project=project, version=taxonomy.version, defaults={"body": taxonomy_to_json(taxonomy)}
    )
    if not created and taxonomy_from_json(row.body) != taxonomy:
        problem = f"{taxonomy.version!r} is another taxonomy already; a changed one needs a new version"
        raise DomainError("name_taken", f"taxonomy.version: {problem}", {"taxonomy.version": problem})
    return row
