"""`manage.py add_annotators PROJECT COUNT`: make annotators for a project; prints {username: password} as JSON."""

import json
import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from annotator.domain.errors import DomainError
from annotator.models import Project, Role
from annotator.services.people import membership_set, user_create


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", help="slug of the project")
        parser.add_argument("count", type=int)
        parser.add_argument("--simulated", action="store_true", help="keep what they submit apart from people's work")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        logins = {}
        try:
            project = Project.objects.get(slug=options["project"])
            for _ in range(options["count"]):
                username, password = f"{project.slug}-{secrets.token_hex(4)}", secrets.token_urlsafe(12)
                user = user_create(username=username, password=password, is_simulated=options["simulated"])
                membership_set(project=project, user=user, role=Role.ANNOTATOR)
                logins[username] = password
        except Project.DoesNotExist:
            raise CommandError(f"There is no project {options['project']!r}.") from None
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(json.dumps(logins))
