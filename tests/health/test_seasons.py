"""Broken here: a stable week or a clock is called drift, or drift on top of a week is not."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq
from scipy.spatial.distance import jensenshannon

from core.health.assess import assess
from core.health.change.seasons import drifts, seasons
from core.health.profiles.history import Chunk, History
from core.health.profiles.profile import ROWS
from core.health.report.season_notes import with_seasons
from core.health.report.verdict import Verdict
from core.health.rules import RULES
from core.stats.metrics import METRICS
from tests.health.calendar_chunks import SATURDAY, N, T, days, flagged, profile, shares, weeks


@pytest.mark.parametrize("reference", [1, 2, 3, 8])
def test_a_stable_week_is_no_drift(reference):
    assert not any(flagged(weeks(0, reference), weeks(reference, reference + 3)))


@pytest.mark.parametrize("extra", [-0.2, 0.15])
def test_drift_on_top_of_the_week_is_found_on_the_second_day(extra):
    assert flagged(weeks(0, 3), weeks(3, 4, extra=extra)) == [False, *[True] * 6]


def test_a_sunday_like_a_monday_is_drift_of_a_sunday():
    log = weeks(3, 4) | {day: shares(0.5, 0.5) for day in (26, 27)}
    assert flagged(weeks(0, 3), log) == [False] * 6 + [True]


@pytest.mark.parametrize(("number", "own"), [(2, False), (3, True)])
def test_a_weekday_is_compared_with_itself_from_three_of_its_kind_on(number, own):
    found = seasons(T, days(weeks(0, number)))
    assert found.repeating == (("t",) if own else ())
    assert bool(found.baseline("2024-03-02").cells[0, ROWS] == 0.8 * N * number) is own
    assert bool(found.surplus("2024-03-02")) is not own


@pytest.mark.parametrize(("beyond", "drift"), [(-0.004, False), (0.004, True)])
def test_where_a_kind_is_hardly_known_its_own_distance_widens_the_floor(beyond, drift):
    whole = (5 * 0.5 + 2 * 0.8) / 7
    far = jensenshannon([whole, 1 - whole], [0.8, 0.2], base=2) + RULES.drift.floor + beyond
    share = brentq(lambda p: jensenshannon([whole, 1 - whole], [p, 1 - p], base=2) - far, 0.8, 0.999)
    log = {19: shares(share, 1 - share), 20: shares(share, 1 - share)}
    assert flagged(weeks(0, 2), log) == [False, drift]


@pytest.mark.parametrize(("errors", "drift"), [(1.6, False), (1.7, True)])
def test_of_few_rows_a_kind_of_day_may_lie_farther_than_it_seems(errors, drift):
    """By 1.645 standard errors: two Saturdays of 2,000 rows are a seventh of the rows of all days."""
    few, whole = 2_000, (5 * 0.5 + 2 * 0.8) / 7
    error = ((1 / (2 * few) - 1 / (14 * few)) / (8 * np.log(2))) ** 0.5
    far = jensenshannon([whole, 1 - whole], [0.8, 0.2], base=2) + RULES.drift.floor + errors * error
    share = brentq(lambda p: jensenshannon([whole, 1 - whole], [p, 1 - p], base=2) - far, 0.8, 0.999)
    log = {day: shares(share, 1 - share, rows=N) for day in (19, 20)}
    assert flagged(weeks(0, 2, rows=few), log) == [False, drift]


def test_one_restless_week_of_few_rows_calls_one_day_in_a_hundred_and_sees_a_large_move():
    """The share of every day moves by .05 by accident, known from 250 rows."""

    def restless(rng, first, last, extra=0.0):
        return {
            day: shares(
                *(share := rng.binomial(250, mean + extra + rng.normal(0, 0.05)) / 250, 1 - share), rows=250
            )
            for day in range(7 * first, 7 * last)
            for mean in [0.6 if day % 7 >= SATURDAY else 0.4]
        }

    quiet, moved = [], []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        before = restless(rng, 0, 1)
        quiet += flagged(before, restless(rng, 1, 5))
        moved.append(any(flagged(before, restless(rng, 1, 2, 0.25))))
    assert np.mean(quiet) <= 0.01
    assert np.mean(moved) >= 0.9


def test_a_kind_that_is_not_known_widens_the_floor_by_the_largest_distance():
    short = {day: made for day, made in weeks(0, 1).items() if day in (3, 4, 5)}
    found = seasons(T, days(short))
    assert found.surplus("2024-01-09")["t"] == max(found.spread["t"].values())


@pytest.mark.parametrize(("distance", "season"), [(0.049, False), (0.051, True)])
def test_weekdays_differ_from_a_distance_of_half_of_the_floor_on(distance, season):
    share = brentq(lambda p: jensenshannon([0.5, 0.5], [p, 1 - p], base=2) - distance, 0.5, 0.9)
    mondays = {7 * week: shares(share, 1 - share, rows=10**8) for week in range(3)}
    tuesdays = {7 * week + 1: shares(1 - share, share, rows=10**8) for week in range(3)}
    assert bool(seasons(T, days(dict(sorted((mondays | tuesdays).items())))).repeating) is season


def f_ratio(step, apart):
    """Between and within two weekdays of three days each, by contingency tables."""
    kinds = [[0.5 + side * apart + e for e in (-step, 0, step)] for side in (-1, 1)]
    tables = [np.round(N * np.array([[p, 1 - p] for p in kind])) for kind in kinds]
    statistic = [stats.chi2_contingency(table, correction=False).statistic for table in tables]
    between = stats.chi2_contingency([table.sum(0) for table in tables], correction=False).statistic
    return between / (sum(statistic) / 4)


@pytest.mark.parametrize(("part", "season"), [(0.98, False), (1.02, True)])
def test_a_pattern_is_one_at_a_level_of_one_percent(part, season):
    """F with 1 and 4 degrees of freedom: 21.2."""
    step = 0.05
    limit = stats.f.isf(0.01, 1, 4)
    apart = part * brentq(lambda a: f_ratio(step, a) - limit, 0.03, 0.3)
    made = {}
    for week, e in enumerate((-step, 0, step)):
        for kind, side in enumerate((-1, 1)):
            share = 0.5 + side * apart + e
            made[7 * week + kind] = shares(share, 1 - share)
    assert bool(seasons(T, days(made)).repeating) is season


def restless(seed, weekend):
    """Four weeks whose days differ by accident, weekends by more than that."""
    rng = np.random.default_rng(seed)
    chosen = {day: 0.5 + rng.normal(0, 0.04) + weekend * (day % 7 >= SATURDAY) for day in range(28)}
    return {day: profile([a := rng.binomial(1000, share), 1000 - a]) for day, share in chosen.items()}


def test_days_that_differ_by_accident_make_no_pattern_and_weekends_that_differ_do():
    """300 worlds each: at one in a hundred more than 10 have a chance of 1 in 1,000."""
    by_accident, real = (
        sum(bool(seasons(T, days(restless(seed, weekend))).repeating) for seed in range(300))
        for weekend in (0.0, 0.2)
    )
    assert by_accident <= stats.binom.ppf(0.999, 300, 0.01)
    assert real >= 290


@pytest.mark.parametrize(("workdays", "drift"), [(5, False), (4, True)])
def test_a_weekend_is_no_drift_where_a_working_week_is_all_that_is_known(workdays, drift):
    reference = {day: made for day, made in weeks(0, 3).items() if day % 7 < workdays}
    assert flagged(reference, {26: shares(0.9, 0.1), 27: shares(0.9, 0.1)}) == [False, drift]


def test_a_day_that_is_not_comparable_counts_neither_for_nor_against():
    reference = {day: made for day, made in weeks(0, 3).items() if day % 7 < SATURDAY}
    moved = weeks(3, 5, usual=0.8, off=0.5)
    friday_to_tuesday = {day: made for day, made in moved.items() if 25 <= day <= 29}
    assert flagged(reference, friday_to_tuesday) == [False, False, False, True, True]


def test_months_have_no_weekday():
    chunks = tuple(replace(chunk, key=f"2024-{at + 1:02d}") for at, chunk in enumerate(days(weeks(0, 1))))
    assert not seasons(T, chunks).kinds


def said_of(reference, log):
    """The findings beside the verdict, as text."""
    history = History(T, days(reference), days(log))
    found = assess(history, METRICS["accuracy"], None)
    return [message.sentence for message in with_seasons(found, Verdict("grey", (), ())).messages]


def test_a_weekly_pattern_is_said_once():
    (sentence,) = said_of(weeks(0, 3), weeks(3, 8))
    assert sentence.startswith("Weekdays differ in t as they did before: every day is compared with the same")
    assert said_of(weeks(0, 3, off=0.5), weeks(3, 8, off=0.5)) == []


def test_a_log_with_weekends_says_that_the_reference_period_has_none():
    workdays = {day: made for day, made in weeks(0, 3).items() if day % 7 < SATURDAY}
    (sentence,) = said_of(workdays, weeks(3, 5))
    assert sentence.startswith("The reference period has no Saturday or Sunday: ")
    assert sentence.endswith("(4 so far).")
    assert said_of(workdays, {day: made for day, made in weeks(3, 5).items() if day % 7 < SATURDAY}) == []


def years(first, last, *, extra=0.0, rows=N):
    """Months in which the share of `a` is another one in summer; `extra` comes on top."""
    made = {}
    for month in range(12 * first, 12 * last):
        share = 0.5 + 0.2 * (month % 12 in (5, 6, 7)) + extra
        made[f"{2020 + month // 12}-{month % 12 + 1:02d}"] = shares(share, 1 - share, rows=rows)
    return made


def flagged_months(reference, log):
    before, after = (tuple(Chunk(key, made) for key, made in part.items()) for part in (reference, log))
    found = drifts(History(T, before, after), seasons(T, before), RULES.drift)
    return [features["t"].flagged for features in found]


@pytest.mark.parametrize("reference", [1, 2, 3])
def test_a_summer_like_the_summers_before_is_no_drift(reference):
    assert not any(flagged_months(years(0, reference), years(reference, reference + 1)))


def test_drift_on_top_of_the_year_is_found_where_three_years_are_known():
    assert flagged_months(years(0, 3), years(3, 4, extra=-0.2)) == [False, *[True] * 11]


def test_half_a_year_says_nothing_of_the_summer_that_it_lacks():
    winter = {key: made for key, made in years(0, 1).items() if key[-2:] not in {"06", "07", "08", "09"}}
    assert seasons(T, tuple(Chunk(key, made) for key, made in winter.items())).kinds == frozenset()
    summer = {key: made for key, made in years(1, 2).items() if key[-2:] in {"06", "07", "08"}}
    assert flagged_months(winter, summer) == [False, True, True]


def test_quarters_repeat_and_are_said_as_such():
    high = [0.5 + 0.2 * (at % 4 == 2) for at in range(16)]
    chunks = [Chunk(f"{2020 + at // 4}-Q{at % 4 + 1}", shares(a, 1 - a)) for at, a in enumerate(high)]
    found = assess(History(T, tuple(chunks[:12]), tuple(chunks[12:])), METRICS["accuracy"], None)
    (message,) = with_seasons(found, Verdict("grey", (), ())).messages
    assert message.sentence == (
        "Quarters differ in t as they did before: every quarter is compared with the same quarter of the "
        "reference period."
    )
