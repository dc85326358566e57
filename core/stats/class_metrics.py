"""Metrics of classes from counts, each with its sampling variance.

With more than two classes precision, recall and F1 are means over the classes that occur as a label or as a
prediction, as in scikit-learn; of two classes the positive one, which is last, is meant.
"""

import numpy as np

from core.stats import auc
from core.stats.arrays import Bools, Floats
from core.stats.counts import MetricCounts, ObservedCounts
from core.stats.intervals import delta, share_variance


def _mean(parts: Floats, occurs: Bools) -> Floats:
    """Mean over the classes that occur; of two classes only the positive one counts."""
    if parts.shape[-1] == 2:  # noqa: PLR2004 -- binary
        return np.asarray(parts[..., 1])
    weight = np.where(occurs, 1.0, 0.0)
    mean: Floats = (np.where(occurs, parts, 0.0) * weight).sum(-1) / np.maximum(weight.sum(-1), 1)
    return mean


def _ratio(a: Floats, b: Floats) -> Floats:
    ratio: Floats = np.divide(a, b, out=np.zeros(np.broadcast(a, b).shape), where=b > 0)
    return ratio


def accuracy(t: MetricCounts) -> Floats:
    """Share of rows that are right.

    >>> from core.stats.counts import counts_of_matrices
    >>> counts = counts_of_matrices(np.array([[5, 1], [2, 4]]))
    >>> round(float(accuracy(counts)), 3)
    0.75
    """
    return _ratio(t.right.sum(-1), t.actual.sum(-1))


def recall(t: MetricCounts) -> Floats:
    """Share of a class that is found.

    >>> from core.stats.counts import counts_of_matrices
    >>> counts = counts_of_matrices(np.array([[5, 1], [2, 4]]))
    >>> round(float(recall(counts)), 3)
    0.667
    """
    return _mean(_ratio(t.right, t.actual), t.actual + t.predicted > 0)


def precision(t: MetricCounts) -> Floats:
    """Share of a prediction that is right.

    >>> from core.stats.counts import counts_of_matrices
    >>> counts = counts_of_matrices(np.array([[5, 1], [2, 4]]))
    >>> round(float(precision(counts)), 3)
    0.8
    """
    return _mean(_ratio(t.right, t.predicted), t.actual + t.predicted > 0)


def f1(t: MetricCounts) -> Floats:
    """Balance of the two: 2 right / (actual + predicted).

    >>> from core.stats.counts import counts_of_matrices
    >>> counts = counts_of_matrices(np.array([[5, 1], [2, 4]]))
    >>> round(float(f1(counts)), 3)
    0.727
    """
    return _mean(_ratio(2 * t.right, t.actual + t.predicted), t.actual + t.predicted > 0)


def balanced_accuracy(t: MetricCounts) -> Floats:
    """Recall, every class that has labels counting the same.

    >>> from core.stats.counts import counts_of_matrices
    >>> counts = counts_of_matrices(np.array([[5, 1], [2, 4]]))
    >>> round(float(balanced_accuracy(counts)), 3)
    0.75
    """
    occurs = t.actual > 0
    mean: Floats = (_ratio(t.right, t.actual) * occurs).sum(-1) / np.maximum(occurs.sum(-1), 1)
    return mean


def roc_auc(t: MetricCounts) -> Floats:
    """Area under the ROC curve, one class against the rest."""
    return auc.macro_area(t.positives, t.negatives)


def roc_auc_variance(t: ObservedCounts) -> float:
    """Sampling variance of `roc_auc` (DeLong)."""
    return auc.macro_variance(t.positives, t.negatives)


def accuracy_variance(t: ObservedCounts) -> float:
    """Sampling variance of `accuracy`."""
    return share_variance(float(np.trace(t.confusion)), t.labelled)


def _weights(t: ObservedCounts) -> Floats:
    """(K,) what each class counts in the mean; of two classes only the positive one."""
    if t.right.size == 2:  # noqa: PLR2004 -- binary
        return np.array([0.0, 1.0])
    occurs = t.actual + t.predicted > 0
    return np.asarray(occurs / np.maximum(occurs.sum(), 1))


def recall_variance(t: ObservedCounts) -> float:
    """Sampling variance of `recall`."""
    return _of_shares(t.right, t.actual, _weights(t))


def precision_variance(t: ObservedCounts) -> float:
    """Sampling variance of `precision`."""
    return _of_shares(t.right, t.predicted, _weights(t))


def _of_shares(right: Floats, rows: Floats, weights: Floats) -> float:
    parts = [w**2 * share_variance(r, n) for r, n, w in zip(right, rows, weights, strict=True) if n]
    return float(sum(parts))


def balanced_accuracy_variance(t: ObservedCounts) -> float:
    """Sampling variance of `balanced_accuracy`."""
    occurs = t.actual > 0
    return _of_shares(t.right, t.actual, occurs / max(int(occurs.sum()), 1))


def f1_variance(t: ObservedCounts) -> float:
    """Sampling variance of `f1` (delta method), never below that of half a row."""
    total, weights = np.maximum(t.actual + t.predicted, 1), _weights(t)
    slope = weights * 2 * t.right / total**2
    gradient = np.diag(weights * 2 / total) - slope[:, None] - slope[None, :]
    return max(delta(t.confusion, gradient), 0.25 / t.labelled**2)


def log_loss_variance(t: ObservedCounts) -> float:
    """Sampling variance of the mean log-loss."""
    return _of_mean(t.log_loss, t.log_loss_square, t.scored)


def brier_variance(t: ObservedCounts) -> float:
    """Sampling variance of the mean Brier score."""
    return _of_mean(t.brier, t.brier_square, t.scored)


def _of_mean(mean: Floats, square: float, n: int) -> float:
    return float(max(square - float(mean) ** 2, 1e-12) / n)
