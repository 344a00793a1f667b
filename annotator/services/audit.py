"""The one way into the audit log."""

import json
from typing import Any

from django.db import connection

from annotator.domain.audit import ACTIONS
from annotator.models import Project, User

TARGET_CHARS = 200


def audited(
    *,
    actor: User | None,
    action: str,
    project: Project | None = None,
    target: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Write down what somebody who runs a project or the site did. Nothing of annotators' own work belongs here.

    actor: None for the system itself, the shell, and providers. target, detail: never a name, address, platform id or
    pseudonym of an annotator; "membership 12" says who. Call it in the transaction of what it records, as the last
    thing: from here to the end of that transaction every other entry waits. ValueError for an action that
    domain.audit does not list.
    """
    if action not in ACTIONS:
        raise ValueError(f"{action!r} is not in the list of actions (domain/audit.py)")
    who, where = actor.pk if actor else None, project.pk if project else None
    values = [who, where, action, target[:TARGET_CHARS], json.dumps(detail or {})]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO annotator_audit (actor_id, project_id, action, target, detail) VALUES (%s, %s, %s, %s, %s)",
            values,
        )
