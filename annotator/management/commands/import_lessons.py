"""Give a project its tutorial and qualification: `manage.py import_lessons world lessons.jsonl`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotator.domain.errors import DomainError
from annotator.management.lookup import project_by_slug
from annotator.services.lessons import lessons_import


class Command(BaseCommand):
    help = (
        "Replace a project's lessons by those of a file with one JSON line each: "
        '{"part": "tutorial" or "qualification", "record": a feedback record whose marks are gold}.'
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("project", help="slug")
        parser.add_argument("file", type=Path)

    def handle(self, *, project: str, file: Path, **options: Any) -> None:
        try:
            with file.open("rb") as opened:
                counts = lessons_import(project=project_by_slug(project), file=opened)
        except (DomainError, OSError) as error:
            raise CommandError(f"{file}: {error}") from error
        self.stdout.write(", ".join(f"{part}: {count}" for part, count in counts.items()))
