"""From the models' out-of-fold votes to a probability of error for every row, or to an honest refusal."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.label_errors.dataset import Problem
from core.label_errors.drift import Change, change
from core.label_errors.label_noise import (
    Errors,
    confident_joint,
    error_probability,
    prior_errors,
    reviewed_errors,
    reviewed_probability,
)
from core.label_errors.scores import Mixture, Suspicion, doubt, knowledge, mix, suspicion
from core.stats.arrays import Bools, Floats, Ints

LEAST_KNOWLEDGE = 0.02


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the models think of the judged rows.

    Attributes:
        judged: (n,) rows that have a judgement; the arrays below are neutral for the others.
        q: (n, K) the mixture.
        members: (M, n, K) each model's calibrated probabilities; names, weights and losses (M,) go with it.
        suspicion: suggestion, score and log-ratio against the given label.
        p_error: (n,) probability that the given label is wrong; 0 where an expert has settled it.
        errors: estimated number of wrong labels among the rows.
        joint: (K, K) estimated rows by given and true class.
        knowledge: share of the labels' uncertainty that the models remove.
        refused: why no suspects can be found, or None.
        changed: rows that contradict only the older world.
    """

    judged: Bools
    q: Floats
    members: Floats
    names: tuple[str, ...]
    weights: Floats
    losses: Floats
    suspicion: Suspicion
    doubt: Floats
    p_error: Floats
    errors: Errors
    joint: Floats
    knowledge: float
    refused: str | None
    changed: Change


def judge(problem: Problem, votes: Mapping[str, Floats], local: Mapping[str, Floats]) -> Judgement:
    """Mix the votes, score every row, estimate the errors.

    Args:
        problem: the rows.
        votes: name of the model -> (n, K) probabilities of shuffled cross-validation; NaN = unjudged.
        local: the same for models of the row's own time; both views count alike where both exist.
    """
    judged = ~np.isnan(np.stack([P.sum(axis=1) for P in votes.values()])).any(axis=0)
    wide = _mixture(votes, problem, judged)
    q, members, names = wide.q, wide.members, tuple(votes)
    weights, losses = wide.weights, wide.losses
    if local:
        near = _mixture({name: _filled(P, votes[name]) for name, P in local.items()}, problem, judged)
        q = (q + near.q) / 2
        members = np.concatenate([members, near.members])
        names += tuple(f"{name}, of its time" for name in local)
        weights = np.concatenate([weights, near.weights]) / 2
        losses = np.concatenate([losses, near.losses])
    return _judgement(problem, judged, Mixture(q, members, weights, losses), names)


def _filled(P: Floats, fallback: Floats) -> Floats:
    return np.where(np.isnan(P), fallback, P)


def _mixture(votes: Mapping[str, Floats], problem: Problem, judged: Bools) -> Mixture:
    """Fitted on the judged rows, spread over all: unjudged rows get the uniform vote."""
    found = mix([P[judged] for P in votes.values()], problem.current[judged])
    K = len(problem.classes)
    q = np.full((len(judged), K), 1 / K)
    q[judged] = found.q
    members = np.full((len(votes), len(judged), K), 1 / K)
    members[:, judged] = found.members
    return Mixture(q, members, found.weights, found.losses)


def _judgement(problem: Problem, judged: Bools, mixture: Mixture, names: tuple[str, ...]) -> Judgement:
    given, q = problem.given, mixture.q
    suspect = suspicion(q, given)
    known = knowledge(q[judged], problem.current[judged])
    joint = confident_joint(q[judged], given[judged])
    p_error, errors = _errors(problem, judged, mixture, suspect)
    return Judgement(
        judged=judged,
        q=q,
        members=mixture.members,
        names=names,
        weights=mixture.weights,
        losses=mixture.losses,
        suspicion=suspect,
        doubt=doubt(q),
        p_error=np.where(problem.settled, 0.0, p_error),
        errors=errors,
        joint=joint,
        knowledge=known,
        refused=_refusal(known),
        changed=_changed(problem, suspect),
    )


def _errors(problem: Problem, judged: Bools, mixture: Mixture, suspect: Suspicion) -> tuple[Floats, Errors]:
    given = problem.given[judged]
    errors = prior_errors(mixture.q[judged], mixture.members[:, judged], given)
    prior = error_probability(suspect.log_ratio[judged], errors.value)
    seen = problem.settled[judged]
    found_wrong = seen & (given != problem.current[judged])
    p_error = np.full(len(judged), errors.value / max(len(given), 1))
    p_error[judged] = reviewed_probability(prior, seen, found_wrong)
    if seen.any():
        errors = reviewed_errors(p_error[judged], seen, found_wrong)
    return p_error, errors


def _refusal(known: float) -> str | None:
    if known >= LEAST_KNOWLEDGE:
        return None
    return (
        "This model cannot find suspects here: models trained without a row predict its label no better "
        "than chance, so only experts who agree with each other can tell which labels are wrong."
    )


def _changed(problem: Problem, suspect: Suspicion) -> Change:
    if problem.frozen is None or problem.block is None or problem.times is None:
        return Change(None, np.zeros(len(problem.given), dtype=bool))
    return change(problem.frozen, suspect.score, problem.given, problem.times, problem.block)


def pairs(judgement: Judgement, problem: Problem, flagged: Bools) -> list[tuple[str, str, int, float]]:
    """(given, suggested, flagged rows, expected errors among them) of every pair that occurs."""
    rows = np.flatnonzero(flagged)
    keys: Ints = problem.given[rows] * len(problem.classes) + judgement.suspicion.suggested[rows]
    found = []
    for key in np.unique(keys):
        a, b = divmod(int(key), len(problem.classes))
        inside = rows[keys == key]
        expected = float(judgement.p_error[inside].sum())
        found.append((problem.classes[a], problem.classes[b], len(inside), expected))
    return sorted(found, key=lambda pair: -pair[2])
