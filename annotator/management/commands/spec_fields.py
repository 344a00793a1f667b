"""`manage.py spec_fields --file frontend/src/features/console/jobs/specs.json`: what the console's form of a job is
made of."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from annotator.domain.spec_fields import spec_fields


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--file", type=Path, required=True)

    def handle(self, *, file: Path, **options: Any) -> None:
        file.write_text(json.dumps(spec_fields(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
