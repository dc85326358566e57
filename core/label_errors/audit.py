"""Random rows among the questions to experts, and what they say of all rows, also of those nobody asks about.

The questions of a batch stand in one order; some are suspects, the others were drawn at random, each from all
rows that nobody had answered and that do not stand before it in the batch. So the bounds of
`core.stats.sequential.finite_population` hold at any time, whatever the experts were asked beside them.

Assumption: who passes over a question of the batch does not do so by its label. Rows passed over count as
wrong for the upper bound and as right for the lower one; the end of a batch that nobody reached counts as not
drawn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.label_errors.rules import RULES, AnswerRules, AuditRules
from core.stats.arrays import Bools, Floats, Ints
from core.stats.sequential import finite_population
from core.stats.sequential.finite_population import Draws, Sample

NEVER = 2**53
"""Number of the first answer to a row that has none: the largest that no float rounds."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Questions that were sent together.

    Attributes:
        rows: (q,) row numbers in the order of the questions.
        drawn: (q,) the row was drawn at random.
        known: number of the last answer before the draw.
    """

    rows: Ints
    drawn: Bools
    known: int


@dataclass(frozen=True, slots=True)
class Annotations:
    """What experts said of n rows.

    Attributes:
        first: (n,) number of the first answer to the row, `NEVER` where there is none.
        hit: (n,) 1 where it settled that the row has the property asked about, 0 where it did not; NaN where
            that is not known. Who cannot tell has not settled it.
    """

    first: Ints
    hit: Floats


def sample(batches: Sequence[Batch], annotations: Annotations, among: Bools, expected: Floats) -> Sample:
    """The random rows of all batches among some of the rows.

    Args:
        batches: in the order in which they were sent; each drew from all rows `among`.
        annotations: of the n rows.
        among: (n,) the rows that the question is about.
        expected: (n,) chance of a hit by the models.

    >>> batch = Batch(np.array([2, 0, 3]), np.array([False, True, True]), 0)
    >>> first = np.array([2, NEVER, 1, NEVER])
    >>> annotations = Annotations(first, np.array([0.0, np.nan, 1.0, np.nan]))
    >>> drawn = sample([batch], annotations, np.ones(4, dtype=bool), np.full(4, 0.5))
    >>> drawn.least.pool, drawn.least.outside, drawn.least.hit, drawn.unknown
    (array([3.]), array([1.]), array([0.]), 2)
    """
    hit = annotations.hit[among]
    parts = [
        _draws(batch, annotations, among, np.where(among, expected, 0.0), unknown)
        for unknown in (0.0, 1.0)
        for batch in batches
    ]
    least, most = (_join(parts[: len(batches)]), _join(parts[len(batches) :]))
    return Sample(int(among.sum()), least, most, int((hit == 1).sum()), int((hit == 0).sum()))


def _join(parts: Sequence[Draws]) -> Draws:
    none = np.zeros(0)
    joined = Draws(none, none, none, none)
    for part in parts:
        joined = joined.with_later(part)
    return joined


def _draws(batch: Batch, annotations: Annotations, among: Bools, expected: Floats, unknown: float) -> Draws:
    """The draws of a batch, up to the last one that is answered."""
    hit = np.where(np.isnan(annotations.hit), unknown, annotations.hit)
    inside = among & (annotations.first > batch.known)
    fresh = inside[batch.rows]
    rows, drawn = batch.rows[fresh], batch.drawn[fresh]
    last = np.flatnonzero(drawn & ~np.isnan(annotations.hit[rows]))
    end = last[-1] + 1 if len(last) else 0
    rows, drawn = rows[:end], drawn[:end]
    pool = int(inside.sum()) - np.arange(len(rows), dtype=float)
    outside = hit[among & ~inside].sum() + _before(hit[rows])
    share = (expected[inside].sum() - _before(expected[rows])) / pool
    return Draws(pool[drawn], outside[drawn], hit[rows][drawn], share[drawn])


def _before(values: Floats) -> Floats:
    """(q,) sums of all values before each."""
    sums: Floats = np.cumsum(values) - values
    return sums


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a question to experts is.

    Attributes:
        rows: that it is about.
        low, high: so many of them have the property, at any time but for a chance of 5 %.
        drawn: random rows whose answers it rests on.
        left: random rows after which it is expected to be decided; 0 when it is, None when that cannot be
            told, or when it takes all of them.
        progress: 0 nothing is shown, 1 it is decided; of a question with two claims -1 that it is the lesser.
    """

    rows: int
    low: int
    high: int
    drawn: int
    left: int | None
    progress: float


def how_many(sample: Sample, value: float, rules: AnswerRules = RULES.answers) -> Standing:
    """How far "how many labels are wrong?" is: decided when the bounds are near each other.

    They are when half of what lies between them is little beside the number, or beside all rows.

    Args:
        sample: the random rows, with wrong labels as hits.
        value: how many are wrong, as far as one can tell: it decides what is near, not where the bounds are.
        rules: what is little.
    """
    near = max(rules.narrow * value, rules.narrow_share * sample.rows)
    low, high, left = _outlook(sample, value, lambda low, high: (high - low) / 2 <= near)
    done = 1.0 if left == 0 else 0.0 if left is None else sample.drawn / (sample.drawn + left)
    return Standing(sample.rows, low, high, sample.drawn, left, done)


def mixed_up(sample: Sample, value: float, rules: AuditRules = RULES.audit) -> Standing:
    """How far "are these two classes mixed up?" is, of rows given as one of them.

    Args:
        sample: their random rows, with those that are really the other class as hits.
        value: how many are, as far as one can tell.
        rules: up to which share that is usual, and from which it must be seen.
    """
    usual, much = (share * sample.rows for share in (rules.usual, rules.usual + rules.margin))
    low, high, left = _outlook(sample, value, lambda low, high: low > usual or high < much)
    more, less = finite_population.evidence(sample, usual), finite_population.evidence(sample, much)
    needed = -float(np.log(finite_population.RULES.level))
    progress = more if more > -less else min(less, 0.0)
    if left == 0:
        progress = needed if low > usual else -needed
    return Standing(sample.rows, low, high, sample.drawn, left, float(np.clip(progress / needed, -1, 1)))


def _outlook(
    sample: Sample, value: float, decides: Callable[[int, int], bool]
) -> tuple[int, int, int | None]:
    low, high = finite_population.bounds(sample)
    rest = max(sample.unknown, 1)
    share = float(np.clip((value - sample.hits) / rest, 1 / (rest + 1), 1 - 1 / (rest + 1)))
    return low, high, finite_population.expected_left(sample, share, decides)
