"""Broken here: missing rows, copies, a log that has ended go unseen; chance and weekends are called so."""

from datetime import datetime, timedelta

import numpy as np
import pytest

from core.health.change.rows_and_time import Arrivals, gaps, is_overdue, row_faults, too_few
from tests.benchmarks.fit_rates import MONDAY, copies, has_gap, keys_of, more_rows, weekdays, weekly
from tests.benchmarks.fit_rates import too_few as called_too_few

LATER = datetime(2030, 1, 1)


def rate(call, times=200):
    rng = np.random.default_rng(7)
    return np.mean([np.mean(call(rng)) for _ in range(times)])


@pytest.mark.parametrize("spread", [0.0, 0.1, 0.3])
def test_a_quiet_log_has_neither_too_few_rows_nor_gaps(spread):
    assert rate(lambda rng: called_too_few(weekly(rng, 500, spread))) <= 0.0005
    assert rate(lambda rng: has_gap(weekly(rng, 20, spread))) <= 0.01


@pytest.mark.parametrize(("spread", "power"), [(0.0, 1.0), (0.1, 1.0), (0.3, 0.85)])
def test_a_week_of_a_tenth_of_the_rows_is_called(spread, power):
    assert rate(lambda rng: called_too_few(weekly(rng, 500, spread, {20: 0.1}))[20]) >= power


@pytest.mark.parametrize(("n", "few"), [(249, True), (251, False)])
def test_half_of_the_usual_rows_is_the_limit(n, few):
    assert too_few(n, [490, 510, 500, 495, 505, 500, 500, 500]) == few


@pytest.mark.parametrize(("n", "few"), [(162, True), (163, False)])
def test_what_varied_before_may_vary(n, few):
    """Eight weeks of 400 to 600 rows: the next one has 163 and more with a chance of 9,999 in 10,000."""
    assert too_few(n, [400, 600, 500, 420, 580, 450, 550, 500]) == few


def test_four_chunks_are_too_few_to_compare_with():
    assert not too_few(1, [500] * 4)
    assert too_few(1, [500] * 5)


def test_weekends_and_a_longer_weekend_are_usual():
    assert not called_too_few(weekdays(np.random.default_rng(0)), "day").any()
    keys = [key for at, key in enumerate(keys_of(140, "day")) if at % 7 < 5 and at != 70]
    clock = Arrivals("day", MONDAY + timedelta(days=140))
    assert gaps(keys, [200] * len(keys), clock) == []
    without = [key for key in keys if not "2024-03-18" <= key <= "2024-03-20"]
    (gap,) = gaps(without, [200] * len(without), clock)
    assert (gap.first, gap.last, gap.chunks) == (datetime(2024, 3, 16), datetime(2024, 3, 20), 5)


def test_the_newest_chunk_is_judged_when_its_last_fifth_has_begun():
    def last(until):
        found = row_faults(keys_of(8), [500] * 7 + [40], Arrivals("week", LATER, until))
        return [fault.kind for fault in found[-1]]

    end = MONDAY + timedelta(days=7 * 8)
    assert last(end - timedelta(days=1.5)) == []
    assert last(end - timedelta(days=1.3)) == ["few_rows"]
    assert last(None) == []


def test_a_chunk_of_few_rows_is_no_measure_for_the_next():
    rows = [500] * 8 + [40] * 20 + [500]
    found = row_faults(keys_of(29), rows, Arrivals("week", LATER, LATER))
    assert [bool(faults) for faults in found] == [False] * 8 + [True] * 20 + [False]


def test_rows_that_came_twice_are_called_and_rows_alike_by_accident_are_not():
    assert rate(lambda rng: copies(rng, 0.05, 0.0)) == 0
    assert rate(lambda rng: copies(rng, 0.05, 0.2)) == 1
    assert rate(lambda rng: copies(rng, 0.3, 1.0)) == 1
    assert rate(lambda rng: more_rows(rng, 500), 100) == 0


@pytest.mark.parametrize(("doubled", "named"), [(54, False), (58, True)])
def test_a_tenth_of_copies_is_the_limit(doubled, named):
    by_chunk = {"2024-W04": doubled}
    found = row_faults(keys_of(4), [500, 500, 500, 500 + doubled], Arrivals("week", LATER, copies=by_chunk))
    assert [bool(faults) for faults in found] == [False, False, False, named]


@pytest.mark.parametrize(("weeks", "ended"), [(1.9, False), (2.0, True)])
def test_a_log_has_ended_when_two_deliveries_are_missing(weeks, ended):
    clock = MONDAY + timedelta(days=7 * (10 + weeks))
    assert is_overdue(keys_of(10), Arrivals("week", clock)) == ended
    assert not is_overdue(keys_of(10), Arrivals("week", clock, delivered=2))
    found = gaps(keys_of(10), [500] * 10, Arrivals("week", clock))
    assert [(gap.first, gap.chunks) for gap in found] == ([(datetime(2024, 3, 11), 2)] if ended else [])


def test_chunks_of_rows_have_no_clock():
    keys = ["rows-000000", "rows-000004"]
    assert gaps(keys, [100, 100], Arrivals("100", LATER)) == []
    assert row_faults(keys, [100, 3], Arrivals("100", LATER)) == [[], []]


@pytest.mark.parametrize("mean", [0.2, 0.4, 1.0])
def test_days_that_are_often_empty_are_no_gap(mean):
    """Of the days with rows alone such a log seems to bring more than it does."""
    assert rate(lambda rng: has_gap(rng.poisson(mean, 140), "day")) <= 0.02
