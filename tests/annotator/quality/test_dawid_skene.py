from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from annotator.quality.dawid_skene import dawid_skene
from annotator.quality.votes import Votes, merged, votes_of

# Dawid and Skene (1979), table 1: 45 patients; observer 1 judged each three times, observers 2 to 5 once.
ANAESTHETISTS = """
1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444 2223343 1111111 2223212 1211111
1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 2212222 1111111 1111111 2322222 1111111 1111111 1121121
1111111 3333233 1111111 2222222 2223232 4334343 2212232 2323233 3333432 1111111 1111111 1212111 2322222 1211111 2222222
"""
OBSERVERS = (0, 0, 0, 1, 2, 3, 4)


def anaesthetists() -> Votes:
    rows = [
        (unit, observer, int(label) - 1)
        for unit, patient in enumerate(ANAESTHETISTS.split())
        for observer, label in zip(OBSERVERS, patient, strict=True)
    ]
    return votes_of(rows, units=45, annotators=5, labels=4)


def test_dawid_and_skenes_own_example() -> None:
    """The prevalences that they print."""
    found = dawid_skene(anaesthetists(), tolerance=1e-7)
    assert found.converged
    assert found.prevalence == pytest.approx([0.40, 0.42, 0.11, 0.07], abs=0.005)


def random_votes(rng: np.random.Generator, units: int = 12, annotators: int = 3, labels: int = 2) -> Votes:
    rows = [
        (unit, annotator, int(rng.integers(labels)))
        for unit in range(units)
        for annotator in range(annotators)
        if rng.random() < 0.8
    ]
    return votes_of(rows, units=units, annotators=annotators, labels=labels)


def log_posterior(votes: Votes, confusion: np.ndarray, prevalence: np.ndarray, prior: np.ndarray) -> float:
    """From the definition, unit by unit and label by label."""
    total = float((prior * np.log(confusion)).sum() + prior.sum(axis=1) @ np.log(prevalence))
    for unit in range(len(votes.weight)):
        cast = [(a, label) for u, a, label in zip(votes.unit, votes.annotator, votes.label, strict=True) if u == unit]
        likelihood = [
            prevalence[k] * np.prod([confusion[a, k, label] for a, label in cast]) for k in range(votes.labels)
        ]
        total += float(votes.weight[unit] * np.log(sum(likelihood)))
    return total


def softmax(values: np.ndarray) -> np.ndarray:
    values = np.exp(values - values.max(axis=-1, keepdims=True))
    return values / values.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("seed", range(5))
def test_it_ends_where_no_step_leads_higher(seed: int) -> None:
    """The objective is the definition's, and a general optimiser that starts there finds nothing better nearby."""
    votes = random_votes(np.random.default_rng(seed))
    prior = np.array([[2.0, 0.5], [1.0, 1.5]])
    found = dawid_skene(votes, prior, tolerance=1e-9, max_iterations=20_000)
    assert found.converged
    assert found.objective == pytest.approx(log_posterior(votes, found.confusion, found.prevalence, prior))

    def loss(free: np.ndarray) -> float:
        confusion, prevalence = softmax(free[:12].reshape(3, 2, 2)), softmax(free[12:])
        return -log_posterior(votes, confusion, prevalence, prior)

    start = np.concatenate([np.log(found.confusion).ravel(), np.log(found.prevalence)])
    best = optimize.minimize(loss, start, method="BFGS", options={"maxiter": 50})
    assert -best.fun <= found.objective + 1e-5


@pytest.mark.parametrize("seed", range(5))
def test_every_step_climbs(seed: int) -> None:
    votes = random_votes(np.random.default_rng(seed), units=30, annotators=4, labels=3)
    prior = np.full((3, 3), 0.5)
    climbed = [dawid_skene(votes, prior, max_iterations=steps).objective for steps in range(25)]
    assert all(after >= before - 1e-9 for before, after in pairwise(climbed))


def test_too_few_steps_are_told() -> None:
    assert not dawid_skene(anaesthetists(), max_iterations=2).converged


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1000))
def test_order_and_names_do_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    votes, prior = random_votes(rng), np.array([[3.0, 1.0], [1.0, 3.0]])
    shuffled, people = rng.permutation(len(votes.unit)), rng.permutation(3)
    other = Votes(
        votes.unit[shuffled], people[votes.annotator[shuffled]], 1 - votes.label[shuffled], votes.weight, 3, 2
    )
    one, two = dawid_skene(votes, prior), dawid_skene(other, prior)
    assert two.prevalence[::-1] == pytest.approx(one.prevalence, abs=1e-6)
    assert two.confusion[people][:, ::-1, ::-1] == pytest.approx(one.confusion, abs=1e-6)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 1000))
def test_equal_units_may_be_merged(seed: int) -> None:
    """Merging keeps each person's votes by weight, and a unit twice is a unit of weight 2."""
    votes = random_votes(np.random.default_rng(seed), units=20)
    less = merged(votes)
    cells = [
        np.bincount(v.annotator * 2 + v.label, weights=v.weight[v.unit], minlength=6).tolist() for v in (votes, less)
    ]
    assert cells[0] == cells[1]
    rows = sorted(zip(less.unit.tolist(), less.annotator.tolist(), less.label.tolist(), strict=True))
    kinds = {tuple(row[1:] for row in rows if row[0] == unit) for unit in range(len(less.weight))}
    assert len(kinds) == len(less.weight)
    doubled = Votes(
        np.concatenate([votes.unit, votes.unit + 20]),
        np.tile(votes.annotator, 2),
        np.tile(votes.label, 2),
        np.ones(40),
        3,
        2,
    )
    heavy = Votes(votes.unit, votes.annotator, votes.label, np.full(20, 2.0), 3, 2)
    assert dawid_skene(doubled).confusion == pytest.approx(dawid_skene(heavy).confusion, abs=1e-9)


def test_without_votes_nobody_is_known() -> None:
    found = dawid_skene(votes_of([], units=3, annotators=2, labels=2), np.array([[9.0, 1.0], [2.0, 8.0]]))
    assert found.confusion == pytest.approx(np.array([[[0.9, 0.1], [0.2, 0.8]]] * 2))
    assert found.prevalence == pytest.approx([0.5, 0.5])  # 10 credited units of each
