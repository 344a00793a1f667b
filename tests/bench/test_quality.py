"""A small run of the benchmark."""

from tests.annotator.quality.simulation import simulate
from tests.bench.quality import labels, rows, simulate_on


def test_reliability_is_followed_and_aggregated_labels_are_no_worse() -> None:
    (row,) = rows(seed=1, data=None, sizes=[(8, 3)], texts=80)
    assert min(row.dawid_skene, row.mace, row.weights) > 0.6
    assert row.aggregated_error > 0
    assert not row.worse


def test_texts_that_there_are_are_judged_as_made_ones_are() -> None:
    gold = simulate(6, 4, 1).gold
    world = simulate_on(gold, annotators=4, each=3, seed=0)
    assert len(world.records) == 18
    assert {record.example.id for record in world.records} == {record.example.id for record in gold}
    best = [labels(record) for record in world.records if record.annotator.pseudonym == "annotator 03"]
    assert any(best)
