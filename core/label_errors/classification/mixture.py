"""From several models' probabilities to one mixture, a suggestion and a score for every row.

P is (n, K) throughout, `labels` is (n,) class numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from core.label_errors.rules import RULES, MixtureRules, RefusalRules
from core.stats.arrays import Bools, ClassNumbers, Floats, Ints, of_classes, row_blocks


@dataclass(frozen=True, slots=True)
class Mixture:
    """The models' common opinion.

    Attributes:
        q: (n, K) mixture probabilities.
        members: (M, n, K) calibrated probabilities of each model.
        weights: (M,) how much each model counts; sums to 1.
        losses: (M,) log-loss of each calibrated model.
    """

    q: Floats
    members: Floats
    weights: Floats
    losses: Floats


@dataclass(frozen=True, slots=True)
class Suspicion:
    """How the best other class stands against the given one.

    Attributes:
        suggested: (n,) number of the best other class, by its probability and weight.
        likelier: (n,) whether the suggestion is likelier than the given label, whatever its weight.
        log_ratio: (n,) of the two probabilities, the suggestion's with its weight.
    """

    suggested: ClassNumbers
    likelier: Bools
    log_ratio: Floats


def smooth(P: Floats, rules: MixtureRules = RULES.mixture, rows: int | None = None) -> Floats:
    """Pull probabilities a little towards uniform, so that no model can be infinitely sure.

    Args:
        P: (n, K) probabilities.
        rules: how much one uniform row weighs.
        rows: of all, where P are some of them.

    >>> smooth(np.array([[1.0, 0.0]])).round(3)
    array([[0.984, 0.016]])
    """
    few = (len(P) if rows is None else rows) <= rules.few_rows
    strength = rules.strength if few else rules.strength_many
    return np.asarray((strength * P + 1 / P.shape[1]) / (strength + 1))


def apply_temperature(logs: Floats, temperature: float, out: Floats | None = None) -> Floats:
    """P to the power of 1 / temperature, normalised.

    Args:
        logs: (n, K) logs of P.
        temperature: above 0.
        out: (n, K) where it is written, as in numpy; `logs` itself may be it.

    >>> apply_temperature(np.log([[0.8, 0.2]]), 2.0).round(3).tolist()
    [[0.667, 0.333]]
    """
    powered = np.empty_like(logs) if out is None else out
    for block in row_blocks(*logs.shape):
        part = logs[block] / temperature
        part -= part.max(axis=1, keepdims=True)
        np.exp(part, out=part)
        np.divide(part, part.sum(axis=1, keepdims=True), out=powered[block])
    return powered


def log_loss(P: Floats, labels: Ints) -> float:
    """Mean negative log-probability of the given labels.

    >>> round(log_loss(np.array([[0.8, 0.2], [0.4, 0.6]]), np.array([0, 1])), 3)
    0.367
    """
    return float(-np.log(of_classes(P, labels)).mean())


def fit_temperature(logs: Floats, labels: Ints, rules: MixtureRules = RULES.mixture) -> float:
    """The temperature under which the given labels are most likely (Guo et al. 2017); `logs` as above.

    >>> logs = np.log(np.tile([[0.99, 0.01]], (100, 1)))
    >>> fit_temperature(logs, np.repeat([0, 1], [80, 20])) > 1.0
    True
    """
    n, K = logs.shape
    highest, own, likely = np.empty(n), of_classes(logs, labels), np.empty(n)
    for block in row_blocks(n, K):
        logs[block].max(axis=1, out=highest[block])
    part = np.empty((next(row_blocks(n, K)).stop, K))

    def loss(log_temperature: float) -> float:
        temperature = float(np.exp(log_temperature))
        top = highest / temperature
        for block in row_blocks(n, K):
            powered = np.divide(logs[block], temperature, out=part[: len(top[block])])
            powered -= top[block][:, None]
            total = np.exp(powered, out=powered).sum(axis=1)
            np.divide(np.exp(own[block] / temperature - top[block]), total, out=likely[block])
        return float(-np.log(likely, out=likely).mean())

    best = minimize_scalar(loss, bounds=(-rules.log_temperature, rules.log_temperature), method="bounded")
    return float(np.exp(best.x))


def mix(models: Sequence[Floats], labels: Ints, rules: MixtureRules = RULES.mixture) -> Mixture:
    """Calibrate each model and weigh it by its log-loss: weak members must not pull the mixture down.

    Weights are softmax(-T log-loss) with the T under which the mixture itself fits best.

    Args:
        models: out-of-fold probabilities of each model, (n, K) each.
        labels: (n,) class numbers.
        rules: smoothing, temperatures, candidates of T.

    >>> good, poor = np.array([[0.9, 0.1], [0.1, 0.9]] * 20), np.full((40, 2), 0.5)
    >>> mix([good, poor], np.array([0, 1] * 20)).weights.round(2).tolist()
    [1.0, 0.0]
    """
    members = np.empty((len(models), *models[0].shape))
    for P, member in zip(models, members, strict=True):
        for block in row_blocks(*P.shape):
            np.log(smooth(P[block], rules, len(P)), out=member[block])
        apply_temperature(member, fit_temperature(member, labels, rules), out=member)
    losses = np.array([log_loss(P, labels) for P in members])
    own = np.stack([of_classes(P, labels) for P in members])
    candidates = [_weights(losses, sharpness) for sharpness in rules.sharpness]
    best = int(np.argmin([-np.log(np.tensordot(weights, own, axes=1)).mean() for weights in candidates]))
    q = np.tensordot(candidates[best], members, axes=1)
    return Mixture(q, members, candidates[best], losses)


def _weights(losses: Floats, sharpness: float) -> Floats:
    raw = np.exp(-sharpness * (losses - losses.min()))
    return np.asarray(raw / raw.sum())


def suspicion(q: Floats, labels: Ints, weights: Floats | None = None) -> Suspicion:
    """How much better the best other class fits than the given one.

    Args:
        q: (n, K) mixture probabilities.
        labels: (n,) class numbers as given.
        weights: (K, K) how likely rows of the true (column) class are given as the row class, from
            `class_noise.error_weights`; all alike when None.

    >>> suspect = suspicion(np.array([[0.09, 0.9, 0.01]]), np.array([0]))
    >>> int(suspect.suggested[0]), bool(suspect.likelier[0]), round(float(suspect.log_ratio[0]), 3)
    (1, True, 2.303)
    """
    n, K = q.shape
    suspect = Suspicion(np.empty(n, np.min_scalar_type(-K)), np.empty(n, np.bool_), np.empty(n))
    for block in row_blocks(n, K):
        P, own = q[block], labels[block]
        others = P.copy() if weights is None else P * weights[own]
        others[np.arange(len(own)), own] = -1.0
        best, likely = others.argmax(axis=1), of_classes(P, own)
        suspect.suggested[block] = best
        suspect.likelier[block] = of_classes(P, best) > likely
        suspect.log_ratio[block] = np.log(of_classes(others, best)) - np.log(likely)
    return suspect


def doubt(q: Floats) -> Floats:
    """(n,) entropy as a share of the greatest possible: 0 sure, 1 no idea.

    >>> doubt(np.array([[1.0, 0.0], [0.5, 0.5]])).tolist()
    [-0.0, 1.0]
    """
    entropy = np.empty(len(q))
    for block in row_blocks(*q.shape):
        entropy[block] = -(q[block] * np.log(np.clip(q[block], 1e-12, None))).sum(axis=1)
    return np.asarray(entropy / np.log(q.shape[1]))


def knowledge(q: Floats, labels: Ints, rules: RefusalRules = RULES.refusal) -> float:
    """Share of the labels' uncertainty that the mixture removes, as a lower 99 % bound.

    Compared with always answering the class shares; at or below 0 it is no better than chance.
    """
    shares = np.bincount(labels, minlength=q.shape[1]) / len(labels)
    entropy = -np.log(shares[labels])
    gain = entropy + np.log(of_classes(q, labels))
    spread = gain.std() / np.sqrt(len(gain))
    return float((gain.mean() - rules.z * spread) / max(entropy.mean(), 1e-12))
