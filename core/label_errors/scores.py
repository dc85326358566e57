"""From several models' probabilities to one mixture, a suggestion and a score for every row.

P is (n, K) throughout, `given` is (n,) class numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from core.stats.arrays import Floats, Ints

FEW_ROWS = 20_000
SHARPNESS = (0.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


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
        suggested: (n,) number of the best other class.
        score: (n,) sqrt-margin; above 0 the suggestion is likelier than the given label.
        log_ratio: (n,) of the two probabilities.
    """

    suggested: Ints
    score: Floats
    log_ratio: Floats


def smooth(P: Floats) -> Floats:
    """Pull probabilities a little towards uniform, so that no model can be infinitely sure.

    >>> smooth(np.array([[1.0, 0.0]])).round(3)
    array([[0.984, 0.016]])
    """
    strength = 30.0 if len(P) <= FEW_ROWS else 1000.0
    return np.asarray((strength * P + 1 / P.shape[1]) / (strength + 1))


def apply_temperature(P: Floats, temperature: float) -> Floats:
    """P to the power of 1 / temperature, normalised."""
    logits = np.log(P) / temperature
    powered = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powered / powered.sum(axis=1, keepdims=True))


def log_loss(P: Floats, given: Ints) -> float:
    """Mean negative log-probability of the given labels."""
    return float(-np.log(P[np.arange(len(given)), given]).mean())


def fit_temperature(P: Floats, given: Ints) -> float:
    """The temperature under which the given labels are most likely (Guo et al. 2017)."""
    found = minimize_scalar(
        lambda log_t: log_loss(apply_temperature(P, float(np.exp(log_t))), given),
        bounds=(-2.0, 2.0),
        method="bounded",
    )
    return float(np.exp(found.x))


def mix(models: Sequence[Floats], given: Ints) -> Mixture:
    """Calibrate each model and weigh it by its log-loss: weak members must not pull the mixture down.

    Weights are softmax(-T log-loss) with the T under which the mixture itself fits best.
    """
    smoothed = [smooth(P) for P in models]
    members = np.stack([apply_temperature(P, fit_temperature(P, given)) for P in smoothed])
    losses = np.array([log_loss(P, given) for P in members])
    candidates = [_weights(losses, sharpness) for sharpness in SHARPNESS]
    mixtures = [np.tensordot(weights, members, axes=1) for weights in candidates]
    best = int(np.argmin([log_loss(q, given) for q in mixtures]))
    return Mixture(mixtures[best], members, candidates[best], losses)


def _weights(losses: Floats, sharpness: float) -> Floats:
    raw = np.exp(-sharpness * (losses - losses.min()))
    return np.asarray(raw / raw.sum())


def suspicion(q: Floats, given: Ints) -> Suspicion:
    """How much better the best other class fits than the given one.

    >>> found = suspicion(np.array([[0.09, 0.9, 0.01]]), np.array([0]))
    >>> int(found.suggested[0]), round(float(found.score[0]), 3)
    (1, 0.649)
    """
    rows = np.arange(len(given))
    others = q.copy()
    others[rows, given] = -1.0
    suggested = others.argmax(axis=1).astype(np.int64)
    mine, other = q[rows, given], q[rows, suggested]
    return Suspicion(suggested, np.sqrt(other) - np.sqrt(mine), np.log(other) - np.log(mine))


def doubt(q: Floats) -> Floats:
    """(n,) entropy as a share of the greatest possible: 0 sure, 1 no idea."""
    return np.asarray(-(q * np.log(np.clip(q, 1e-12, None))).sum(axis=1) / np.log(q.shape[1]))


def knowledge(q: Floats, given: Ints) -> float:
    """Share of the labels' uncertainty that the mixture removes, as a lower 99 % bound.

    Compared with always answering the class shares; at or below 0 it is no better than chance.
    """
    shares = np.bincount(given, minlength=q.shape[1]) / len(given)
    entropy = -np.log(shares[given])
    gain = entropy + np.log(q[np.arange(len(given)), given])
    spread = gain.std() / np.sqrt(len(gain))
    return float((gain.mean() - 2.33 * spread) / max(entropy.mean(), 1e-12))
