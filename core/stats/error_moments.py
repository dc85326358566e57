"""Errors of a regression as sums that add up: from them come its metrics and what they are sure of.

`e` is prediction - label, `y` the label less the mean label of the reference period.
"""

from collections.abc import Callable

import numpy as np

from core.stats.arrays import Floats

ROWS, LABELLED, SIZE, SQUARE, ERROR, FOURTH, LABEL, LABEL2, LABEL3, LABEL4, CROSS, CROSS2 = range(12)
"""Columns: rows, labelled rows, sums of |e|, e^2, e, e^4, y, y^2, y^3, y^4, e^2 y, e^2 y^2."""
SIGNED, RELATIVE, RELATIVE2, NONZERO = range(12, 16)
"""Sums of e |e|, |e / label| and its square, and the rows that have it: those whose label is not 0."""
COLUMNS = 16
MOST_RELATIVE = 1e12
"""A larger relative error counts as this: its square over a label that is hardly one would be no number."""

Influence = Callable[[Floats, Floats], tuple[Floats, Floats]]
"""(16,) sums of the whole and (..., 16) sums of groups -> per group the sums of what a row adds to the metric
and of its square: with them every metric has the variance of a mean (delta method)."""


def mean_absolute_error(sums: Floats) -> Floats:
    """Mean absolute error, from (..., 12) sums.

    >>> float(mean_absolute_error(np.array([4.0, 4, 6, 14, 2, 98, 0, 20, 0, 164, 2, 22])))
    1.5
    """
    return _mean(sums, SIZE)


def root_mean_squared_error(sums: Floats) -> Floats:
    """Root of the mean squared error.

    >>> round(float(root_mean_squared_error(np.array([4.0, 4, 6, 14, 2, 98, 0, 20, 0, 164, 2, 22]))), 3)
    1.871
    """
    return np.sqrt(_mean(sums, SQUARE))


def mean_error(sums: Floats) -> Floats:
    """Mean error: above 0 it predicts too high.

    >>> float(mean_error(np.array([4.0, 4, 6, 14, 2, 98, 0, 20, 0, 164, 2, 22])))
    0.5
    """
    return _mean(sums, ERROR)


def r_squared(sums: Floats) -> Floats:
    """Share of the variation of the labels that is explained (R2); NaN where the labels are constant.

    >>> round(float(r_squared(np.array([4.0, 4, 6, 14, 2, 98, 0, 20, 0, 164, 2, 22]))), 3)
    0.3
    """
    spread = label_variance(sums)
    safe = np.where(spread > 0, spread, np.nan)
    share: Floats = 1 - _mean(sums, SQUARE) / safe
    return share


def by_size(_: Floats, groups: Floats) -> tuple[Floats, Floats]:
    """Influence on the mean absolute error: |e|.

    >>> sums = np.array([4.0, 4, 6, 14, 2, 98, 0, 20, 0, 164, 2, 22])
    >>> first, second = by_size(sums, sums)
    >>> float(first), float(second)
    (6.0, 14.0)
    """
    return groups[..., SIZE], groups[..., SQUARE]


def by_error(_: Floats, groups: Floats) -> tuple[Floats, Floats]:
    """Influence on the mean error: e.

    >>> sums = np.array([4.0, 4, 6, 14, 2, 98, 0, 20, 0, 164, 2, 22])
    >>> first, second = by_error(sums, sums)
    >>> float(first), float(second)
    (2.0, 14.0)
    """
    return groups[..., ERROR], groups[..., SQUARE]


def by_square(whole: Floats, groups: Floats) -> tuple[Floats, Floats]:
    """Influence on the root of the mean squared error: e^2 over twice the root.

    >>> sums = np.array([4.0, 4, 6, 14, 2, 98, 0, 20, 0, 164, 2, 22])
    >>> first, second = by_square(sums, sums)
    >>> round(float(first), 3), round(float(second), 3)
    (3.742, 7.0)
    """
    root = float(root_mean_squared_error(whole))
    slope = 0.5 / root if root > 0 else 0.0
    return slope * groups[..., SQUARE], slope**2 * groups[..., FOURTH]


def mean_relative_error(sums: Floats) -> Floats:
    """Mean of |e / label| over the rows whose label is not 0 (MAPE); NaN where there is none.

    >>> rows = row_moments(np.array([2.0, 4.0, 0.0]), np.array([3.0, 3.0, 1.0]), 0.0)
    >>> float(mean_relative_error(rows.sum(axis=0)))
    0.375
    """
    known = sums[..., NONZERO]
    mean: Floats = np.divide(
        sums[..., RELATIVE], known, out=np.full(np.shape(known), np.nan), where=known > 0
    )
    return mean


def by_relative_size(whole: Floats, groups: Floats) -> tuple[Floats, Floats]:
    """Influence on the mean relative error, a ratio of two means: (|e / label| - its mean) over their share.

    >>> rows = row_moments(np.array([2.0, 4.0]), np.array([3.0, 3.0]), 0.0).sum(axis=0)
    >>> first, second = by_relative_size(rows, rows)
    >>> float(first), float(second)
    (0.0, 0.03125)
    """
    share = whole[NONZERO] / max(whole[LABELLED], 1e-9)
    mean = float(mean_relative_error(whole))
    first: Floats = (groups[..., RELATIVE] - mean * groups[..., NONZERO]) / share
    square = groups[..., RELATIVE2] - 2 * mean * groups[..., RELATIVE] + mean**2 * groups[..., NONZERO]
    second: Floats = square / share**2
    return first, second


def mean_of(sums: Floats, influence: Influence) -> Floats:
    """The mean of what a row adds, of metrics that are such a mean."""
    first, _ = influence(sums, sums)
    mean: Floats = first / np.maximum(sums[..., LABELLED], 1e-9)
    return mean


def by_r_squared(whole: Floats, groups: Floats) -> tuple[Floats, Floats]:
    """Influence on R2 = 1 - a / v, with d = y - mean y: a d^2 / v^2 - e^2 / v.

    >>> sums = np.array([4.0, 4, 6, 14, 2, 98, 0, 20, 0, 164, 2, 22])
    >>> first, second = by_r_squared(sums, sums)
    >>> round(float(first), 3), round(float(second), 3)
    (0.0, 5.902)
    """
    a, v, m = float(_mean(whole, SQUARE)), float(label_variance(whole)), float(_mean(whole, LABEL))
    n, y, y2, y3, y4 = (groups[..., at] for at in (LABELLED, LABEL, LABEL2, LABEL3, LABEL4))
    d2 = y2 - 2 * m * y + m**2 * n
    d4 = y4 - 4 * m * y3 + 6 * m**2 * y2 - 4 * m**3 * y + m**4 * n
    cross = groups[..., CROSS2] - 2 * m * groups[..., CROSS] + m**2 * groups[..., SQUARE]
    first: Floats = a * d2 / v**2 - groups[..., SQUARE] / v
    second: Floats = (a / v) ** 2 * d4 / v**2 - 2 * (a / v) * cross / v**2 + groups[..., FOURTH] / v**2
    return first, second


SQUARED = (by_square, by_r_squared)
"""Influences whose variance rests on fourth powers, which few rows know too little of."""


def tail_kurtosis(ratio: float, least: float) -> float:
    """The kurtosis of errors by how much of their size is in few of them, as of Student's t.

    Mean and square root have it from all rows, the fourth power from the few largest: of heavy tails a sample
    has mostly not seen those that count.

    Args:
        ratio: squared mean of the absolute error over the mean of the squared error.
        least: degrees of freedom that are assumed at least; above 4, where the fourth moment ends.

    >>> [round(tail_kurtosis(ratio, 4.3)) for ratio in (0.64, 0.54, 0.4)]
    [3, 9, 23]
    """
    from scipy.special import gammaln

    freedom = 1 / np.linspace(1e-3, 0.48, 500)
    gammas = np.exp(2 * (gammaln((freedom + 1) / 2) - gammaln(freedom / 2)))
    ratios = 4 * (freedom - 2) / (np.pi * (freedom - 1) ** 2) * gammas
    fitted = float(np.interp(ratio, ratios[::-1], freedom[::-1]))
    return 3 + 6 / (max(fitted, least) - 4)


def row_moments(label: Floats, prediction: Floats, centre: float) -> Floats:
    """(n, 16) the columns of each row alone: their sums over rows are what a profile adds up.

    Args:
        label: shape (n,).
        prediction: shape (n,).
        centre: taken from every label, so that sums of powers keep their digits.

    >>> row_moments(np.array([3.0]), np.array([5.0]), 2.0)[0, :5].tolist()
    [1.0, 1.0, 2.0, 4.0, 2.0]
    """
    e, y, one = prediction - label, label - centre, np.ones(len(label))
    powers = [one, one, np.abs(e), e**2, e, e**4, y, y**2, y**3, y**4, e**2 * y, e**2 * y**2]
    some = label != 0
    with np.errstate(over="ignore"):
        share = np.abs(np.divide(e, label, out=np.zeros(len(label)), where=some))
    relative = np.minimum(share, MOST_RELATIVE)
    return np.column_stack([*powers, e * np.abs(e), relative, relative**2, some.astype(float)])


def sampling_variance(influence: Influence, sums: Floats) -> float:
    """Variance of a metric over the labelled rows of (12,) sums.

    It is never nothing where labels differ: errors that are all the same, or none at all, are no certainty.

    >>> round(sampling_variance(by_size, np.array([4.0, 4, 6, 14, 2, 98, 0, 20, 0, 164, 2, 22])), 3)
    0.417
    """
    n = sums[LABELLED]
    first, second = influence(sums, sums)
    relative = influence in {by_r_squared, by_relative_size}
    least = 1e-12 * (1.0 if relative else max(float(label_variance(sums)), second / n))
    return float(max(second / n - (first / n) ** 2, least) / max(n - 1, 1))


def _mean(sums: Floats, at: int) -> Floats:
    mean: Floats = sums[..., at] / np.maximum(sums[..., LABELLED], 1e-9)
    return mean


def label_variance(sums: Floats) -> Floats:
    """Variance of the labels.

    >>> float(label_variance(np.array([4.0, 4, 6, 14, 2, 98, 0, 20, 0, 164, 2, 22])))
    5.0
    """
    square, mean = _mean(sums, LABEL2), _mean(sums, LABEL)
    # what rounding leaves of a constant label is no variation
    spread: Floats = np.where(square - mean**2 > 1e-12 * square, square - mean**2, 0.0)
    return spread
