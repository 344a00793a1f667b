"""MACE: how often each annotator knows, and what they say when they do not (Hovy et al., NAACL 2013), by EM.

For each unit with true label T an annotator either knows, with probability competence[a], and says T, or does not, and
says l with probability habit[a, l]. As in the paper, EM is restarted from random points and the best end is kept, and
fixed counts smooth the M-step. Unlike there, the labels' prevalence is learned: an error is far rarer than its absence.
"""

from dataclasses import dataclass

import numpy as np

from annotator.quality.arrays import Floats, sums_by
from annotator.quality.votes import Votes, merged

SMOOTHING = 0.1
TRIAL = 20
TINY = 1e-300


@dataclass(frozen=True)
class Mace:
    """competence: (annotators,). habit: (annotators, labels). prevalence: (labels,). objective: the log likelihood
    plus the smoothing's log prior."""

    competence: Floats
    habit: Floats
    prevalence: Floats
    objective: float
    iterations: int
    converged: bool


def mace(
    votes: Votes,
    *,
    smoothing: float = SMOOTHING,
    restarts: int = 4,
    seed: int = 0,
    max_iterations: int = 2000,
    tolerance: float = 1e-4,
) -> Mace:
    """Fit the model: TRIAL steps from one even start and from `restarts` random ones, and from the best of these on to
    the end; converged when no parameter moves by more than `tolerance`. The same seed gives the same answer."""
    votes = merged(votes)
    rng = np.random.default_rng(seed)
    shape = (votes.annotators, votes.labels)
    begins = [(np.full(shape[0], 0.8), np.full(shape, 1 / votes.labels))]
    begins += [(rng.uniform(0.3, 0.95, shape[0]), rng.dirichlet(np.ones(shape[1]), shape[0])) for _ in range(restarts)]
    prevalence = (votes.shares * votes.weight[:, np.newaxis]).sum(axis=0) + smoothing
    prevalence /= prevalence.sum()
    trials = [_climb(votes, *begin, prevalence, smoothing, TRIAL, tolerance) for begin in begins]
    best = max(trials, key=lambda end: end.objective)
    return _climb(votes, best.competence, best.habit, best.prevalence, smoothing, max_iterations, tolerance)


def _climb(
    votes: Votes,
    competence: Floats,
    habit: Floats,
    prevalence: Floats,
    smoothing: float,
    max_iterations: int,
    tolerance: float,
) -> Mace:
    iteration, converged = 0, False
    while iteration < max_iterations and not converged:
        iteration += 1
        before = np.concatenate([competence, habit.ravel(), prevalence])
        posterior, _ = _true_labels(votes, competence, habit, prevalence)
        competence, habit, prevalence = _maximise(votes, posterior, competence, habit, smoothing)
        moved = np.abs(np.concatenate([competence, habit.ravel(), prevalence]) - before).max()
        converged = bool(moved <= tolerance)
    _, evidence = _true_labels(votes, competence, habit, prevalence)
    logs = [np.log(part + TINY).sum() for part in (competence, 1 - competence, habit, prevalence)]
    objective = float(votes.weight @ evidence + smoothing * sum(logs))
    return Mace(competence, habit, prevalence, objective, iteration, converged)


def _true_labels(votes: Votes, competence: Floats, habit: Floats, prevalence: Floats) -> tuple[Floats, Floats]:
    """(units, labels): the probability of each label given the votes; (units,): the votes' log likelihood."""
    units = len(votes.weight)
    guessed = (1 - competence[votes.annotator]) * habit[votes.annotator, votes.label]
    known = np.log(guessed + competence[votes.annotator] + TINY) - np.log(guessed + TINY)
    joint = sums_by(votes.unit, np.log(guessed + TINY), units)[:, np.newaxis] + np.column_stack(
        [sums_by(votes.unit, known * (votes.label == k), units) for k in range(votes.labels)]
    )
    joint += np.log(prevalence + TINY)
    evidence: Floats = np.logaddexp.reduce(joint, axis=1)
    posterior: Floats = np.exp(joint - evidence[:, np.newaxis])
    return posterior, evidence


def _maximise(
    votes: Votes, posterior: Floats, competence: Floats, habit: Floats, smoothing: float
) -> tuple[Floats, Floats, Floats]:
    annotators, labels = votes.annotators, votes.labels
    weight = votes.weight[votes.unit]
    guessed = (1 - competence[votes.annotator]) * habit[votes.annotator, votes.label]
    knows = posterior[votes.unit, votes.label] * competence[votes.annotator]
    knows = weight * knows / (competence[votes.annotator] + guessed + TINY)
    knowing = sums_by(votes.annotator, knows, annotators) + smoothing
    cell = votes.annotator * labels + votes.label
    guessing = sums_by(cell, weight - knows, annotators * labels).reshape(annotators, labels)
    total = guessing.sum(axis=1) + smoothing
    habits = guessing + smoothing
    prevalence = votes.weight @ posterior + smoothing
    return knowing / (knowing + total), habits / habits.sum(axis=1, keepdims=True), prevalence / prevalence.sum()
