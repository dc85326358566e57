"""What a metric is: words, direction, value and variance from counts, margin and paired comparison."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import Literal, TypeAlias

from core.stats.arrays import Floats
from core.stats.bootstrap import BootstrapRules
from core.stats.counts import MetricCounts, ObservedCounts
from core.stats.error_moments import Influence
from core.stats.intervals import Measured, normal
from core.stats.paired import RULES, Difference
from core.stats.pairings import Pairing
from core.stats.predictions import Predictions, Truth
from core.stats.together.dependence import Dependence, Together, allow_for

Unit: TypeAlias = Literal["share", "amount", "own"]
Interval: TypeAlias = Callable[[float, float, int, tuple[float, float]], Measured]
Need: TypeAlias = Literal["scores", "two labels"]
Wording: TypeAlias = Literal["level", "errors", "mean error", "bias"]


@dataclass(frozen=True, slots=True)
class Margin:
    """A loss that does not matter: in the unit of the metric, or a share of the champion's value."""

    size: float
    relative: bool = False

    def at(self, champion: float) -> float:
        """In the unit of the metric.

        >>> Margin(0.005).at(0.9), Margin(0.01, relative=True).at(20.0)
        (0.005, 0.2)
        """
        return self.size * abs(champion) if self.relative else self.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric.

    Attributes:
        name: in settings, documents and commands.
        title: for pages; `short` its usual abbreviation, if `plain` is not enough.
        plain: the title in words that need no statistics.
        unit: a share (shown as per cent, its changes as points), an amount in the unit of the label, its own.
        better: whether higher or lower is better; of a bias, lower in either direction.
        bounds: lowest and highest value.
        value: counts with leading axes (...) -> (...) values; NaN where it is not defined.
        variance: observed counts -> sampling variance of the value.
        margin: a loss that does not matter to a comparison.
        pairing: how it is computed from rows and compared in pairs, and what that costs.
        interval: (value, variance, rows, bounds) -> value with its 95 % interval.
        needs: scores, because it cannot be known from classes alone; two labels, because one says nothing.
        influence: of the errors of a regression; None for metrics of classes.
        chance: number of classes -> the value of a model that knows nothing, where that is known.
        guards: a loss of it is told even when another metric is the metric of record.
        guards_where: counts of the reference period -> whether it guards there; None: always.
        reported: every comparison shows it beside the metric of record.
        wording: how a change is told: as a level that went from here to there, as errors in a hundred, as how
            far it is off, or as which way.
        covers: names of metrics that need not be told where a loss of this one is.
        yardstick: name of the metric by whose size a loss of this one is measured, where it may be near 0.
        two_classes: it judges models of two classes only.
        origin: of an own metric, where the configuration says that it stands.
        counted_in: of an amount whose unit is known by itself: a currency, classes.
    """

    name: str
    title: str
    plain: str
    unit: Unit
    better: Literal["higher", "lower"]
    bounds: tuple[float, float]
    value: Callable[[MetricCounts], Floats]
    variance: Callable[[ObservedCounts], float]
    margin: Margin
    pairing: Pairing
    interval: Interval = normal
    short: str = ""
    needs: frozenset[Need] = frozenset()
    influence: Influence | None = None
    chance: Callable[[int], float] | None = None
    guards: bool = False
    guards_where: Callable[[ObservedCounts], bool] | None = None
    reported: bool = False
    wording: Wording = "level"
    covers: tuple[str, ...] = ()
    yardstick: str = ""
    two_classes: bool = False
    counted_in: str = ""
    origin: str = ""

    @property
    def of_numbers(self) -> bool:
        """Whether it judges regressions; all others judge classes."""
        return self.influence is not None

    @property
    def sign(self) -> int:
        """1 when higher is better: sign * (before - after) is the loss of comparable values."""
        return 1 if self.better == "higher" else -1

    @property
    def both_ways(self) -> bool:
        """Whether it is off in either direction, as a bias is."""
        return self.better == "lower" and self.bounds == (-inf, inf)

    def measure(self, counts: ObservedCounts) -> Measured | None:
        """The value with its 95 % interval; None where it, or its variance, is not defined.

        The variance is not when nothing was predicted as the class in question, or all errors are the same.
        """
        value = float(self.value(counts))
        if not isfinite(value):
            return None
        variance = self.variance(counts)
        return self.interval(value, variance, counts.labelled, self.bounds) if 0 < variance < inf else None

    def of_mean_loss(self, loss: float) -> float:
        """The value that a mean loss of a row gives, of a metric that is such a mean.

        >>> from core.stats.metrics import METRICS
        >>> METRICS["accuracy"].of_mean_loss(0.25), METRICS["mae"].of_mean_loss(3.0)
        (0.75, 3.0)
        """
        return 1 - loss if self.better == "higher" else loss

    def merit(self, value: float) -> float:
        """A value such that more is better.

        >>> from core.stats.metrics import METRICS
        >>> METRICS["accuracy"].merit(0.9), METRICS["mae"].merit(3.0), METRICS["bias"].merit(-2.0)
        (0.9, -3.0, -2.0)
        """
        return -abs(value) if self.both_ways else self.sign * value

    def gain(self, before: float, now: float) -> float:
        """How much better the second value is than the first."""
        return self.merit(now) - self.merit(before)

    def comparable(self, measured: Measured) -> Measured:
        """What is compared: the value itself, or its size where it is off in either direction.

        The size is less what chance alone adds to it: a bias around zero would else look like a small loss.
        """
        if not self.both_ways:
            return measured
        return replace(measured, value=max(0.0, measured.value**2 - measured.variance) ** 0.5)

    def loss(self, before: Measured, now: Measured) -> float:
        """How much worse the second value is than the first, of what is compared."""
        return self.sign * (self.comparable(before).value - self.comparable(now).value)

    def compare(
        self,
        truth: Truth,
        champion: Predictions,
        challenger: Predictions,
        alpha: float,
        rules: BootstrapRules = RULES,
    ) -> Difference:
        """The paired difference of two models on the same rows; its bounds are one-sided at level alpha."""
        return self._within(self.pairing.compare(truth, champion, challenger, alpha, rules))

    def compare_together(
        self,
        truth: Truth,
        champion: Predictions,
        challenger: Predictions,
        alpha: float,
        together: Together,
        rules: BootstrapRules = RULES,
    ) -> tuple[Difference, Dependence]:
        """The paired difference, its bounds allowing for rows that belong together, and why."""
        rows = self.compare(truth, champion, challenger, alpha, rules)
        if together.groups is None and not together.blocks:
            return rows, Dependence()
        influence = self.pairing.influence(truth, champion, challenger)
        wide, why = allow_for(rows, influence, together, alpha)
        return self._within(wide), why

    def _within(self, difference: Difference) -> Difference:
        """With bounds that two values of the metric can be apart: those of few rows reach farther."""
        most = self.bounds[1] - self.bounds[0]
        return replace(difference, low=max(difference.low, -most), high=min(difference.high, most))

    def of_rows(self, truth: Truth, predictions: Predictions) -> float:
        """The value of one model on some rows."""
        return self.pairing.value(truth, predictions)
