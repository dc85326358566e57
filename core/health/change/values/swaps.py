"""Two columns that were swapped: each is distributed as the other was, and neither as itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from core.health.change.values.before import Before, distance
from core.health.rules import RULES, DistortionRules
from core.stats.arrays import Floats


@dataclass(frozen=True, slots=True)
class Column:
    """A column that moved: its distribution before and its values now; of a category the shares of both.

    Attributes:
        before: the reference period; `values`: (m,) quantiles of the chunk at equal steps.
        past, now: category -> share of the known values.
        n: known values of the chunk, `past_n` of the reference period.
    """

    name: str
    n: int
    past_n: int
    before: Before | None = None
    values: Floats | None = None
    past: Mapping[str, float] | None = None
    now: Mapping[str, float] | None = None


def swapped_pairs(
    columns: Sequence[Column], rules: DistortionRules = RULES.distortions
) -> list[tuple[str, str]]:
    """Pairs of names, each column in one pair at most, those that fit best first.

    >>> a = Column("a", 500, 5000, past={"x": 0.7, "y": 0.3}, now={"p": 0.6, "q": 0.4})
    >>> b = Column("b", 500, 5000, past={"p": 0.6, "q": 0.4}, now={"x": 0.7, "y": 0.3})
    >>> swapped_pairs([a, b])
    [('a', 'b')]
    """
    fits = []
    for one, other in combinations(columns, 2):
        crossed = max(_distance(one, other, rules), _distance(other, one, rules))
        own = min(_distance(one, one, rules), _distance(other, other, rules))
        noise = (1 / min(one.n, other.n) + 1 / min(one.past_n, other.past_n)) ** 0.5
        fit = crossed <= rules.fits + rules.chance * noise
        if fit and own - crossed >= rules.swapped + rules.chance * noise:
            fits.append((crossed, one.name, other.name))
    pairs: list[tuple[str, str]] = []
    for _, *names in sorted(fits):
        if not {*names} & {name for pair in pairs for name in pair}:
            pairs.append((names[0], names[1]))
    return pairs


def _distance(now: Column, before: Column, rules: DistortionRules) -> float:
    """How far the values of one column now are from those of another before (0-1); 1 for other types."""
    if now.values is not None and before.before is not None:
        return distance(before.before, now.values, rules)
    if now.now is None or before.past is None:
        return 1.0
    names = now.now.keys() | before.past.keys()
    return float(np.sum([abs(now.now.get(name, 0.0) - before.past.get(name, 0.0)) for name in names]) / 2)
