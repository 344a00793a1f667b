"""The queue of open slots: in it as the project's overlap and strategy want it, example by example.

A project of a million examples cannot be arranged anew while somebody waits, so it is done in batches; until the last
of them, people go on in a queue that is partly as it was.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef

from annotator.domain.strategies import STRATEGIES, Place, disagreement_first
from annotator.models import Example, Project, Slot, SlotState, Unmeasured
from annotator.quality.disagreement import disagreement
from annotator.selectors.projects import taxonomy_current, taxonomy_of
from annotator.selectors.records import feedback_records

BATCH = 2000
# An example's key, uncertainty and disagreement.
Rated = tuple[int, float | None, float | None]

ADD = """
INSERT INTO annotator_slot (project_id, example_id, number, state, rank)
SELECT %(project)s, example, number, 'open', rank
FROM unnest(%(examples)s::bigint[], %(numbers)s::int[], %(ranks)s::float8[]) AS place (example, number, rank)
ORDER BY number, example ON CONFLICT DO NOTHING
"""
# Of these examples those that two have judged.
MEASURE = """
INSERT INTO annotator_unmeasured (example_id)
SELECT example_id FROM annotator_slot WHERE example_id = ANY(%s) AND state = 'done'
GROUP BY example_id HAVING count(*) > 1 ON CONFLICT DO NOTHING
"""
# What is locked is being taken, and its rank matters no more.
MOVE = """
WITH moved AS (
    SELECT slot.id, place.rank
    FROM unnest(%(examples)s::bigint[], %(numbers)s::int[], %(ranks)s::float8[]) AS place (example, number, rank)
    JOIN annotator_slot slot ON slot.example_id = place.example AND slot.number = place.number
    WHERE slot.state <> 'done' AND slot.rank <> place.rank FOR UPDATE OF slot SKIP LOCKED
)
UPDATE annotator_slot slot SET rank = moved.rank, opened_in = pg_current_xact_id()::text::bigint
FROM moved WHERE slot.id = moved.id
"""


def slots_add(*, project: Project, examples: Sequence[Rated]) -> None:
    """Bring these examples up to the project's overlap in slots, each at its place in the queue.

    Must run in a transaction; locks the project, whose people will go through the queue from its start.
    """
    with connection.cursor() as cursor:
        cursor.execute(ADD, _places(project, examples))
    Project.objects.filter(pk=project.pk).update(queue_version=F("queue_version") + 1)


def example_move(*, project: Project, example: Example) -> None:
    """Put the example's slots where the project's strategy now wants them."""
    with connection.cursor() as cursor:
        cursor.execute(MOVE, _places(project, [(example.pk, example.uncertainty, example.disagreement)]))


@transaction.atomic
def queue_arrange(*, project_id: int) -> bool:
    """Bring the next BATCH examples to the project's overlap and strategy; whether there may be more to do.

    Slots beyond the overlap vanish if they are open and were never anybody's. Locks the project.
    """
    project = Project.objects.select_for_update(no_key=True).get(pk=project_id)
    if project.arranged_to is None:
        return False
    judged = Slot.objects.filter(example=OuterRef("pk"), number=1)
    behind = Example.objects.filter(Exists(judged), project=project, pk__gt=project.arranged_to).order_by("pk")
    examples = list(behind.values_list("pk", "uncertainty", "disagreement")[:BATCH])
    keys = [key for key, *_ in examples]
    with connection.cursor() as cursor:
        for statement in (ADD, MOVE):
            cursor.execute(statement, _places(project, examples))
    if project.strategy == disagreement_first.__name__:
        with connection.cursor() as cursor:
            cursor.execute(MEASURE, [keys])
    surplus = Slot.objects.filter(example__in=keys, number__gt=project.overlap, state=SlotState.OPEN)
    surplus.filter(assignments=None).delete()
    project.arranged_to = keys[-1] if len(keys) == BATCH else None
    project.queue_version += 1
    project.save(update_fields=["arranged_to", "queue_version"])
    return project.arranged_to is not None


def examples_measure(*, limit: int = 200) -> int:
    """Measure how far annotators differ on examples that were judged once more, and move their slots; how many."""
    for count in range(limit):
        if not _example_measure():
            return count
    return limit


@transaction.atomic
def _example_measure() -> bool:
    """One example in a transaction of its own: whoever submits a judgement of it meanwhile has to wait for that."""
    row = Unmeasured.objects.select_for_update(skip_locked=True, of=("self",)).first()
    if row is None:
        return False
    example = Example.objects.select_related("project").get(pk=row.example_id)
    row.delete()
    taxonomy = taxonomy_of(taxonomy_current(project=example.project))
    records = list(feedback_records(project=example.project, examples=[example.pk]))
    example.disagreement = disagreement(records, taxonomy)
    example.save(update_fields=["disagreement"])
    example_move(project=example.project, example=example)
    return True


def _places(project: Project, examples: Sequence[Rated]) -> dict[str, Any]:
    """Columns of the examples' slots: which example, which number, and the rank by the project's strategy."""
    strategy = STRATEGIES[project.strategy]
    places = [Place(number, *example) for number in range(1, project.overlap + 1) for example in examples]
    return {
        "project": project.pk,
        "examples": [place.example for place in places],
        "numbers": [place.number for place in places],
        "ranks": [strategy(place) for place in places],
    }
