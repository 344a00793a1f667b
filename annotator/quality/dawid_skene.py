"""Dawid and Skene's model of observer error (Applied Statistics 28, 1979), by EM.

Every unit has a true label, k with probability prevalence[k]. Annotator a gives a unit of label k the label l with
probability confusion[a, k, l], whatever the others say. EM begins at the shares of the votes, which is also what keeps
the labels from changing places, and climbs to the mode of the posterior under Dirichlet priors: every annotator is
credited with prior[k, l] votes for l on units of label k, and the prevalences with those units once. Without a prior it
is the paper's maximum likelihood.
"""

from dataclasses import dataclass

import numpy as np

from annotator.quality.arrays import Floats, sums_by
from annotator.quality.votes import Votes, merged

TINY = 1e-300


@dataclass(frozen=True)
class DawidSkene:
    """confusion: (annotators, labels, labels), given the row's true label. prevalence: (labels,).
    objective: the log posterior (log likelihood, without a prior) of these parameters, up to a constant."""

    confusion: Floats
    prevalence: Floats
    objective: float
    iterations: int
    converged: bool


def dawid_skene(
    votes: Votes, prior: Floats | None = None, *, max_iterations: int = 500, tolerance: float = 1e-5
) -> DawidSkene:
    """Fit the model; converged when no parameter moves by more than `tolerance`. Deterministic."""
    votes, labels = merged(votes), votes.labels
    prior = np.zeros((labels, labels)) if prior is None else prior
    posterior = votes.shares
    confusion, prevalence = _maximise(votes, posterior, prior)
    iteration, converged = 0, False
    while iteration < max_iterations and not converged:
        iteration += 1
        posterior, _ = true_labels(votes, confusion, prevalence)
        before = confusion, prevalence
        confusion, prevalence = _maximise(votes, posterior, prior)
        moved = max(np.abs(confusion - before[0]).max(initial=0), np.abs(prevalence - before[1]).max())
        converged = bool(moved <= tolerance)
    _, evidence = true_labels(votes, confusion, prevalence)
    credit = (prior * np.log(confusion + TINY)).sum() + prior.sum(axis=1) @ np.log(prevalence + TINY)
    return DawidSkene(confusion, prevalence, float(votes.weight @ evidence + credit), iteration, converged)


def true_labels(votes: Votes, confusion: Floats, prevalence: Floats) -> tuple[Floats, Floats]:
    """(units, labels): the probability of each label given the votes; (units,): the votes' log likelihood."""
    logs = np.log(confusion + TINY)
    units = len(votes.weight)
    each = [sums_by(votes.unit, logs[votes.annotator, k, votes.label], units) for k in range(votes.labels)]
    joint = np.column_stack(each)
    joint += np.log(prevalence + TINY)
    evidence: Floats = np.logaddexp.reduce(joint, axis=1)
    posterior: Floats = np.exp(joint - evidence[:, np.newaxis])
    return posterior, evidence


def _maximise(votes: Votes, posterior: Floats, prior: Floats) -> tuple[Floats, Floats]:
    """The parameters most probable given these labels; an annotator without votes or prior errs like a coin."""
    annotators, labels = votes.annotators, votes.labels
    weighted = posterior * votes.weight[:, np.newaxis]
    cell = votes.annotator * labels + votes.label
    counts = np.stack(
        [sums_by(cell, weighted[votes.unit, k], annotators * labels) for k in range(labels)], axis=1
    ).reshape(annotators, labels, labels)
    counts = counts.transpose(0, 2, 1) + prior
    rows = counts.sum(axis=2, keepdims=True)
    totals = weighted.sum(axis=0) + prior.sum(axis=1)
    return np.where(rows > 0, counts / np.maximum(rows, TINY), 1 / labels), totals / max(totals.sum(), TINY)
