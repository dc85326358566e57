"""Clocks: columns that move with time, as counters, row numbers and dates do: it is no drift of theirs."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from core.health.change.faults import habits_by_chunk
from core.health.profiles.layout import Layout
from core.health.profiles.profile import ROWS, Profile
from core.health.rules import RULES, HealthRules, SeasonRules
from core.stats.arrays import Counts


def clocks(layout: Layout, reference: Sequence[Profile], rules: HealthRules = RULES) -> set[str]:
    """Features that are never again what they were: counters, row numbers, dates, the number of the month.

    Either numbers grow (or shrink) from chunk to chunk, or values belong to one chunk each, or half of the
    chunks do what would be a fault against the others (`faults.habits_by_chunk`).
    """
    season = rules.season
    if len(reference) < 2:  # noqa: PLR2004 -- one chunk has no others
        return set()
    habits = Counter(
        name
        for habit in habits_by_chunk(layout, reference, rules.faults)
        for name in {name for kind, name in habit if kind in ("moved", "unseen")}
    )
    usual = {name for name, chunks in habits.items() if chunks >= season.often * len(reference)}
    for feature, where in zip(layout.features, layout.slices().values(), strict=True):
        rows = np.array([profile.cells[where, ROWS] for profile in reference], dtype=np.int64)[:, :-1]
        known = rows if feature.numeric else rows[:, :-1]  # what is not listed has one cell together
        if (feature.numeric and _grows(known, season)) or _exclusive(known) > season.often:
            usual.add(feature.name)
    return usual


def _grows(rows: Counts, rules: SeasonRules) -> bool:
    """Whether later rows have larger (or smaller) numbers: gamma (Goodman, Kruskal 1954) of chunk and cell.

    Args:
        rows: (T, M) rows of every chunk in every cell, in order of time and of size.
        rules: how surely they must grow, and how many pairs of rows must differ.
    """
    earlier = (np.cumsum(rows, axis=0) - rows).astype(float)
    below = np.cumsum(earlier, axis=1) - earlier
    above = earlier.sum(axis=1, keepdims=True) - below - earlier
    larger, smaller = float((rows * below).sum()), float((rows * above).sum())
    pairs = float((rows * earlier.sum(axis=1, keepdims=True)).sum())
    different = larger + smaller
    if not pairs or different < rules.differ * pairs:
        return False
    return abs(larger - smaller) >= rules.order * different


def _exclusive(rows: Counts) -> float:
    """The share of (T, M) rows whose cell no other chunk fills, as the mean over chunks: a large one is one.

    >>> _exclusive(np.array([[9, 0, 0], [0, 9, 0], [0, 0, 9]])), _exclusive(np.array([[3, 3], [3, 3]]))
    (1.0, 0.0)
    """
    filled = rows[rows.sum(axis=1) > 0]
    if not len(filled):
        return 0.0
    alone = filled[:, np.count_nonzero(filled, axis=0) == 1].sum(axis=1)
    return float((alone / filled.sum(axis=1)).mean())
