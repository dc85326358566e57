"""The rhythm of a metric: weekdays (months, quarters) on which it is always better or worse."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from core.health.rules import RULES, SeasonRules
from core.stats.intervals import Measured
from core.tables.chunks import recurring


@dataclass(frozen=True, slots=True)
class Beat:
    """How one kind of chunk differs.

    Attributes:
        shift: its mean less the mean of all.
        variance: of the shift.
        chunks: of the reference period that it was learnt from.
    """

    shift: float
    variance: float
    chunks: int


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What repeats in a metric.

    Attributes:
        beats: weekday (month, quarter) with enough chunks -> how it differs.
        mean: of all chunks.
        spread: variance of the shifts: what is not known of a kind with fewer chunks; 0 where none repeats.
    """

    beats: dict[str, Beat] = field(default_factory=dict)
    mean: float = 0.0
    spread: float = 0.0

    def level(self, key: str, chunk: Measured) -> Measured:
        """A chunk as if it were of no kind: less what its kind always has, and less certain by that.

        >>> sunday = Rhythm({"Sunday": Beat(-0.05, 0.00001, 4)}, spread=0.0025)
        >>> round(sunday.level("2024-01-07", Measured(0.8, 0.78, 0.82, 0.0001, 900)).value, 2)
        0.85
        """
        if not self.spread:
            return chunk
        beat = self.beats.get(recurring(key), Beat(0.0, self.spread, 0))
        value, low, high = (number - beat.shift for number in (chunk.value, chunk.low, chunk.high))
        return replace(chunk, value=value, low=low, high=high, variance=chunk.variance + beat.variance)

    def residual(self, key: str, chunk: Measured) -> Measured:
        """A chunk of the reference period, such that what is left shows the variance between chunks.

        The mean of its kind was learnt from it too: n days lie nearer to it by the root of (n - 1) / n.
        """
        beat = self.beats.get(recurring(key))
        if beat is None:
            return self.level(key, chunk)
        apart = (chunk.value - beat.shift - self.mean) * (beat.chunks / (beat.chunks - 1)) ** 0.5
        return replace(chunk, value=self.mean + apart)


def rhythm(
    keys: Sequence[str], chunks: Sequence[Measured | None], rules: SeasonRules = RULES.season
) -> Rhythm:
    """What repeats from weekday to weekday in the chunks of the reference period.

    Kinds are compared by an analysis of variance, weighted with the rows (Fisher 1925). Days of one kind
    cannot differ by less than chance: what chance explains is the least variance of a row (quasi-likelihood:
    McCullagh, Nelder 1989). Of a kind with too few chunks it is known only by how much kinds differ.

    Args:
        keys: of the chunks.
        chunks: the metric in each; None where it could not be measured.
        rules: how many chunks of a kind are enough, and how surely kinds must differ.
    """
    from scipy.stats import f

    measured = [
        (recurring(key), chunk)
        for key, chunk in zip(keys, chunks, strict=True)
        if chunk is not None and recurring(key)
    ]
    kinds = [kind for kind, _ in measured]
    twice = [kind for kind, n in Counter(kinds).items() if n > 1]
    if len(twice) < 2:  # noqa: PLR2004 -- one kind has no others
        return Rhythm()
    values, rows, variances = (
        np.array([getattr(chunk, part) for _, chunk in measured], dtype=float)
        for part in ("value", "n", "variance")
    )
    mean = float((rows * values).sum() / rows.sum())
    places = [np.array([kind == other for kind in kinds]) for other in twice]
    weights = np.array([rows[at].sum() for at in places])
    shifts = np.array([(rows[at] * values[at]).sum() for at in places]) / weights - mean
    within = sum(
        float((rows[at] * (values[at] - mean - shift) ** 2).sum())
        for at, shift in zip(places, shifts, strict=True)
    )
    spread = float((weights * (shifts - (weights * shifts).sum() / weights.sum()) ** 2).sum())
    df, df_within = len(twice) - 1, int(sum(at.sum() for at in places)) - len(twice)
    row_variance = max(within / df_within, float((rows * rows * variances).sum() / rows.sum()))
    if f.sf(spread / df / row_variance, df, df_within) >= rules.level:
        return Rhythm()
    beats = {
        kind: Beat(float(shift), row_variance * float(1 / weight - 1 / rows.sum()), int(at.sum()))
        for kind, shift, weight, at in zip(twice, shifts, weights, places, strict=True)
        if at.sum() >= rules.enough
    }
    return Rhythm(beats, mean, spread / float(weights.sum()))
