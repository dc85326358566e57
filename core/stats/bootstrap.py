"""The paired bootstrap (Efron 1979): of the cells of a confusion, or of means over the rows."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.stats.arrays import Counts, Floats, Ints

MatrixScore = Callable[[Floats], Floats]
"""(draws, K, K) label by prediction -> (draws,) values."""
MeanScore = Callable[[Floats], Floats]
"""(draws, m) means -> (draws,) values."""


@dataclass(frozen=True, slots=True)
class BootstrapRules:
    """How often rows are drawn anew.

    Attributes:
        resamples: 10,000 put a 5 % bound within .4 points of its level, two standard errors of
            sqrt(.05 * .95 / 10,000); Efron and Tibshirani (1993, chapter 14) ask for 1,000 and more.
        fewest: with very many rows so many still, for the same .5 points.
        most_drawn: rows drawn in all, which is what takes the time: a second on one core.
        most_cells: counts of cells drawn in all: a tenth of a second on one core, 1,000 draws of the 1,000
            cells of ten classes. What they lack in number `beside_linear` makes good: bounds lie nearer to
            those of very many draws than 10,000 bring them (`tests/benchmarks/ten_classes.py`).
        fewest_of_cells: of very many classes so many draws still.
        few_rows: below so many rows a mean is bootstrapped; from so many on the t interval of skewed losses
            errs as seldom (`tests/benchmarks/comparison_rates.py`) and takes no time.
    """

    resamples: int = 10_000
    fewest: int = 2_000
    most_drawn: int = 50_000_000
    most_cells: int = 1_000_000
    fewest_of_cells: int = 500
    few_rows: int = 200


def generator_for(counts: Counts, seed: int) -> np.random.Generator:
    """Draws that are the same for the same counts, and others for any other counts.

    With one seed for all, a few draws that happen to lie close together make every interval too narrow, by as
    much each time: 40 draws know a deviation to 11 %, and what errs always in one direction is no chance.

    >>> first, same, other = (generator_for(np.array(counts), 0).random() for counts in ([1], [1], [2]))
    >>> first == same, first == other
    (True, False)
    """
    content = np.ascontiguousarray(counts, dtype=float).tobytes()
    return np.random.default_rng([seed, zlib.crc32(content)])


def bounds(spread: Floats, alpha: float) -> tuple[float, float, float]:
    """One-sided percentile bounds at level alpha, and the two-sided p-value of "nothing", of (draws,) values.

    >>> low, high, p = bounds(np.arange(-1.0, 99.0), 0.05)
    >>> float(low), float(high), round(p, 3)
    (3.95, 93.05, 0.059)
    """
    low, high = np.quantile(spread, [alpha, 1 - alpha])
    tail = min(int((spread <= 0).sum()), int((spread >= 0).sum()))
    return float(low), float(high), min(1.0, 2 * (tail + 1) / (len(spread) + 1))


def drawn_mean(values: Floats, rules: BootstrapRules, seed: int) -> Floats:
    """(n,) values -> (draws,) means of rows drawn anew; for few rows.

    >>> means = drawn_mean(np.array([0.0, 0.0, 1.0, 1.0]), BootstrapRules(), seed=0)
    >>> round(float(means.mean()), 1), round(float(means.std()), 2)
    (0.5, 0.25)
    """
    n = len(values)
    weights = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=rules.resamples)
    means: Floats = weights @ values / n
    return means


def drawn_means(columns: Floats, rules: BootstrapRules, seed: int) -> Floats:
    """(n, m) columns -> (draws, m) means over rows drawn anew, the same rows in every column.

    >>> means = drawn_means(np.array([[0.0, 1.0], [1.0, 0.0]]), BootstrapRules(), seed=0)
    >>> bool(np.allclose(means.sum(axis=1), 1.0))
    True
    """
    n = len(columns)
    rng = np.random.default_rng(seed)
    draws = int(np.clip(rules.most_drawn // n, rules.fewest, rules.resamples))
    counts = (np.bincount(rng.integers(0, n, n), minlength=n) for _ in range(draws))
    return np.stack([count @ columns for count in counts]) / n


def beside_linear(spread: Floats, linear: Floats, moments: "Moments", draws: int) -> Floats:
    """(draws,) values as many more draws would spread, where a linear part of them is known exactly.

    A metric of many rows is nearly linear in their counts. The quantiles of the linear part follow from its
    moments (Cornish and Fisher 1938); drawn is only what is left beside it, in the order of the linear part
    (Davison and Hinkley 1997, section 9.3.3; Hesterberg 1995).

    Args:
        spread: (few,) drawn values.
        linear: (few,) their linear part, less the observed value.
        moments: of the linear part over all draws that could be made.
        draws: how many values come back.

    >>> drawn = np.random.default_rng(0).normal(size=500)
    >>> spread = beside_linear(drawn, drawn, Moments(1.0, 0.0, 0.0), 10_000)
    >>> float(np.quantile(spread, 0.05).round(3)), float(np.quantile(drawn, 0.05).round(3))
    (-1.644, -1.485)
    """
    from scipy.special import ndtri

    levels = (np.arange(draws) + 0.5) / draws
    z = ndtri(levels)
    skew, peak = moments.skew, moments.peak
    z = z + (z**2 - 1) * skew / 6 + (z**3 - 3 * z) * peak / 24 - (2 * z**3 - 5 * z) * skew**2 / 36
    left = (spread - linear)[np.argsort(linear)]
    together: Floats = moments.deviation * z + left[(levels * len(left)).astype(np.int64)]
    return together


@dataclass(frozen=True, slots=True)
class Moments:
    """Deviation, skewness and excess of the fourth moment of a mean of rows drawn anew."""

    deviation: float
    skew: float
    peak: float

    @classmethod
    def of_mean(cls, values: Floats, counts: Counts) -> "Moments":
        """Of values of mean 0, each of so many rows.

        >>> Moments.of_mean(np.array([-1.0, 1.0]), np.array([50, 50]))
        Moments(deviation=0.1, skew=0.0, peak=-0.02)
        """
        n = int(counts.sum())
        second, third, fourth = (float(counts @ values**power) / n for power in (2, 3, 4))
        if second <= 0:
            return cls(0.0, 0.0, 0.0)
        return cls((second / n) ** 0.5, third / second**1.5 / n**0.5, (fourth / second**2 - 3) / n)


@dataclass(frozen=True, slots=True)
class JointCells:
    """The cells (truth, champion, challenger) that occur: a row matters only through its cell.

    Drawing n rows anew is drawing the counts of these cells from a multinomial, whatever n is.
    """

    counts: Counts
    truth: Ints
    champion: Ints
    challenger: Ints
    classes: int

    @classmethod
    def of_rows(cls, truth: Ints, champion: Ints, challenger: Ints, classes: int) -> "JointCells":
        """Count (n,) class numbers."""
        shape = (classes,) * 3
        numbers = np.ravel_multi_index((truth, champion, challenger), shape)
        if classes**3 <= len(truth):
            all_counts = np.bincount(numbers, minlength=classes**3)
            cells = np.flatnonzero(all_counts)
            counts = all_counts[cells]
        else:
            cells, counts = np.unique(numbers, return_counts=True)
        y, a, b = np.unravel_index(cells, shape)
        return cls(counts, y, a, b, classes)

    def draws(self, rules: BootstrapRules) -> int:
        """How often rows are drawn anew: as often as the rules say, less often of very many cells."""
        affordable = max(rules.fewest_of_cells, rules.most_cells // len(self.counts))
        return min(rules.resamples, affordable)

    def resample(self, rules: BootstrapRules, seed: int) -> Counts:
        """Draw rows anew: (1 + draws, cells) counts, of which the first are the observed ones."""
        n = int(self.counts.sum())
        anew = np.random.default_rng(seed).multinomial(n, self.counts / n, size=self.draws(rules))
        return np.vstack([self.counts[None, :], anew])

    def matrices(self, counts: Counts) -> tuple[Floats, Floats]:
        """(draws, cells) counts -> the (draws, K, K) confusions of champion and challenger."""
        both = counts.astype(np.float64)
        return self._matrices(both, self.champion), self._matrices(both, self.challenger)

    def _matrices(self, counts: Floats, predicted: npt.NDArray[Any]) -> Floats:
        cells = np.zeros((len(self.truth), self.classes**2))
        cells[np.arange(len(self.truth)), self.truth * self.classes + predicted] = 1
        return (counts @ cells).reshape(-1, self.classes, self.classes)
