import numpy as np
import pytest
from scipy import optimize, stats

from annotator.quality.mace import SMOOTHING, mace
from annotator.quality.votes import Votes, votes_of


def drawn_votes(rng: np.random.Generator, units: int, competence: list[float], habit: float, rare: float) -> Votes:
    """Everyone votes on everything; who does not know says 1 with probability `habit`."""
    truth = rng.random(units) < rare
    rows = [
        (unit, annotator, int(truth[unit] if rng.random() < knows else rng.random() < habit))
        for unit in range(units)
        for annotator, knows in enumerate(competence)
    ]
    return votes_of(rows, units=units, annotators=len(competence), labels=2)


def test_competence_is_found_again() -> None:
    true = [0.95, 0.8, 0.6, 0.4, 0.2, 0.0]
    found = mace(drawn_votes(np.random.default_rng(0), 2000, true, 0.3, 0.2))
    assert found.converged
    assert found.competence == pytest.approx(true, abs=0.08)
    assert found.prevalence[1] == pytest.approx(0.2, abs=0.03)
    assert found.habit[-1, 1] == pytest.approx(0.3, abs=0.05)


def test_who_always_says_the_usual_knows_nothing() -> None:
    """They are right nine times in ten, which a count of agreement would reward."""
    rng = np.random.default_rng(1)
    votes = drawn_votes(rng, 1000, [0.9, 0.9, 0.7], 0.5, 0.1)
    lazy = Votes(
        np.concatenate([votes.unit, np.arange(1000)]),
        np.concatenate([votes.annotator, np.full(1000, 3)]),
        np.concatenate([votes.label, np.zeros(1000, dtype=np.int64)]),
        votes.weight,
        4,
        2,
    )
    found = mace(lazy)
    assert found.competence[3] < 0.1
    assert min(found.competence[:3]) > 0.5


def objective(votes: Votes, competence: np.ndarray, habit: np.ndarray, prevalence: np.ndarray) -> float:
    """From the definition, unit by unit and label by label."""
    total = SMOOTHING * float(sum(np.log(p).sum() for p in (competence, 1 - competence, habit, prevalence)))
    for unit in range(len(votes.weight)):
        cast = [(a, label) for u, a, label in zip(votes.unit, votes.annotator, votes.label, strict=True) if u == unit]
        total += np.log(
            sum(
                prevalence[k]
                * np.prod([competence[a] * (label == k) + (1 - competence[a]) * habit[a, label] for a, label in cast])
                for k in range(votes.labels)
            )
        )
    return total


@pytest.mark.parametrize("seed", range(4))
def test_it_ends_where_no_step_leads_higher(seed: int) -> None:
    votes = drawn_votes(np.random.default_rng(seed), 15, [0.9, 0.6, 0.3], 0.5, 0.4)
    found = mace(votes, tolerance=1e-9, max_iterations=50_000)
    assert found.objective == pytest.approx(objective(votes, found.competence, found.habit, found.prevalence))

    def loss(free: np.ndarray) -> float:
        share = 1 / (1 + np.exp(-free))
        habit = np.column_stack([1 - share[3:6], share[3:6]])
        return -objective(votes, share[:3], habit, np.array([1 - share[6], share[6]]))

    inside = np.clip(np.concatenate([found.competence, found.habit[:, 1], found.prevalence[1:]]), 1e-6, 1 - 1e-6)
    best = optimize.minimize(loss, np.log(inside / (1 - inside)), method="BFGS", options={"maxiter": 30})
    assert -best.fun <= found.objective + 1e-4


def test_the_seed_decides() -> None:
    votes = drawn_votes(np.random.default_rng(3), 60, [0.9, 0.5, 0.2, 0.7], 0.4, 0.3)
    one, two = mace(votes, seed=5), mace(votes, seed=5)
    assert (one.competence == two.competence).all()
    assert stats.spearmanr(one.competence, mace(votes, seed=6).competence).statistic > 0.9


def test_without_votes_nobody_is_known() -> None:
    found = mace(votes_of([], units=0, annotators=2, labels=2))
    assert found.competence == pytest.approx([0.5, 0.5])
