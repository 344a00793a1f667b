"""Import a file into a project: `manage.py import_examples world feedback_250.json --format qa-feedback`."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotator.domain.errors import DomainError
from annotator.domain.formats.registry import FORMATS
from annotator.domain.formats.shapes import OFFSETS, Offsets
from annotator.management.lookup import project_by_slug
from annotator.services.imports import examples_import


class Command(BaseCommand):
    help = "Import examples, with their annotations if the file has any; all of the file or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("project", help="slug")
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=list(FORMATS), default="jsonl")

        mapped = "a label of the file as an error type: --label Wrong=inconsistent_fact"
        parser.add_argument("--label", action="append", default=[], help=mapped)
        parser.add_argument("--offsets", choices=OFFSETS, default=OFFSETS[0], help="what offsets without quotes count")

    def handle(
        self, *, project: str, file: Path, format: str, label: list[str], offsets: Offsets, **options: Any
    ) -> None:
        labels = {name: kind for name, _, kind in (each.rpartition("=") for each in label)}
        found = project_by_slug(project)
        try:
            with file.open("rb") as opened:
                counts = examples_import(project=found, file=opened, format=format, labels=labels, offsets=offsets)
        except (DomainError, OSError) as error:
            raise CommandError(f"{file}: {error}") from error
        self.stdout.write(", ".join(f"{count} {what}" for what, count in counts.items()))
