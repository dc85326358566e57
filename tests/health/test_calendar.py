"""Broken here: a part of a date is called drift because time goes on, or what only sounds like one is not."""

from datetime import date, timedelta

import numpy as np
import pytest

from core.health.change.faults import faults_by_chunk
from core.health.change.seasons import drifts, seasons
from core.health.profiles.calendar import calendar_features
from core.health.profiles.history import Chunk, History
from core.health.profiles.layout import Feature, Layout
from core.health.profiles.profile import ROWS, Profile
from core.health.rules import RULES


def numbers(name, *values):
    return Feature(name, edges=(*map(float, values), values[-1] + 1e-9))


@pytest.mark.parametrize(
    ("feature", "calendar"),
    [
        (numbers("arrival_date_week_number", 1, 30, 53), True),
        (numbers("arrival_date_week_number", 1, 30, 54), False),
        (numbers("stays_in_week_nights", 1, 30, 53), False),
        (numbers("dayOfMonth", 1, 31), True),
        (numbers("day_of_week", 1, 7), False),
        (numbers("month", 1, 12), True),
        (numbers("month", 0, 11), False),
        (numbers("month", 1, 2.5), False),
        (numbers("YEAR", 2015, 2020), True),
        (numbers("birth_year", 2015, 2021), False),
        (numbers("tenure_months", 1, 12), False),
        (Feature("arrival_date_month", values=("July", "August")), True),
        (Feature("m", values=("jan", "FEB")), True),
        (Feature("girl", values=("May", "June", "Ann")), False),
        (Feature("day", values=("2016-01-31", "2016-02-01")), True),
        (Feature("day", values=("2016-01-31", "soon")), False),
        (Feature("empty"), False),
    ],
)
def test_a_part_of_a_date_is_told_by_its_values_and_of_numbers_also_by_its_name(feature, calendar):
    assert calendar_features(Layout((), 8, (feature,))) == ({feature.name} if calendar else set())


def arrivals(name):
    """Weeks of arrival, about 26 ahead, of days from two weeks of reference and ten weeks later on."""
    layout = Layout(("no", "yes"), 16, (numbers(name, *range(15, 40)),))
    rng, chunks = np.random.default_rng(0), []
    for day in (*range(14), *range(84, 98)):
        profile = Profile.empty(layout)
        weeks = np.clip(np.round(day / 7 + rng.normal(26, 3, 500)), 1, 53).astype(int)
        cells = np.searchsorted(layout.features[0].edges, weeks, side="right")
        profile.cells[:, ROWS] = np.bincount(cells, minlength=len(profile.cells))
        profile.rows[0] = 500
        chunks.append(Chunk(f"{date(2024, 1, 1) + timedelta(days=day)}", profile))
    return History(layout, tuple(chunks[:14]), tuple(chunks[14:]))


@pytest.mark.parametrize(("name", "moved"), [("arrival_week", 0.0), ("weeks_of_stay", 1.0)])
def test_weeks_that_lie_ahead_go_on_without_drift_or_fault(name, moved):
    seen = arrivals(name)
    flags = [drift[name].flagged for drift in drifts(seen, seasons(seen.layout, seen.reference), RULES.drift)]
    assert np.mean(flags[1:]) == moved
    reference, log = ([chunk.profile for chunk in part] for part in (seen.reference, seen.log))
    faulty = [bool(faults) for faults in faults_by_chunk(seen.layout, reference, log)]
    assert any(faulty) is bool(moved)
