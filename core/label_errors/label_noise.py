"""By the models alone: how many labels are wrong, which classes are mixed up, how likely each is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

from core.label_errors.rules import RULES, NoiseRules
from core.stats.arrays import Floats, Ints, highest_of_columns, of_classes, row_blocks
from core.stats.intervals import Z95


@dataclass(frozen=True, slots=True)
class Errors:
    """Estimated number of wrong labels with a 95 % interval; `reviewed` answers stand behind it."""

    value: float
    low: float
    high: float
    reviewed: int


def confident_joint(q: Floats, labels: Ints) -> Floats:
    """(K, K) estimated number of rows by given (row) and true (column) class; rows sum to the given counts.

    A row counts for the likeliest class that reaches its own average confidence (Northcutt et al. 2021).

    Args:
        q: (n, K) out-of-fold probabilities.
        labels: (n,) class numbers as given.

    >>> q = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.2, 0.8], [0.3, 0.7]])
    >>> confident_joint(q, np.array([0, 0, 0, 1, 1]))
    array([[2., 1.],
           [0., 2.]])
    """
    K = q.shape[1]
    counts = np.bincount(labels, minlength=K)
    own = np.zeros(K)
    for block in row_blocks(len(labels), K):
        own += np.bincount(labels[block], weights=of_classes(q[block], labels[block]), minlength=K)
    thresholds = np.where(counts > 0, own / np.maximum(counts, 1), np.inf)
    raw = np.zeros(K * K)
    for block in row_blocks(len(labels), K):
        reached = np.where(q[block] >= thresholds, q[block], -1.0)
        best = reached.argmax(axis=1)
        sure = of_classes(reached, best) >= 0
        raw += np.bincount(labels[block][sure] * K + best[sure], minlength=K * K)
    raw = raw.reshape(K, K)
    empty = raw.sum(axis=1) == 0
    raw[empty, empty] = 1.0
    return np.asarray(raw / raw.sum(axis=1, keepdims=True) * counts[:, None])


def wrong(joint: Floats) -> float:
    """Number of rows off the diagonal.

    >>> wrong(np.array([[50.0, 3.0], [2.0, 45.0]]))
    5.0
    """
    return float(joint.sum() - np.trace(joint))


def prior_errors(
    q: Floats, members: Sequence[Floats] | Floats, labels: Ints, rules: NoiseRules = RULES.noise
) -> Errors:
    """A rough estimate before anybody has reviewed anything.

    Rows that nobody could foresee look wrong as well, so the confident joint (with the spread of the single
    models' estimates) is the upper end; the anchors, where the classes are plain, are the lower end.

    Args:
        q: (n, K) mixture of the models' out-of-fold probabilities.
        members: those of each model, (n, K) each; one alone has no spread.
        labels: (n,) class numbers as given.
        rules: which rows are anchors.
    """
    joint = wrong(confident_joint(q, labels))
    alone = len(members) == 1
    between = 0.0 if alone else np.std([wrong(confident_joint(P, labels)) for P in members])
    within = joint * (1 - joint / len(labels))
    anchor, spread = anchors(q, labels, rules)
    high = joint + Z95 * float(np.sqrt(between**2 + within))
    low = min(joint, anchor) - Z95 * spread
    return Errors((joint + min(joint, anchor)) / 2, max(low, 0.0), min(high, float(len(labels))), 0)


def anchors(q: Floats, labels: Ints, rules: NoiseRules = RULES.noise) -> tuple[float, float]:
    """Wrong rows if every class were labelled as wrongly as its plainest members, and the standard error.

    Anchor points of a class are the rows that are surest to belong to it (Liu and Tao 2016).

    >>> q = np.column_stack([np.linspace(0.99, 0.01, 80), np.linspace(0.01, 0.99, 80)])
    >>> anchors(q, (np.arange(80) >= 40).astype(int))[0]
    0.0
    """
    total, variance = 0.0, 0.0
    sizes = np.bincount(labels, minlength=q.shape[1])
    counts = [max(rules.anchors, int(rules.anchor_share * size)) for size in sizes]
    for k, (size, rows) in enumerate(zip(sizes.tolist(), highest_of_columns(q, counts), strict=True)):
        plain = labels[rows]
        rate = float((plain != k).mean())
        total += size * rate
        # one pseudo-row keeps a class without a single contradiction from being certain
        safe = (rate * len(plain) + 0.5) / (len(plain) + 1)
        variance += size**2 * safe * (1 - safe) / len(plain)
    return total, float(np.sqrt(variance))


def error_probability(log_ratio: Floats, expected: float, out: Floats | None = None) -> Floats:
    """(n,) probability that the given label is wrong.

    By Bayes, the odds of an error are the odds of suggested to given times the odds of an annotation error;
    the latter are set so that the probabilities sum to the expected number of errors.

    Args:
        log_ratio: (n,) log of the probability of the suggestion over that of the given label.
        expected: number of wrong labels among the rows; kept within .5 and n - .5.
        out: (n,) where the probabilities are written, as in numpy; `log_ratio` itself may be it.

    >>> error_probability(np.array([2.0, -2.0]), 1.0).round(2).tolist()
    [0.88, 0.12]
    """
    n = len(log_ratio)
    target = float(np.clip(expected, 0.5, n - 0.5))

    def excess(shift: float) -> float:
        return sum(float(expit(log_ratio[block] + shift).sum()) for block in row_blocks(n)) - target

    shift = brentq(excess, -60.0, 60.0)
    probabilities = np.add(log_ratio, shift, out=out)
    return np.asarray(expit(probabilities, out=probabilities))
