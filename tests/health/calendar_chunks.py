"""Chunks of days whose one column has shares that are known."""

from datetime import date, timedelta

import numpy as np

from core.health.change.seasons import drifts, seasons
from core.health.profiles.history import Chunk, History
from core.health.profiles.layout import Feature, Layout
from core.health.profiles.profile import ROWS, Profile
from core.health.rules import RULES

MONDAY, SATURDAY = date(2024, 1, 1), 5
T = Layout(("no", "yes"), 16, (Feature("t", values=("a", "b")),))
X = Layout(("no", "yes"), 16, (Feature("x", edges=tuple(range(13))),))
N = 100_000


def profile(counts, layout=T):
    """A chunk without labels of these counts of its one column."""
    made = Profile.empty(layout)
    made.cells[: len(counts), ROWS] = counts
    made.rows[0] = sum(counts)
    return made


def shares(*parts, rows=N, layout=T):
    return profile(np.round(rows * np.array(parts)).astype(int), layout)


def days(profiles):
    """Day (0 is a Monday) -> profile, as chunks."""
    return tuple(Chunk(f"{MONDAY + timedelta(days=day)}", made) for day, made in profiles.items())


def flagged(reference, log, layout=T):
    history = History(layout, days(reference), days(log))
    found = drifts(history, seasons(layout, history.reference), RULES.drift)
    return [features[layout.features[0].name].flagged for features in found]


def weeks(first, last, *, off=0.8, usual=0.5, extra=0.0, rows=N):
    """Days in which the share of `a` is another one on weekends."""
    return {
        day: shares(*(share := (off if day % 7 >= SATURDAY else usual) + extra, 1 - share), rows=rows)
        for day in range(7 * first, 7 * last)
    }
