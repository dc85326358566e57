"""Paired differences between two models on the same rows: estimate, interval and p-value.

Every difference is challenger minus champion, signed so that more than 0 is better.
"""

from dataclasses import dataclass

import numpy as np

from core.stats import auc, bootstrap
from core.stats.arrays import Bools, Floats, Ints
from core.stats.bootstrap import BootstrapRules, JointCells, MatrixScore, MeanScore, Moments
from core.stats.tests import agresti_min, mcnemar_mid_p
from core.stats.together.influence import slopes

RULES = BootstrapRules()


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


def accuracy(champion: Bools, challenger: Bools, alpha: float) -> Difference:
    """Difference of two accuracies from which rows each model has right (McNemar; Agresti and Min).

    Args:
        champion: shape (n,).
        challenger: shape (n,).
        alpha: one-sided level of each bound.

    >>> right = np.arange(100) < 80
    >>> difference = accuracy(right, np.arange(100) < 90, 0.05)
    >>> round(difference.difference, 2), round(difference.low, 3)
    (0.1, 0.047)
    """
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


def roc_auc(truth: Ints, champion: Floats, challenger: Floats, alpha: float) -> Difference:
    """Difference of two areas under the ROC curve (`auc.rows_macro_area`), with DeLong's variance.

    Args:
        truth: class numbers, shape (n,).
        champion: probabilities, shape (n, classes).
        challenger: probabilities, shape (n, classes).
        alpha: one-sided level of each bound.

    Raises:
        ValueError: fewer than two classes occur.

    >>> rng = np.random.default_rng(0)
    >>> truth = np.repeat([0, 1], 200)
    >>> blind, sharp = rng.random(400), truth + rng.random(400)
    >>> scores = [np.column_stack([2 - s, s]) / 2 for s in (blind, sharp)]
    >>> bool(roc_auc(truth, *scores, 0.05).low > 0)
    True
    """
    from scipy.special import ndtr, ndtri

    before, before_influence = auc.rows_macro_area(truth, champion)
    after, after_influence = auc.rows_macro_area(truth, challenger)
    difference, n = after - before, len(truth)
    error = float(np.sqrt(((after_influence - before_influence) ** 2).sum()))
    reach = -float(ndtri(alpha)) * error
    p = 2 * float(ndtr(-abs(difference) / error)) if error > 0 else float(difference == 0)
    low, high = difference - reach, difference + reach
    return Difference(before, after, difference, low, high, p, error * np.sqrt(n), n)


def loss(
    champion: Floats, challenger: Floats, alpha: float, rules: BootstrapRules = RULES, seed: int = 0
) -> Difference:
    """Difference of two mean losses, signed so that less loss is more than 0: by t, or few rows by bootstrap.

    Args:
        champion: loss of each row, shape (n,).
        challenger: loss of each row, shape (n,).
        alpha: one-sided level of each bound.
        rules: how often rows are drawn anew, and from how many rows on the t interval is used.
        seed: of the bootstrap.

    >>> rng = np.random.default_rng(0)
    >>> champion = rng.exponential(1.0, 500)
    >>> better = loss(champion, champion * 0.8, 0.05)
    >>> bool(better.low > 0)
    True
    """
    from scipy.special import stdtr, stdtrit

    gain = champion - challenger
    n = len(gain)
    mean, deviation = float(gain.mean()), float(gain.std(ddof=1)) if n > 1 else 0.0
    before, after = float(champion.mean()), float(challenger.mean())
    if n < rules.few_rows:
        low, high, p = bootstrap.bounds(bootstrap.drawn_mean(gain, rules, seed), alpha)
        return Difference(before, after, mean, low, high, p, deviation, n)
    error = deviation / np.sqrt(n)
    reach = -float(stdtrit(n - 1, alpha)) * error
    p = 2 * float(stdtr(n - 1, -abs(mean) / error)) if error > 0 else float(mean == 0)
    return Difference(before, after, mean, mean - reach, mean + reach, p, deviation, n)


def summaries(
    champion: Floats,
    challenger: Floats,
    score: MeanScore,
    alpha: float,
    *,
    lower: bool,
    rules: BootstrapRules = RULES,
    seed: int = 0,
) -> Difference:
    """Difference in any function of means over the rows, by the paired bootstrap.

    Draws in which the function is not defined (R2 of labels that are all the same) are left out.

    Args:
        champion: (n, m) of the rows, e.g. their squared errors.
        challenger: (n, m) likewise.
        score: (draws, m) means -> (draws,) values, e.g. the square root of the mean squared error.
        alpha: one-sided level of each bound.
        lower: less is better, in either direction: the difference is that of the absolute values.
        rules: how often rows are drawn anew.
        seed: of the bootstrap.
    """
    n, m = champion.shape
    both = np.hstack([champion, challenger])
    means = np.vstack([both.mean(axis=0, keepdims=True), bootstrap.drawn_means(both, rules, seed)])
    before, after = score(means[:, :m]), score(means[:, m:])
    gain = np.abs(before) - np.abs(after) if lower else after - before
    return _difference_of_draws(before[0], after[0], gain[0], gain[1:], alpha, n)


def confusion(
    truth: Ints,
    champion: Ints,
    challenger: Ints,
    classes: int,
    score: MatrixScore,
    alpha: float,
    *,
    rules: BootstrapRules = RULES,
    seed: int = 0,
) -> Difference:
    """Difference in any metric of the confusion matrix, by the exact multinomial bootstrap over joint cells.

    Of very many cells fewer draws are made, and the linear part of the difference is put in exactly.

    Args:
        truth: class numbers, shape (n,).
        champion: predicted class numbers, shape (n,).
        challenger: predicted class numbers, shape (n,).
        classes: how many there are.
        score: (draws, K, K) label by prediction -> (draws,) values, more is better.
        alpha: one-sided level of each bound.
        rules: how often rows are drawn anew.
        seed: of the bootstrap.
    """
    cells = JointCells.of_rows(truth, champion, challenger, classes)
    counts = cells.resample(rules, seed)
    before, after = cells.matrices(counts)
    old, new = score(before), score(after)
    spread = (new - old)[1:]
    if len(spread) < rules.resamples:
        slope = np.nan_to_num(
            slopes(after[0], score)[cells.truth, cells.challenger]
            - slopes(before[0], score)[cells.truth, cells.champion]
        )
        slope -= cells.counts @ slope / len(truth)
        linear = counts[1:] @ slope / len(truth)
        spread = bootstrap.beside_linear(
            spread, linear, Moments.of_mean(slope, cells.counts), rules.resamples
        )
    return _difference_of_draws(old[0], new[0], new[0] - old[0], spread, alpha, len(truth))


def _difference_of_draws(
    before: float, after: float, gain: float, spread: Floats, alpha: float, n: int
) -> Difference:
    """The difference with the bounds of (draws,) values, of which those that are not defined are left out."""
    known = spread[np.isfinite(spread)]
    low, high, p = bootstrap.bounds(known, alpha)
    deviation = float(known.std(ddof=1) * np.sqrt(n))
    return Difference(float(before), float(after), float(gain), low, high, p, deviation, n)
