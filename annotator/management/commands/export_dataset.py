"""Write a dataset to a file: `manage.py export_dataset world "feedback 1" out.jsonl`, frozen first with --freeze."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotator.domain.errors import DomainError
from annotator.domain.formats.registry import FORMATS
from annotator.management.lookup import project_by_slug
from annotator.models import Dataset
from annotator.selectors.datasets import dataset_bytes, dataset_losses
from annotator.services.datasets import dataset_freeze


class Command(BaseCommand):
    help = "Write a dataset of a project to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("project", help="slug")
        parser.add_argument("dataset", help="name")
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=list(FORMATS), default="jsonl")
        parser.add_argument("--freeze", action="store_true", help="freeze the annotations under this name first")

    def handle(self, *, project: str, dataset: str, file: Path, format: str, freeze: bool, **options: Any) -> None:
        found = project_by_slug(project)
        try:
            if freeze:
                row = dataset_freeze(project=found, user=None, name=dataset)
            else:
                row = Dataset.objects.get(project=found, name=dataset)
            pieces = dataset_bytes(dataset=row, format=format)
            with file.open("wb") as opened:
                opened.writelines(pieces)
            losses = dataset_losses(dataset=row, format=format)
        except Dataset.DoesNotExist as error:
            raise CommandError(f"Project {project} has no dataset {dataset!r}.") from error
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        for loss in losses:
            self.stdout.write(f"not in {FORMATS[format].name}: {loss['path']} ({loss['count']})")
        self.stdout.write(f"{file}: dataset {row.name!r}, sha256 {row.sha256}")
