"""Counts that would need a scan, kept by triggers as work is done: see migration tallies for who writes them.

A row is a change, and a number is the sum of its rows. Submits only ever add rows, so that no two of them wait for
each other; annotator_tallies_fold makes the rows of a key one. No foreign keys: what is counted may be gone before its
count is.
"""

from django.db import models


class WorkTally(models.Model):
    """Annotations of a person that came in within an hour (UTC)."""

    project = models.ForeignKey(
        "annotator.Project", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    user = models.ForeignKey("annotator.User", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    hour = models.DateTimeField()
    annotations = models.BigIntegerField()
    # Of these, the ones that fill a slot.
    counted = models.BigIntegerField()
    # Of these, the ones that tell their active time, and that time: whole milliseconds add up the same in any order.
    timed = models.BigIntegerField()
    milliseconds = models.BigIntegerField()
    folded = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["project", "user", "hour"], name="work_tally_key")]

    def __str__(self) -> str:
        return f"{self.annotations:+} of {self.user_id} at {self.hour}"


class MarkTally(models.Model):
    """Marks of a type, spans and missing information alike, by a person."""

    project = models.ForeignKey(
        "annotator.Project", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    user = models.ForeignKey("annotator.User", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False)
    type = models.CharField(max_length=64)
    marks = models.BigIntegerField()
    folded = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["project", "user", "type"], name="mark_tally_key")]

    def __str__(self) -> str:
        return f"{self.marks:+} {self.type} of {self.user_id}"


class CoverageTally(models.Model):
    """Examples that have so many slots, of which so many are done; without what CoverageChange says."""

    project = models.ForeignKey(
        "annotator.Project", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    slots = models.PositiveIntegerField()
    done = models.PositiveIntegerField()
    examples = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.examples:+} with {self.done} of {self.slots}"


class CoverageChange(models.Model):
    """Slots of an example that came, went or were done or undone, and are not in CoverageTally yet.

    Who writes it need not know how many the example has in all, which two submits at once could not agree about.
    """

    project = models.ForeignKey(
        "annotator.Project", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    example = models.ForeignKey(
        "annotator.Example", models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    slots = models.IntegerField()
    done = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.slots:+} slots, {self.done:+} done of {self.example_id}"
