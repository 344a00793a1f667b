"""`manage.py register_model PROJECT KIND SOURCE`: make a model that was made elsewhere known to a project."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotator.domain.errors import DomainError
from annotator.models import ModelKind, Project
from annotator.services.model_versions import model_promote, model_register


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("project", help="slug of the project")
        parser.add_argument("kind", choices=ModelKind.values)
        parser.add_argument("source", help="a folder, or the hub name of a policy")
        parser.add_argument("--name", help="default: the last part of the source")
        parser.add_argument("--promote", action="store_true", help="make it the active one at once")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(options["source"]).expanduser()
        source = str(folder.resolve()) if folder.is_dir() else options["source"]
        try:
            project = Project.objects.get(slug=options["project"])
            name, kind = options["name"] or Path(source).name, ModelKind(options["kind"])
            model = model_register(project=project, name=name, kind=kind, source=source)
            if options["promote"]:
                model = model_promote(model_id=model.pk)
        except Project.DoesNotExist:
            raise CommandError(f"There is no project {options['project']!r}.") from None
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(str(model))
