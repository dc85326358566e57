"""Area under the ROC curve and its variance, from histograms; rows are histograms of their distinct scores.

Area: Mann and Whitney (1947), ties count half. Variance: DeLong, DeLong, Clarke-Pearson (1988), which the
midranks of Sun and Xu (2014) give without looking at pairs.
"""

import numpy as np

from core.stats.arrays import Bools, Counts, Floats, Ints


def area(positives: Floats | Counts, negatives: Floats | Counts) -> Floats:
    """(..., B) positives and negatives in rising bins -> (...) area under the ROC curve; NaN without pairs.

    >>> float(area(np.array([0, 1, 3]), np.array([2, 1, 0])))
    0.9583333333333334
    """
    below = np.cumsum(negatives, axis=-1) - negatives / 2
    pairs = positives.sum(-1) * negatives.sum(-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        share: Floats = (positives * below).sum(-1) / pairs
    return share


def influences(positives: Floats | Counts, negatives: Floats | Counts) -> tuple[Floats, Floats]:
    """(B,) histograms -> what one positive, and one negative, in each bin adds to the area.

    The sum of the squares over all rows is DeLong's variance. Influences of several models on the same rows
    may be subtracted first, which is what makes a comparison paired.

    >>> positives, negatives = np.array([0, 1, 3]), np.array([2, 1, 0])
    >>> of_positive, of_negative = influences(positives, negatives)
    >>> of_positive.round(3).tolist(), of_negative.round(3).tolist()
    ([-0.18, -0.036, 0.012], [0.017, -0.034, -0.238])
    """
    P, N = float(positives.sum()), float(negatives.sum())
    centre = float(area(positives, negatives))
    above = (np.cumsum(negatives) - negatives / 2) / N
    below = (P - np.cumsum(positives) + positives / 2) / P
    return (
        (above - centre) / np.sqrt(P * max(P - 1, 1)),
        (below - centre) / np.sqrt(N * max(N - 1, 1)),
    )


def variance(positives: Floats | Counts, negatives: Floats | Counts) -> float:
    """DeLong's variance of the area, from (B,) histograms; never below that of half a pair out of place.

    Without that floor a chunk that is ranked without a fault would be certain of it, from however few rows.

    >>> positives, negatives = np.array([0, 1, 3]), np.array([2, 1, 0])
    >>> round(variance(positives, negatives), 4)
    0.0208
    """
    of_positive, of_negative = influences(positives, negatives)
    spread = float((positives * of_positive**2).sum() + (negatives * of_negative**2).sum())
    return max(spread, 0.25 / float(positives.sum() * negatives.sum()))


def macro_area(positives: Floats, negatives: Floats) -> Floats:
    """(..., C, B) -> (...) mean area over the classes, each against the rest; NaN where none is known.

    >>> positives = np.array([[0, 1, 3], [1, 1, 1]])
    >>> negatives = np.array([[2, 1, 0], [1, 1, 1]])
    >>> round(float(macro_area(positives, negatives)), 3)
    0.729
    """
    areas = area(positives, negatives)
    known = np.isfinite(areas)
    total: Floats = np.where(known, areas, 0).sum(-1)
    return np.where(known.any(-1), total / np.maximum(known.sum(-1), 1), np.nan)


def macro_variance(positives: Floats | Counts, negatives: Floats | Counts) -> float:
    """Variance of `macro_area` of (C, B) histograms, which do not say how the areas move together.

    Areas of one chunk do move together: their mean is taken to be no surer than they are on average.

    >>> positives = np.array([[0, 1, 3], [1, 1, 1]])
    >>> negatives = np.array([[2, 1, 0], [1, 1, 1]])
    >>> round(macro_variance(positives, negatives), 3)
    0.043
    """
    pairs = zip(positives, negatives, strict=True)
    errors = [variance(p, n) ** 0.5 for p, n in pairs if p.sum() and n.sum()]
    return float(np.mean(errors) ** 2)


def rows_area(positive: Bools, score: Floats) -> tuple[float, Floats]:
    """Area and the influence of each row, from (n,) which rows are positive and their scores.

    >>> value, influence = rows_area(np.array([False, True, True]), np.array([0.1, 0.1, 0.9]))
    >>> value, influence.round(3).tolist()
    (0.75, [0.0, -0.177, 0.177])
    """
    levels, where = np.unique(score, return_inverse=True)
    positives = np.bincount(where[positive], minlength=len(levels))
    negatives = np.bincount(where[~positive], minlength=len(levels))
    of_positive, of_negative = influences(positives, negatives)
    return float(area(positives, negatives)), np.where(positive, of_positive[where], of_negative[where])


def rows_macro_area(truth: Ints, probabilities: Floats) -> tuple[float, Floats]:
    """Area and influences of rows; with more than two classes the mean over each class against the rest.

    Args:
        truth: class numbers, shape (n,).
        probabilities: shape (n, classes).

    Raises:
        ValueError: fewer than two classes occur.

    >>> yes = np.array([0.1, 0.8, 0.4, 0.9])
    >>> area_of_rows, influence = rows_macro_area(np.array([0, 1, 1, 0]), np.column_stack([1 - yes, yes]))
    >>> area_of_rows, influence.shape
    (0.5, (4,))
    """
    counts = np.bincount(truth, minlength=probabilities.shape[1])
    present = np.flatnonzero((counts > 0) & (counts < len(truth)))
    if len(present) == 0:
        raise ValueError("ROC AUC needs rows of at least two classes")
    classes = present[-1:] if probabilities.shape[1] == 2 else present  # noqa: PLR2004 -- two classes
    parts = [rows_area(truth == k, probabilities[:, k]) for k in classes]
    return float(np.mean([value for value, _ in parts])), np.mean(
        [influence for _, influence in parts], axis=0
    )
