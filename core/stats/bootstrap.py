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
        few_rows: below so many rows a mean is bootstrapped; from so many on the t interval of skewed losses
            errs as seldom (`tests/benchmarks/comparison_rates.py`) and takes no time.
    """

    resamples: int = 10_000
    fewest: int = 2_000
    most_drawn: int = 50_000_000
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
        cells, counts = np.unique(
            np.ravel_multi_index((truth, champion, challenger), shape), return_counts=True
        )
        y, a, b = np.unravel_index(cells, shape)
        return cls(counts, y, a, b, classes)

    def resample(self, rules: BootstrapRules, seed: int) -> Counts:
        """Draw rows anew: (1 + draws, cells) counts, of which the first are the observed ones."""
        n = int(self.counts.sum())
        anew = np.random.default_rng(seed).multinomial(n, self.counts / n, size=rules.resamples)
        return np.vstack([self.counts[None, :], anew])

    def matrices(self, counts: Counts) -> tuple[Floats, Floats]:
        """(draws, cells) counts -> the (draws, K, K) confusions of champion and challenger."""
        return self._matrices(counts, self.champion), self._matrices(counts, self.challenger)

    def _matrices(self, counts: Counts, predicted: npt.NDArray[Any]) -> Floats:
        cells = np.zeros((len(self.truth), self.classes**2))
        cells[np.arange(len(self.truth)), self.truth * self.classes + predicted] = 1
        return (counts @ cells).reshape(-1, self.classes, self.classes)
