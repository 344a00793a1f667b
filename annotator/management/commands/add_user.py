"""Make accounts, or give them a role: `manage.py add_user ada --project world --role admin --staff`.

Passwords are asked for at the terminal; where there is none, they are lines of the standard input.
"""

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from annotator.domain.errors import DomainError
from annotator.management.lookup import project_by_slug
from annotator.models import Role, User
from annotator.services.people import membership_set, user_create
from annotator.services.tokens import token_issue


class Command(BaseCommand):
    help = "Make accounts, or give accounts a role in a project."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("usernames", nargs="+")
        parser.add_argument("--project", help="slug of a project to take them into")
        parser.add_argument("--role", choices=Role.values, default=Role.ANNOTATOR)
        parser.add_argument("--staff", action="store_true", help="may create projects")
        parser.add_argument("--simulated", action="store_true", help="a program that annotates; kept apart from people")
        parser.add_argument("--token", action="store_true", help="issue a token and print it, this once")

    @transaction.atomic
    def handle(self, *, usernames: list[str], **options: Any) -> None:
        for username in usernames:
            self._add(username, **options)

    def _add(self, username: str, *, project: str | None, role: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        try:
            user = user or user_create(
                username=username,
                password=_password(username),
                is_staff=options["staff"],
                is_simulated=options["simulated"],
            )
        except DomainError as error:
            raise CommandError(error.message) from error
        if project:
            membership_set(project=project_by_slug(project), user=user, role=role)
        if options["token"]:
            self.stdout.write(token_issue(user=user)[1])


def _password(username: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"Password for {username}: ")
    return sys.stdin.readline().rstrip("\n")
