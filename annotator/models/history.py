"""What became of people's work, row by row: written by triggers of the database, and only ever added to."""

from django.db import models


class History(models.Model):
    """One row that a statement added, changed or removed.

    Recorded are slots, assignments, annotations, judgements, spans, missing marks, comparisons, adjudications and gold,
    whoever changes them and by whatever means; the function annotator_rebuilt puts their rows together from here. Left
    out, because they would be most of it and say nothing about the work: drafts (superseded every few seconds, gone
    with the submit), when a lease ends (renewed by every heartbeat) and places in the queue. UPDATE, DELETE and
    TRUNCATE are refused; who wants more runs Redpen as a role that owns no table and may only INSERT into and SELECT
    from this one.

    Not managed by Django, whose `flush` would want to empty it.
    """

    # slot, assignment, annotation, judgement, span, missing, comparison, adjudication or gold.
    kind = models.CharField(max_length=16)
    # Null where the whole table was emptied.
    row_id = models.BigIntegerField(null=True)
    # The row that it hangs on: example, assignment, annotation or judgement.
    parent_id = models.BigIntegerField(null=True)
    operation = models.CharField(max_length=8)
    # Of an insert the row, of an update what has changed.
    image = models.JSONField()
    transaction = models.BigIntegerField()
    at = models.DateTimeField()
    # The person whose request it was; null for what no person asked for, and for raw SQL.
    actor = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "annotator_history"

    def __str__(self) -> str:
        return f"{self.operation} of {self.kind} {self.row_id}"
