"""Rows that belong together: how much surer independent rows would be, and bounds that allow for it.

A difference of two models is, but for terms of second order, a mean of contributions of rows (their
influences). Its variance by groups or by blocks of time is the jackknife's, which leaves out one of them at a
time, with t quantiles: of few or unequal ones it errs less than the sandwich and than drawing groups anew
(MacKinnon, Nielsen and Webb 2023).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from core.stats.arrays import Floats, Ints
from core.stats.paired import Difference

Kind: TypeAlias = Literal["rows", "groups", "time", "groups and time"]


@dataclass(frozen=True, slots=True)
class DependenceRules:
    """When rows are taken to hang together in time, and by which blocks.

    Attributes:
        level: of the test whether differences hang together in time. Not 5 %: what is overlooked makes
            bounds too narrow, and what is seen without reason costs the quantiles of some blocks
            (`tests/benchmarks/dependence_rates.py`).
        stretches: so many blocks of equally many rows in order of time are tried: t has 19 degrees of freedom
            of 20, and its 5 % bound lies 5 % farther than the normal one; of 10 it lies 11 % farther, which
            only counts where the differences hang together for longer.
        rows: fewest rows that are cut into them: of 10 rows each.
        fewest_blocks: of a calendar unit; with fewer, t costs more than 10 % of the width.
        worth: fewest independent rows that `rows` and more must be as good as where they hang together in
            time. What lasts longer than a tenth of them is seen in part only, and the bounds are too close:
            300 hours with an autocorrelation of .95 were called better or worse in 26 % of holdouts of equal
            models where 10 % should be, and are in 9 % so (`tests/benchmarks/dependence_rates.py`).
    """

    level: float = 0.2
    stretches: tuple[int, ...] = (20, 10)
    rows: int = 200
    fewest_blocks: int = 12
    worth: float = 20.0


RULES = DependenceRules()


@dataclass(frozen=True, slots=True)
class Together:
    """Which of n rows belong together.

    Attributes:
        groups: (n,) number of each row's group (a customer, a machine); None where there are none.
        blocks: name of a unit of time -> (n,) number of each row's block.
    """

    groups: Ints | None = None
    blocks: Mapping[str, Ints] = field(default_factory=dict)

    def at(self, rows: npt.NDArray[np.intp]) -> "Together":
        """Of some of the rows.

        >>> Together(np.array([4, 4, 7])).at(np.array([0, 2])).groups.tolist()
        [4, 7]
        """
        groups = None if self.groups is None else self.groups[rows]
        return Together(groups, {name: block[rows] for name, block in self.blocks.items()})


INDEPENDENT = Together()


@dataclass(frozen=True, slots=True)
class Dependence:
    """By what a difference was judged.

    Attributes:
        kind: by what rows were taken together.
        ratio: variance of the difference against that of independent rows, at least 1.
        p: of the test that the differences of the rows do not hang together in time; None without a time.
        groups: how many there are; None without a role `group`.
        block: unit of time of the blocks ("day", "50 rows"); `blocks` how many.
        rows_needed: rows in all that are needed for bounds that hold; None where there are enough.
    """

    kind: Kind = "rows"
    ratio: float = 1.0
    p: float | None = None
    groups: int | None = None
    block: str | None = None
    blocks: int | None = None
    rows_needed: int | None = None


@dataclass(frozen=True, slots=True)
class MeanVariance:
    """A variance of a mean, and the degrees of freedom that it is known with."""

    value: float
    freedom: float


def allow_for(
    difference: Difference,
    influence: Floats,
    together: Together,
    alpha: float,
    rules: DependenceRules = RULES,
) -> tuple[Difference, Dependence]:
    """The difference with bounds that allow for rows that belong together, and what they rest on.

    Groups always count; blocks of time where the test finds that the differences hang together. The bounds
    are never closer than those of independent rows.

    Args:
        difference: with bounds of independent rows at level `alpha`.
        influence: (n,) contribution of each row to the difference, of mean 0.
        together: which of the n rows belong together.
        alpha: one-sided level of each bound.
        rules: when blocks of time count.

    >>> rng = np.random.default_rng(0)
    >>> day = np.repeat(np.arange(50), 20)
    >>> gain = rng.normal(0, 1, 50)[day] + rng.normal(0, 1, 1000)
    >>> from core.stats.paired import loss
    >>> rows = loss(gain, 0 * gain, 0.05)
    >>> wide, why = allow_for(rows, gain - gain.mean(), Together(blocks={"day": day}), 0.05)
    >>> why.kind, why.block, round(float((wide.high - wide.low) / (rows.high - rows.low)), 1)
    ('time', 'day', 3.2)
    """
    independent = float((influence**2).sum()) / max(1, len(influence) - 1) / len(influence)
    if independent <= 0:
        return difference, Dependence()
    grouped = None if together.groups is None else jackknife(influence, together.groups)
    timed, block, p = _of_time(influence, together, alpha, rules)
    variance, kind = _both(influence, together, grouped, timed, block)
    ratio = max(1.0, variance.value / independent) if variance else 1.0
    why = Dependence(
        kind,
        ratio,
        p,
        None if together.groups is None else len(np.unique(together.groups)),
        block or None,
        len(np.unique(together.blocks[block])) if block else None,
        ceil(rules.worth * ratio) if timed and rules.rows <= len(influence) < rules.worth * ratio else None,
    )
    return (widen(difference, why.ratio, variance.freedom, alpha) if variance else difference), why


def jackknife(influence: Floats, members: Ints) -> MeanVariance | None:
    """Variance of the mean by leaving out one group at a time; None of a single group.

    >>> of_three = jackknife(np.array([1.0, 1.0, -2.0, -2.0, 1.0, 1.0]), np.array([0, 0, 1, 1, 2, 2]))
    >>> round(of_three.value, 3), of_three.freedom
    (1.0, 2.0)
    """
    _, place, sizes = np.unique(members, return_inverse=True, return_counts=True)
    count, n = len(sizes), len(influence)
    if count < 2:  # noqa: PLR2004 -- one group has no variance
        return None
    sums = np.bincount(place, influence, count)
    without = sums / (n - sizes)
    # unequal groups are worth as many equal ones as sum(n)^2 / sum(n^2) says (Kish 1965)
    worth = n**2 / float((sizes.astype(float) ** 2).sum())
    return MeanVariance((count - 1) / count * float((without**2).sum()), max(1.0, worth - 1))


def together_in_time(influence: Floats, block: Ints) -> float:
    """One-sided p-value of "contributions of rows of one block are independent of each other".

    The sum over blocks of the squared sums, over the sum of the squared contributions, has mean 1 and
    variance 2 sum m (m - 1) / n^2 for blocks of m rows, whatever the distribution of the contributions is;
    its tail is that of a chi-squared mean with this variance.

    >>> rng = np.random.default_rng(0)
    >>> day = np.repeat(np.arange(40), 25)
    >>> noise = rng.normal(size=1000)
    >>> together_in_time(noise, day) > 0.05
    True
    >>> together_in_time(noise + 0.5 * rng.normal(size=40)[day], day) < 1e-6
    True
    """
    from scipy.special import chdtrc

    _, place, sizes = np.unique(block, return_inverse=True, return_counts=True)
    n, squares = len(influence), float((influence**2).sum())
    spread = 2 * float((sizes * (sizes - 1.0)).sum()) / n**2
    if squares <= 0 or spread <= 0:
        return 1.0
    ratio = float((np.bincount(place, influence) ** 2).sum()) / squares
    # contributions that add up to 0 take away one row's share of the expectation
    ratio /= 1 - float((sizes.astype(float) ** 2).sum()) / n**2
    freedom = 2 / spread
    return float(chdtrc(freedom, max(0.0, ratio) * freedom))


def widen(difference: Difference, ratio: float, freedom: float, alpha: float) -> Difference:
    """The difference with bounds for a variance that is so many times as large and known with so few degrees.

    >>> rows = Difference(0.8, 0.82, 0.02, 0.01, 0.03, 0.001, 0.3, 1000)
    >>> wide = widen(rows, 4.0, 1e9, 0.05)
    >>> round(wide.low, 3), round(wide.high, 3), round(wide.p, 3), wide.deviation
    (-0.0, 0.04, 0.1, 0.6)
    """
    from scipy.special import ndtri, stdtr, stdtrit

    factor = ratio**0.5 * float(stdtrit(freedom, alpha)) / float(ndtri(alpha))
    middle = difference.difference
    return replace(
        difference,
        low=middle + (difference.low - middle) * factor,
        high=middle + (difference.high - middle) * factor,
        p=min(1.0, 2 * float(stdtr(freedom, float(ndtri(difference.p / 2)) / ratio**0.5))),
        deviation=difference.deviation * ratio**0.5,
    )


def _of_time(
    influence: Floats, together: Together, alpha: float, rules: DependenceRules
) -> tuple[MeanVariance | None, str, float | None]:
    """Variance by the blocks of the widest bounds, their name, and p; no name where rows stand alone."""
    from scipy.special import stdtrit

    if not together.blocks:
        return None, "", None
    units: Floats = influence
    place = np.arange(len(influence))
    tests = []
    for block in together.blocks.values():
        if together.groups is not None:  # what one group's rows have in common is no matter of time
            pairs = _pairs(together.groups, block)
            units = np.asarray(np.bincount(pairs, influence), dtype=np.float64)
            place = np.unique(pairs, return_index=True)[1]
        tests.append(together_in_time(units, block[place]))
    p = min(1.0, min(tests) * len(tests))
    if p > rules.level:
        return None, "", p
    variances = {name: jackknife(influence, block) for name, block in together.blocks.items()}
    reach = {
        name: -float(stdtrit(v.freedom, alpha)) * v.value**0.5
        for name, v in variances.items()
        if v is not None
    }
    if not reach:
        return None, "", p
    widest = max(reach, key=reach.__getitem__)
    return variances[widest], widest, p


def _both(
    influence: Floats,
    together: Together,
    grouped: MeanVariance | None,
    timed: MeanVariance | None,
    block: str,
) -> tuple[MeanVariance | None, Kind]:
    """What groups and time say, less what both count (Cameron, Gelbach and Miller 2011)."""
    if grouped is None or timed is None or together.groups is None:
        return (grouped, "groups") if grouped else (timed, "time" if timed else "rows")
    common = jackknife(influence, _pairs(together.groups, together.blocks[block]))
    value = grouped.value + timed.value - (common.value if common else 0.0)
    freedom = min(grouped.freedom, timed.freedom)
    return MeanVariance(max(value, grouped.value, timed.value), freedom), "groups and time"


def _pairs(one: Ints, other: Ints) -> Ints:
    """The number of each row's pair of both."""
    first, second = (np.unique(values, return_inverse=True)[1] for values in (one, other))
    pairs: Ints = np.unique(first * (int(second.max()) + 1) + second, return_inverse=True)[1]
    return pairs
