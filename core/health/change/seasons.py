"""Seasons: weekdays, months and quarters that differ as they always did, and what each is compared with."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import add

import numpy as np

from core.health.change.clocks import clocks
from core.health.change.drift import (
    Drift,
    benjamini_hochberg,
    chi_squared,
    coarse,
    drift_of_chunks,
    homogeneity,
    jensen_shannon,
    persistent,
)
from core.health.profiles.calendar import calendar_features
from core.health.profiles.history import Chunk, History
from core.health.profiles.layout import Feature, Layout
from core.health.profiles.profile import ROWS, Profile
from core.health.rules import RULES, DriftRules, HealthRules, SeasonRules
from core.stats.arrays import Cells, Counts
from core.tables.chunks import WEEKDAYS, recurring

MONTHS, QUARTERS = 12, frozenset(("Q1", "Q2", "Q3", "Q4"))


@dataclass(frozen=True, slots=True)
class Seasons:
    """What the chunks of a log are compared with.

    Attributes:
        whole: profile of the whole reference period.
        kinds: weekdays of the reference period, or all months or quarters of a year; none of other chunks.
        repeating: features that differ from kind to kind as they did before.
        by_kind: kind with enough chunks -> `whole` with the cells of repeating features of that kind.
        spread: feature -> kind -> how far it may lie from the whole, of features whose kinds differ.
        absent: weekdays that the reference period does without.
        usual: features that move with time: counters, row numbers, dates, parts of dates.
    """

    whole: Profile
    kinds: frozenset[str] = frozenset()
    repeating: tuple[str, ...] = ()
    by_kind: dict[str, Profile] = field(default_factory=dict)
    spread: dict[str, dict[str, float]] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    usual: frozenset[str] = frozenset()

    def baseline(self, key: str) -> Profile:
        """What the inputs of a chunk are compared with."""
        return self.by_kind.get(recurring(key), self.whole)

    def surplus(self, key: str) -> dict[str, float]:
        """Feature -> what is added to the floor of its distance, where its kind of day is hardly known.

        It is the distance of that kind of day from the whole, or the largest one of a kind that is not known
        at all. The distance is a metric (Endres, Schindelin 2003): a day farther from the whole than the
        floor and this together is farther than the floor from its kind.
        """
        kind = recurring(key)
        if kind in self.by_kind:
            return {}
        return {name: far.get(kind, max(far.values())) for name, far in self.spread.items()}

    def comparable(self, key: str) -> bool:
        """Whether the reference period has days of this kind."""
        return recurring(key) not in self.absent


def seasons(layout: Layout, reference: Sequence[Chunk], rules: HealthRules = RULES) -> Seasons:
    """What repeats in the chunks of the reference period, in order of time."""
    profiles = [chunk.profile for chunk in reference if chunk.profile.n]
    keys = [chunk.key for chunk in reference if chunk.profile.n]
    whole = reduce(add, profiles, Profile.empty(layout))
    usual = clocks(layout, profiles, rules) | calendar_features(layout, rules.season)
    by_weekday = _pools(keys, profiles)
    if len(by_weekday) < 2:  # noqa: PLR2004 -- one kind of day has no others
        return Seasons(whole, usual=frozenset(usual))
    known = {kind for kind, n in Counter(map(recurring, keys)).items() if n >= rules.season.enough}
    often = [(recurring(key), profile) for key, profile in zip(keys, profiles, strict=True)]
    repeating = _repeating(layout, [pair for pair in often if pair[0] in known], rules)
    where = layout.slices()
    by_kind = {}
    for kind in known:
        cells = whole.cells.copy()
        for name in repeating:
            cells[where[name]] = by_weekday[kind].cells[where[name]]
        by_kind[kind] = replace(whole, cells=cells)
    return Seasons(
        whole,
        kinds=frozenset(by_weekday),
        repeating=repeating,
        by_kind=by_kind,
        spread=_spread(layout, by_weekday, whole, rules),
        absent=_absent(by_weekday, rules.season),
        usual=frozenset(usual - set(repeating)),
    )


def drifts(history: History, season: Seasons, rules: DriftRules = RULES.drift) -> list[dict[str, Drift]]:
    """Every chunk of the log -> its drift from days of its kind."""
    moves: list[dict[str, Drift]] = [{} for _ in history.log]
    alike: dict[int, list[int]] = {}
    for at, chunk in enumerate(history.log):
        alike.setdefault(id(season.baseline(chunk.key)), []).append(at)
    for places in alike.values():
        chunks = [history.log[at] for at in places]
        before, surplus = season.baseline(chunks[0].key), [season.surplus(chunk.key) for chunk in chunks]
        profiles = [chunk.profile for chunk in chunks]
        moved = drift_of_chunks(history.layout, before, profiles, rules, surplus)
        for at, features in zip(places, moved, strict=True):
            comparable = season.comparable(history.log[at].key)
            moves[at] = {name: replace(move, comparable=comparable) for name, move in features.items()}
    return persistent(moves, season.usual, rules)


def _pools(keys: Sequence[str], profiles: Sequence[Profile]) -> dict[str, Profile]:
    """Weekday, month or quarter -> the profile of all its chunks; empty where there are none of them.

    Half a year says nothing of the months that it lacks.
    """
    pools: dict[str, Profile] = {}
    for key, profile in zip(keys, profiles, strict=True):
        if kind := recurring(key):
            pools[kind] = pools[kind] + profile if kind in pools else profile
    year = len(QUARTERS) if QUARTERS & pools.keys() else MONTHS
    return pools if len(pools) == year or pools.keys() <= set(WEEKDAYS) else {}


def _absent(kinds: dict[str, Profile], rules: SeasonRules) -> frozenset[str]:
    """Weekdays without a chunk, where the reference period is not merely too short to have them."""
    lacking = frozenset(WEEKDAYS) - kinds.keys()
    return lacking if len(WEEKDAYS) - len(lacking) >= rules.week else frozenset()


def _repeating(layout: Layout, chunks: Sequence[tuple[str, Profile]], rules: HealthRules) -> tuple[str, ...]:
    """Features whose weekdays differ by more than days of one weekday do, and by enough to matter."""
    kinds = [kind for kind, _ in chunks]
    if len(set(kinds)) < 2:  # noqa: PLR2004 -- one kind of day has no others
        return ()
    tests = {
        feature.name: _weekly(feature, kinds, [profile.cells[rows, ROWS] for _, profile in chunks])
        for feature, rows in zip(layout.features, layout.slices().values(), strict=True)
    }
    adjusted = benjamini_hochberg(np.array([p for p, _ in tests.values()]))
    return tuple(
        name
        for (name, (_, distance)), p in zip(tests.items(), adjusted, strict=True)
        if p < rules.season.level and distance >= rules.season.least
    )


def _weekly(feature: Feature, kinds: Sequence[str], chunks: Sequence[Cells]) -> tuple[float, float]:
    """The p value of "weekdays differ as days do", and the largest distance of a weekday from the whole.

    The chi-squared statistics between and within weekdays, for each degree of freedom, are compared by F
    (quasi-likelihood: McCullagh, Nelder 1989), so that days that differ by accident make no pattern. A day
    that moves does so as a whole: degrees of freedom are counted in days, not in cells.
    """
    from scipy.stats import f

    rows = np.array(chunks, dtype=np.int64)
    total = rows.sum(axis=0)
    few = np.array([coarse(feature, total, day) for day in rows])
    of_kind = {kind: np.array([other == kind for other in kinds]) for kind in dict.fromkeys(kinds)}
    pools = np.array([few[days].sum(axis=0) for days in of_kind.values()])
    between, df = homogeneity(pools)
    if not df:
        return 1.0, 0.0
    within = [homogeneity(few[days]) for days in of_kind.values()]
    inside, inside_df = (sum(part) for part in zip(*within, strict=True))
    # days of one kind cannot differ by less than chance
    ratio = between / df / max(inside / max(inside_df, 1), 1.0)
    distance = max(float(jensen_shannon(total, rows[days].sum(axis=0))) for days in of_kind.values())
    return float(f.sf(ratio, len(of_kind) - 1, len(kinds) - len(of_kind))), distance


def _spread(
    layout: Layout, kinds: dict[str, Profile], whole: Profile, rules: HealthRules
) -> dict[str, dict[str, float]]:
    """Feature -> weekday -> how far it may lie from the whole, where weekdays differ by more than chance.

    The upper end of the distance: by chance a day of few rows seems nearer than its kind is.
    """
    p, spread = [], {}
    for feature, rows in zip(layout.features, layout.slices().values(), strict=True):
        total = whole.cells[rows, ROWS].astype(np.int64)
        pools = {kind: profile.cells[rows, ROWS].astype(np.int64) for kind, profile in kinds.items()}
        p.append(chi_squared(*(coarse(feature, total, pool) for pool in pools.values())))
        spread[feature.name] = {
            kind: float(jensen_shannon(total, pool)) + rules.season.upper * _error(pool, total)
            for kind, pool in pools.items()
        }
    if not p:
        return {}
    adjusted = benjamini_hochberg(np.array(p))
    levels = dict(zip(spread, adjusted, strict=True))
    return {name: far for name, far in spread.items() if levels[name] < rules.season.level}


def _error(kind: Counts, whole: Counts) -> float:
    """Standard error of the Jensen-Shannon distance of a kind from the whole, of which it is a part.

    The squared distance is chi-squared / (8 ln 2) up to second order (Lin 1991), so that along its own
    direction it has the variance of a share in units of its own, whatever the cells.

    >>> round(_error(np.array([150, 100]), np.array([1000, 750])), 4)
    0.0249
    """
    return float(((1 / max(kind.sum(), 1) - 1 / max(whole.sum(), 1)) / (8 * np.log(2))) ** 0.5)
