"""Which known distortion, undone, makes a column look as before: in all of its rows, or in some.

A distortion is named when the column fits the reference period once it is undone, and no honest drift fits
nearly as well: a shift, another spread; where only some rows are concerned, any growth or another shape too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.health.change.values.before import Before, distance
from core.health.change.values.known import KNOWN, Distortion
from core.health.rules import RULES, DistortionRules
from core.stats.arrays import Floats

INNER = np.array([0.1, 0.25, 0.5, 0.75, 0.9])
"""Quantiles by which shift, spread and growth are estimated: the extremes of a few rows say little."""
AROUND = np.linspace(-1, 1, 21)
"""Other factors that are tried, in steps from one end of the range to the other."""


@dataclass(frozen=True, slots=True)
class Explained:
    """What explains how a column moved, and the share of its rows that it befell (0-1)."""

    distortion: Distortion
    share: float


@dataclass(frozen=True, slots=True)
class Moved:
    """A column that moved: (m,) quantiles of its values at equal steps, the reference period, and chance.

    Attributes:
        noise: (1 / n + 1 / m) ** .5 of the rows now and before: the scale of the difference by chance.
        known: the distortions that are tried.
    """

    before: Before
    values: Floats
    noise: float
    rules: DistortionRules
    known: Sequence[Distortion]

    def rest(self, undone: Floats) -> float:
        """How far the (m,) undone values are from the reference period."""
        return distance(self.before, undone, self.rules)


def explain(
    before: Before, values: Floats, n: int, rules: DistortionRules = RULES.distortions
) -> Explained | None:
    """The distortion that explains how a column moved; None where it did not, or an honest drift may.

    Args:
        before: the reference period.
        values: (m,) quantiles of the known values of the chunk at equal steps.
        n: known values of the chunk.
        rules: when it is named.

    >>> from core.health.change.values.before import before_of
    >>> from core.health.profiles.layout import Feature
    >>> right = np.linspace(10, 90, 200)
    >>> feature = Feature("x", edges=tuple(np.linspace(10, 90, 34)))
    >>> before = before_of(feature, np.array([0, *[99] * 33, 0, 0]))
    >>> explain(before, right * 2.54, 2000).distortion.factor, explain(before, right + 30, 2000)
    (2.54, None)
    """
    low, high = before.quantiles(INNER[[0, -1]])
    # on both sides of zero a small factor is another spread and no unit
    known = [distortion for distortion in KNOWN if not (distortion.small and low < 0 < high)]
    moved = Moved(before, values, (1 / n + 1 / before.n) ** 0.5, rules, known)
    raw = moved.rest(values)
    if raw < rules.least + rules.unlikely * moved.noise:
        return None
    honest = min(raw, *(moved.rest(undone) for undone in _shift_or_spread(moved)))
    return _in_every_row(moved, raw, honest) or _in_some_rows(moved, honest)


def _in_every_row(moved: Moved, raw: float, honest: float) -> Explained | None:
    rules = moved.rules
    known = min(moved.known, key=lambda known: moved.rest(known.undo(moved.values)))
    left = moved.rest(known.undo(moved.values))
    if left > (rules.fits_small if known.small else rules.fits) + rules.chance * moved.noise:
        return None
    rival = raw if known.far else honest  # nothing spreads by a factor of 8
    if rival - left < rules.apart + rules.chance_apart * moved.noise and raw < rules.everything:
        return None  # where nothing lies where it was, a shift of exactly that much is no drift
    if known.small and not _on_the_spot(moved, known):
        rests = [moved.rest(other.undo(moved.values)) for other in _others(known, rules)]
        if not _sharp(moved, left, rests):
            return None
    return Explained(known, 1.0)


def _in_some_rows(moved: Moved, honest: float) -> Explained | None:
    """The mixture of rows as before and rows distorted in one way that fits best, if any other is worse."""
    rules = moved.rules
    best: tuple[float, float, Distortion] | None = None
    for known in moved.known:
        left, share = _mixture(moved, known)
        enough = share * (rules.seen if known.far else rules.seen_near)
        if moved.noise <= enough and (best is None or left < best[0]):
            best = left, share, known
    if best is None:
        return None
    left, share, known = best
    if left > share * (rules.fits_part if known.far else rules.fits_near) + moved.noise:
        return None
    honest = min(honest, *(moved.rest(undone) for undone in _one_population(moved)))
    if honest - left < rules.apart_part + rules.chance * moved.noise:
        return None
    rests = [_mixture(moved, other)[0] for other in _others(known, rules)]
    sharp = _sharp(moved, left, rests) if known.small else _best(moved, left, rests)
    return Explained(known, share) if sharp else None


def _others(known: Distortion, rules: DistortionRules) -> list[Distortion]:
    """The same with other factors around its own."""
    sizes = np.exp(np.log1p(rules.other) * AROUND)
    return [replace(known, factor=float(known.factor * size)) for size in sizes]


def _best(moved: Moved, left: float, rests: Sequence[float]) -> bool:
    """Whether no other factor fits better than chance allows."""
    return left - min(rests) <= moved.rules.better * moved.noise


def _sharp(moved: Moved, left: float, rests: Sequence[float]) -> bool:
    """Whether the factor is told from others: the first and the last of them fit clearly worse."""
    return _best(moved, left, rests) and min(rests[0], rests[-1]) - left >= moved.rules.sharp * moved.noise


def _on_the_spot(moved: Moved, known: Distortion) -> bool:
    """Whether the undone values are, to the digit, the few that a staircase has."""
    snapped = moved.before.snap(known.undo(moved.values), moved.rules.near)
    return moved.before.steps and bool(np.isin(snapped, moved.before.edges).mean() >= moved.rules.on_the_spot)


def _mixture(moved: Moved, known: Distortion) -> tuple[float, float]:
    """How far the column is from rows as before and distorted ones, and their share by least squares."""
    before = moved.before
    places = np.sort(np.concatenate([before.edges, known.apply(before.edges)]))
    undone = before.snap(known.undo(places), moved.rules.near)
    if known.factor > 0:
        distorted = before.share_below(undone)
    else:  # below a place lie those whose right value is above the undone one
        distorted = 1 - before.share_below(np.nextafter(undone, np.inf))
    as_ever = before.share_below(places)
    now = np.searchsorted(np.sort(moved.values), places) / len(moved.values) - as_ever
    gap = distorted - as_ever
    share = float(np.clip(now @ gap / max(float(gap @ gap), 1e-12), 0, 1))
    return float(np.abs(now - share * gap).max()), share


def _shift_or_spread(moved: Moved) -> list[Floats]:
    """The (m,) values without a shift, and with the spread before about the same middle."""
    past, now = moved.before.quantiles(INNER), np.quantile(moved.values, INNER)
    undone = [moved.values - by for by in (now - past).tolist()]
    if now[-1] > now[0]:
        ratio = (past[-1] - past[0]) / (now[-1] - now[0])
        undone.append(past[2] + (moved.values - past[2]) * ratio)
    return undone


def _one_population(moved: Moved) -> list[Floats]:
    """The (m,) values without growth, without a shift and another spread, without a power.

    What is left of each is small where one population changed as a whole.
    """
    past, now = moved.before.quantiles(INNER), np.quantile(moved.values, INNER)
    undone = [moved.values * (p / q) for p, q in zip(past, now, strict=True) if p and q]
    if now[-1] <= now[0]:
        return undone
    ratio = (past[-1] - past[0]) / (now[-1] - now[0])
    undone += [past[at] + (moved.values - now[at]) * ratio for at in (0, 2)]
    if now[0] > 0 and past[0] > 0:
        power = np.log(past[-1] / past[0]) / np.log(now[-1] / now[0])
        undone += [past[at] * (np.maximum(moved.values, 0) / now[at]) ** power for at in (0, 2)]
    return undone
