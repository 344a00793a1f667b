"""Import a file into a project: `manage.py import_examples world feedback_250.json --format qa-feedback`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotator.domain.errors import DomainError
from annotator.management.lookup import project_by_slug
from annotator.services.imports import FORMATS, examples_import


class Command(BaseCommand):
    help = "Import examples, with their annotations if the file has any; all of the file or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("project", help="slug")
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=FORMATS, default="jsonl")

    def handle(self, *, project: str, file: Path, format: str, **options: Any) -> None:
        try:
            with file.open("rb") as opened:
                counts = examples_import(project=project_by_slug(project), file=opened, format=format)
        except (DomainError, OSError) as error:
            raise CommandError(f"{file}: {error}") from error
        self.stdout.write(", ".join(f"{count} {what}" for what, count in counts.items()))
