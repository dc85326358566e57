"""Paired differences between two models on the same rows: estimate, interval and p-value.

Every difference is challenger minus champion, signed so that more than 0 is better.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Score = Callable[[Floats], Floats]
Summary = Callable[[Floats], Floats]

RESAMPLES = 10_000
FEWEST_RESAMPLES = 2_000
MOST_DRAWN = 50_000_000
"""Rows drawn in all by one bootstrap: many rows are drawn anew less often."""
FEW_ROWS = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """How two models differ in one metric.

    Attributes:
        champion: the metric of the champion, in its own unit; `challenger`: of the challenger.
        difference: challenger against champion, + is better.
        low: one-sided lower bound at level alpha; `high`: upper bound. Together an interval of 1 - 2 alpha.
        p: two-sided p-value of "no difference".
        deviation: standard deviation of one row's contribution: sqrt(n) times the standard error.
        n: rows.
    """

    champion: float
    challenger: float
    difference: float
    low: float
    high: float
    p: float
    deviation: float
    n: int


def mcnemar_mid_p(fixed: int, broken: int) -> float:
    """Two-sided mid-p value of McNemar's test from the discordant counts (Fagerland, Lydersen, Laake 2013).

    >>> round(mcnemar_mid_p(12, 3), 4)
    0.0213
    """
    n = fixed + broken
    if n == 0:
        return 1.0
    tail = stats.binom(n, 0.5)
    if fixed == broken:
        return 1 - 0.5 * float(tail.pmf(fixed))
    least = min(fixed, broken)
    return 2 * float(tail.cdf(least)) - float(tail.pmf(least))


def agresti_min(fixed: int, broken: int, n: int, alpha: float) -> tuple[float, float]:
    """Interval of a difference of paired proportions: half a row is added to each cell (Agresti, Min 2005).

    >>> low, high = agresti_min(12, 3, 100, 0.025)
    >>> round(low, 3), round(high, 3)
    (0.013, 0.163)
    """
    gained, lost = (fixed + 0.5) / (n + 2), (broken + 0.5) / (n + 2)
    centre = gained - lost
    reach = stats.norm.isf(alpha) * np.sqrt((gained + lost - centre**2) / (n + 2))
    return max(-1.0, float(centre - reach)), min(1.0, float(centre + reach))


def accuracy(champion: Bools, challenger: Bools, alpha: float) -> Difference:
    """Difference of two accuracies from which rows each model has right."""
    n = len(champion)
    fixed = int((~champion & challenger).sum())
    broken = int((champion & ~challenger).sum())
    low, high = agresti_min(fixed, broken, n, alpha)
    difference = (fixed - broken) / n
    deviation = float(np.sqrt((fixed + broken + 1) / (n + 2) - ((fixed - broken) / (n + 2)) ** 2))
    p = mcnemar_mid_p(fixed, broken)
    return Difference(
        float(champion.mean()), float(challenger.mean()), difference, low, high, p, deviation, n
    )


def auc_parts(positive: Bools, score: Floats) -> tuple[float, Floats]:
    """ROC AUC and each row's influence on it (DeLong 1988, with the midranks of Sun and Xu 2014).

    The sum of the squared influences is DeLong's variance; influences of several models, or of several
    classes, may be subtracted or averaged first, which is what makes the comparison paired.
    """
    m, n = int(positive.sum()), int((~positive).sum())
    ranks = stats.rankdata(score)
    above = (ranks[positive] - stats.rankdata(score[positive])) / n
    below = 1 - (ranks[~positive] - stats.rankdata(score[~positive])) / m
    auc = float(above.mean())
    influence = np.empty(len(score))
    influence[positive] = (above - auc) / np.sqrt(m * max(m - 1, 1))
    influence[~positive] = (below - auc) / np.sqrt(n * max(n - 1, 1))
    return auc, influence


def macro_auc(truth: npt.NDArray[np.intp], chances: Floats) -> tuple[float, Floats]:
    """ROC AUC and influences; with more than two classes the mean over each class against the rest.

    Args:
        truth: class numbers, shape (n,).
        chances: probabilities, shape (n, classes).

    Raises:
        ValueError: fewer than two classes occur.
    """
    counts = np.bincount(truth, minlength=chances.shape[1])
    present = np.flatnonzero((counts > 0) & (counts < len(truth)))
    if len(present) == 0:
        raise ValueError("ROC AUC needs rows of at least two classes")
    classes = present[-1:] if chances.shape[1] == 2 else present  # noqa: PLR2004 -- two classes
    parts = [auc_parts(truth == k, chances[:, k]) for k in classes]
    return float(np.mean([auc for auc, _ in parts])), np.mean([influence for _, influence in parts], axis=0)


def roc_auc(truth: npt.NDArray[np.intp], champion: Floats, challenger: Floats, alpha: float) -> Difference:
    """Difference of two ROC AUCs (see `macro_auc`), with DeLong's variance."""
    before, before_influence = macro_auc(truth, champion)
    after, after_influence = macro_auc(truth, challenger)
    error = float(np.sqrt(((after_influence - before_influence) ** 2).sum()))
    return _normal(before, after, after - before, error, len(truth), alpha)


def _normal(
    champion: float, challenger: float, difference: float, error: float, n: int, alpha: float
) -> Difference:
    reach = float(stats.norm.isf(alpha)) * error
    p = 2 * float(stats.norm.sf(abs(difference) / error)) if error > 0 else float(difference == 0)
    low, high = difference - reach, difference + reach
    return Difference(champion, challenger, difference, low, high, p, error * np.sqrt(n), n)


def loss(champion: Floats, challenger: Floats, alpha: float, seed: int = 0) -> Difference:
    """Difference of two mean losses, signed so that less loss is more than 0: by t, or few rows by bootstrap.

    Args:
        champion: loss of each row, shape (n,).
        challenger: loss of each row, shape (n,).
        alpha: one-sided level of each bound.
        seed: of the bootstrap.
    """
    gain = champion - challenger
    n = len(gain)
    mean, deviation = float(gain.mean()), float(gain.std(ddof=1)) if n > 1 else 0.0
    before, after = float(champion.mean()), float(challenger.mean())
    if n < FEW_ROWS:
        weights = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=RESAMPLES)
        low, high, p = _bounds(weights @ gain / n, alpha)
        return Difference(before, after, mean, low, high, p, deviation, n)
    error = deviation / np.sqrt(n)
    reach = float(stats.t.isf(alpha, n - 1)) * error
    p = 2 * float(stats.t.sf(abs(mean) / error, n - 1)) if error > 0 else float(mean == 0)
    return Difference(before, after, mean, mean - reach, mean + reach, p, deviation, n)


def summaries(
    champion: Floats, challenger: Floats, score: Summary, lower: bool, alpha: float, seed: int = 0
) -> Difference:
    """Difference in any function of means over the rows, by the paired bootstrap.

    Args:
        champion: (n, m) of the rows, e.g. their squared errors.
        challenger: (n, m) likewise.
        score: (draws, m) means -> (draws,) values, e.g. the square root of the mean squared error.
        lower: less is better, in either direction: the difference is that of the absolute values.
        alpha: one-sided level of each bound.
        seed: of the bootstrap.
    """
    n, m = champion.shape
    both = np.hstack([champion, challenger])
    means = np.vstack([both.mean(axis=0, keepdims=True), _drawn_means(both, seed)])
    before, after = score(means[:, :m]), score(means[:, m:])
    gain = np.abs(before) - np.abs(after) if lower else after - before
    low, high, p = _bounds(gain[1:], alpha)
    deviation = float(gain[1:].std(ddof=1) * np.sqrt(n))
    return Difference(float(before[0]), float(after[0]), float(gain[0]), low, high, p, deviation, n)


def _drawn_means(columns: Floats, seed: int) -> Floats:
    """Means over rows drawn anew, shape (draws, columns)."""
    n = len(columns)
    rng = np.random.default_rng(seed)
    draws = int(np.clip(MOST_DRAWN // n, FEWEST_RESAMPLES, RESAMPLES))
    counts = (np.bincount(rng.integers(0, n, n), minlength=n) for _ in range(draws))
    return np.stack([count @ columns for count in counts]) / n


def confusion(
    truth: npt.NDArray[np.intp],
    champion: npt.NDArray[np.intp],
    challenger: npt.NDArray[np.intp],
    classes: int,
    score: Score,
    alpha: float,
    seed: int = 0,
) -> Difference:
    """Difference in any metric of the confusion matrix, by the exact multinomial bootstrap over joint cells.

    A row matters only through (truth, champion, challenger): drawing n rows anew is drawing the counts of
    these cells from a multinomial, whatever n is. `score` takes matrices (draws, truth, predicted).
    """
    n = len(truth)
    cells, counts = np.unique(
        np.ravel_multi_index((truth, champion, challenger), (classes,) * 3), return_counts=True
    )
    y, a, b = np.unravel_index(cells, (classes,) * 3)
    observed = counts[None, :]
    before = float(score(_matrices(observed, y, a, classes))[0])
    after = float(score(_matrices(observed, y, b, classes))[0])
    drawn = np.random.default_rng(seed).multinomial(n, counts / n, size=RESAMPLES)
    spread = score(_matrices(drawn, y, b, classes)) - score(_matrices(drawn, y, a, classes))
    low, high, p = _bounds(spread, alpha)
    deviation = float(spread.std(ddof=1) * np.sqrt(n))
    return Difference(before, after, after - before, low, high, p, deviation, n)


def matrix(truth: npt.NDArray[np.intp], predicted: npt.NDArray[np.intp], classes: int) -> Floats:
    """The confusion matrix as one draw: shape (1, truth, predicted)."""
    counts = np.bincount(truth * classes + predicted, minlength=classes * classes)
    return counts.astype(float).reshape(1, classes, classes)


def _matrices(
    counts: npt.NDArray[np.int64], truth: npt.NDArray[Any], predicted: npt.NDArray[Any], classes: int
) -> Floats:
    where = np.zeros((len(truth), classes * classes))
    where[np.arange(len(truth)), truth * classes + predicted] = 1
    return (counts @ where).reshape(-1, classes, classes)


def _bounds(spread: Floats, alpha: float) -> tuple[float, float, float]:
    low, high = np.quantile(spread, [alpha, 1 - alpha])
    tail = min(int((spread <= 0).sum()), int((spread >= 0).sum()))
    return float(low), float(high), min(1.0, 2 * (tail + 1) / (len(spread) + 1))


def holm(p_values: list[float]) -> list[float]:
    """Adjusted p-values that keep the chance of any false finding (Holm 1979).

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for rank, index in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, p_values[index] * (len(p_values) - rank)))
        adjusted[index] = highest
    return adjusted
