"""`manage.py audit_verify`: was anything in the audit log changed, removed, moved or slipped in? Ends with 1 if so.

The newest entries can only be missed by who knows that they were there: beat keeps the number and hash of the last
one in DATA_DIR/audit_anchors and in Redpen's log, and `--anchor "12 9f86d0…"` names one that was kept elsewhere.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotator.selectors.audit import audit_broken, audit_head
from annotator.services.audit_anchors import anchor_read, anchors_kept


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anchor", action="append", default=[], help="number and hash of an entry, as kept")

    def handle(self, *, anchor: list[str], **options: Any) -> None:
        try:
            anchors = [*anchors_kept(), *map(anchor_read, anchor)]
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        if broken := audit_broken(anchors=anchors):
            raise CommandError(f"The audit log is broken: entry {broken.number} {broken.why}.")
        head = audit_head()
        self.stdout.write(f"{head.number} entries, each as it was written; {len(anchors)} anchors hold.")
        self.stdout.write(f"{head.number} {head.hash}")
