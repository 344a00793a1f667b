"""The audit log: what those who run projects and the site did. Chained by hashes, and only ever added to."""

from django.db import models


class AuditEntry(models.Model):
    """One deed. A trigger gives each entry its number, time, and the two hashes; domain.audit says of what.

    UPDATE, DELETE and TRUNCATE are refused. Neither target nor detail name an annotator: they say "membership 12".
    Not managed by Django, whose `flush` would want to empty it; and no key is held by a constraint, so that an entry
    outlives the person and the project that it is about.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    # Null for the system itself, the shell, and providers.
    actor = models.ForeignKey("annotator.User", models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    project = models.ForeignKey(
        "annotator.Project", models.DO_NOTHING, null=True, db_constraint=False, related_name="+"
    )
    # One of domain.audit.ACTIONS.
    action = models.CharField(max_length=64)
    # What it was done to, such as "dataset 6c3f…".
    target = models.CharField(max_length=200)
    detail = models.JSONField()
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        managed = False
        db_table = "annotator_audit"

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.target}"
