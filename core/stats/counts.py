"""Counts that metrics are computed from, observed or expected, one or many replicates at once."""

from dataclasses import dataclass

import numpy as np

from core.stats.arrays import Floats


@dataclass(frozen=True, slots=True)
class MetricCounts:
    """Counts with any leading axes (K classes, C scored classes, B bins).

    Attributes:
        right: (..., K) rows predicted as the class that they are.
        actual: (..., K) rows of the class; predicted: (..., K) rows predicted as the class.
        positives, negatives: (..., C, B) rows of the class and of the others by the score of the class.
        log_loss, brier: (...) mean of each.
        errors: (..., 12) sums of a regression (`core.stats.error_moments`); it has no classes.
        confusion: (..., K, K) rows by label and prediction; NaN where only its margins are expected.
    """

    right: Floats
    actual: Floats
    predicted: Floats
    positives: Floats
    negatives: Floats
    log_loss: Floats
    brier: Floats
    errors: Floats
    confusion: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedCounts(MetricCounts):
    """The counts of labelled rows, with what the variance of a metric needs beside its value.

    Attributes:
        labelled: rows with a label; `scored`: those of them that have scores.
        log_loss_square, brier_square: mean of the square of each.
    """

    labelled: int
    scored: int
    log_loss_square: float
    brier_square: float


def counts_of_matrices(matrices: Floats) -> MetricCounts:
    """The counts in (..., K, K) confusion matrices, label by prediction: no scores, no losses.

    >>> counts_of_matrices(np.array([[5, 1], [2, 4]])).right.tolist()
    [5.0, 4.0]
    """
    nothing = np.zeros(matrices.shape[:-2])
    none = np.zeros((*matrices.shape[:-2], 0, 0))
    return MetricCounts(
        right=np.einsum("...kk->...k", matrices).astype(float),
        actual=matrices.sum(-1).astype(float),
        predicted=matrices.sum(-2).astype(float),
        positives=none,
        negatives=none,
        log_loss=nothing,
        brier=nothing,
        errors=nothing[..., None],
        confusion=matrices.astype(float),
    )


def counts_of_errors(sums: Floats) -> MetricCounts:
    """The counts of a regression: none but (..., 12) sums of its errors.

    >>> counts_of_errors(np.array([4.0, 4, 6, 14, 2, 98, 0, 20, 0, 164, 2, 22])).errors.shape
    (12,)
    """
    none = np.zeros((*sums.shape[:-1], 0))
    nothing = np.zeros(sums.shape[:-1])
    square = none[..., None]
    return MetricCounts(none, none, none, square, square, nothing, nothing, sums, square)
