"""What a score meant: the share of positives by score, and what rows have more or less than it says."""

import numpy as np

from core.stats.arrays import Floats, Ints


def isotonic(successes: Floats, failures: Floats) -> Floats:
    """(B,) counts -> (B,) the share of successes, rising with the bin; empty bins are filled in.

    >>> isotonic(np.array([1.0, 0.0, 9.0]), np.array([9.0, 0.0, 1.0])).tolist()
    [0.1, 0.5, 0.9]
    """
    from scipy.optimize import isotonic_regression

    weight = successes + failures
    known = np.flatnonzero(weight)
    if known.size == 0:
        return np.full(weight.shape, 0.5)
    fitted = isotonic_regression(successes[known] / weight[known], weights=weight[known]).x
    filled: Floats = np.interp(np.arange(weight.size), known, fitted)
    return filled


def residuals(labels: Ints, bins: Ints, size: int) -> Floats:
    """(n,) calibrated score less label of rows of two classes; NaN where a row has no label or no score.

    Args:
        labels: (n,) 1 of the positive class, 0 of the other, -1 where none is known.
        bins: (n,) bin of the score, -1 where there is none.
        size: number of bins.

    >>> residuals(np.array([1, 0, 1, -1]), np.array([0, 0, 1, 1]), 2).tolist()
    [-0.5, 0.5, 0.0, nan]
    """
    known = (labels >= 0) & (bins >= 0)
    rows = np.bincount(bins[known], minlength=size)
    positive = np.bincount(bins[known], labels[known], minlength=size)
    curve = isotonic(positive.astype(float), (rows - positive).astype(float))
    left: Floats = np.where(known, curve[np.maximum(bins, 0)] - labels, np.nan)
    return left
