"""When a fall is more than chance: the newest chunk, the mean of two, or the weighted mean of the recent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from core.health.change.between import Baseline, Between
from core.health.rules import RULES, AlarmRules
from core.stats.intervals import Z95, Measured


@dataclass(frozen=True, slots=True)
class Signal:
    """The state after one chunk; losses are positive when the metric got worse.

    Attributes:
        loss: of this chunk alone; `own_error`: its standard error.
        level: weighted mean loss of the recent chunks; `error`: its standard error.
        alarm: it got worse, beyond chance and beyond the tolerance.
    """

    loss: float
    own_error: float
    level: float
    error: float
    alarm: bool

    @property
    def z(self) -> float:
        """The loss of this chunk alone in standard errors."""
        return self.loss / self.own_error

    @property
    def own_low(self) -> float:
        """Lower end of the 95 % interval of the loss of this chunk alone."""
        return self.loss - Z95 * self.own_error

    @property
    def own_high(self) -> float:
        """Upper end of it."""
        return self.loss + Z95 * self.own_error

    @property
    def low(self) -> float:
        """Lower end of the 95 % interval of the level."""
        return self.level - Z95 * self.error

    @property
    def high(self) -> float:
        """Upper end of it."""
        return self.level + Z95 * self.error


def signals(
    base: Baseline,
    chunks: Sequence[Measured | None],
    sign: int,
    tolerance: float,
    fresh: Collection[int] = (),
    rules: AlarmRules = RULES.alarm,
) -> list[Signal | None]:
    """One state a chunk; None where nothing was measured (the state before carries on).

    Three means of losses are compared with their own errors: the newest (Shewhart 1931), the newest two, and
    the exponentially weighted mean (Roberts 1959; the two kinds together: Lucas, Saccucci 1990). It is an
    alarm when one of them is beyond its limit (`t_limit`) and the tolerance.

    The error of the reference is common to all chunks and does not average out: it enters the variance of
    the level once, with the squared sum of the weights.

    Args:
        base: what is normal.
        chunks: the metric in every chunk of the log, in order of time.
        sign: 1 where higher is better, -1 where lower is.
        tolerance: a loss that does not matter, in the unit of the metric.
        fresh: positions from which on another version predicts: the state before them is forgotten.
        rules: the weight, and the limits of chance.

    >>> base = Baseline(value=0.9, variance=0.0, tau2=0.0001, chunks=10)
    >>> sound, fallen = Measured(0.9, 0.88, 0.92, 0.0001, 900), Measured(0.8, 0.77, 0.83, 0.0001, 900)
    >>> [state.alarm for state in signals(base, [sound, fallen, fallen], 1, 0.02)]
    [False, True, True]
    """
    states: list[Signal | None] = []
    between = Between(base, tolerance, rules)
    memory, last = _Memory(rules), None
    for at, chunk in enumerate(chunks):
        if at in fresh:
            memory, last = _Memory(rules), None
        if chunk is None:
            states.append(None)
            continue
        newest = _Mean(sign * (base.value - chunk.value), chunk.variance + between.tau2, 1.0)
        memory.add(newest)
        own, level = newest.against(base, between), memory.mean.against(base, between)
        means = [(own, rules.sudden), (level, rules.limit)]
        if last is not None:
            means.append((last.mean_with(newest).against(base, between), rules.pair))
        alarm = any(mean.loss >= tolerance and mean.is_beyond(limit, between) for mean, limit in means)
        states.append(Signal(own.loss, own.variance**0.5, level.loss, level.variance**0.5, alarm))
        between.add(chunk, quiet=not alarm)
        last = newest
    return states


def t_limit(limit: float, variance: float, between: float, degrees: float) -> float:
    """A limit in standard errors, where a part of the variance is itself estimated: Student's t.

    The degrees of freedom are Satterthwaite's (1946): those of the estimated part, the more the smaller a
    part it is of all. Its own degrees are those of the moderated variance (Smyth 2004).

    Args:
        limit: what a normal number passes by chance as often as is allowed.
        variance: of the mean.
        between: the part of it that is estimated, from so many `degrees` of freedom.
        degrees: of freedom.

    >>> t_limit(3.0, 0.0002, 0.0, 4), round(t_limit(3.0, 0.0002, 0.0001, 4), 2)
    (3.0, 3.54)
    >>> round(t_limit(3.0, 0.0002, 0.0002, 4), 2)
    6.62
    """
    from scipy.special import ndtr, stdtrit

    if between <= CERTAIN * variance:
        return limit
    return float(stdtrit(degrees * (variance / between) ** 2, float(ndtr(limit))))


CERTAIN = 1e-3
"""Part of a variance so small that its estimate does not matter: a million degrees of freedom and more."""


@dataclass(frozen=True, slots=True)
class _Mean:
    """A mean of losses.

    Attributes:
        chunks: sum of its squared weights: the part of the variance between chunks that it has.
    """

    loss: float
    variance: float
    chunks: float

    def mean_with(self, other: "_Mean") -> "_Mean":
        """The mean of both."""
        return _Mean(
            (self.loss + other.loss) / 2,
            (self.variance + other.variance) / 4,
            (self.chunks + other.chunks) / 4,
        )

    def against(self, base: Baseline, between: Between) -> "_Mean":
        """The same with the error of the reference, blurred by what its own chunks differ by."""
        part = 1 / max(base.chunks, 1)
        variance = self.variance + base.variance + part * between.tau2
        return _Mean(self.loss, variance, self.chunks + part)

    def is_beyond(self, limit: float, between: Between) -> bool:
        """Whether chance explains it no more."""
        estimated = self.chunks * between.tau2
        errors = t_limit(limit, self.variance, estimated, between.degrees)
        return bool(self.loss > errors * self.variance**0.5)


class _Memory:
    """The exponentially weighted mean of losses, and its variance."""

    def __init__(self, rules: AlarmRules) -> None:
        self._rules = rules
        # weights of few chunks sum up to less than 1
        self._losses = self._weights = self._variance = self._chunks = self._usual = 0.0

    def add(self, newest: _Mean) -> None:
        """Take in the loss of the newest chunk; one that has only begun weighs as little as it says."""
        weight, usual = self._rules.weight, self._rules.short * self._usual
        if self._weights * newest.variance > usual > 0:
            weight *= usual / (self._weights * newest.variance)
        keep = 1 - weight
        self._usual = keep * self._usual + weight * newest.variance
        self._losses = keep * self._losses + weight * newest.loss
        self._weights = keep * self._weights + weight
        self._variance = keep**2 * self._variance + weight**2 * newest.variance
        self._chunks = keep**2 * self._chunks + weight**2 * newest.chunks

    @property
    def mean(self) -> _Mean:
        """The mean, with weights that sum up to 1."""
        squared = self._weights**2
        return _Mean(self._losses / self._weights, self._variance / squared, self._chunks / squared)


def is_worse(before: Sequence[Signal], now: Sequence[Signal]) -> bool:
    """Whether chunks lose more on average than those before them, beyond chance (95 %).

    >>> one, two = (Signal(loss, 0.01, loss, 0.01, alarm=False) for loss in (0.0, 0.04))
    >>> is_worse([one] * 6, [two] * 6), is_worse([one] * 6, [one] * 6)
    (True, False)
    """
    loss, variance = 0.0, 0.0
    for part, sign in ((now, 1), (before, -1)):
        loss += sign * sum(signal.loss for signal in part) / len(part)
        variance += sum(signal.own_error**2 for signal in part) / len(part) ** 2
    return bool(loss > Z95 * variance**0.5)
