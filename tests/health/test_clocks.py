"""Broken here: a column that grows with time is called drift, or one that drifts a clock."""

import numpy as np
import pytest

from core.health.change.clocks import clocks
from core.health.profiles.layout import Feature, Layout
from tests.health.calendar_chunks import X, flagged, profile, shares


@pytest.mark.parametrize(("many", "clock"), [(745, False), (755, True)])
def test_numbers_grow_with_time_from_a_gamma_of_eight_tenths_on(many, clock):
    few = 1000 - many
    chunks = [profile([0, many, few], X), profile([0, few, many], X)]
    assert clocks(X, chunks) == ({"x"} if clock else set())


@pytest.mark.parametrize(("grown", "clock"), [(0.21, False), (0.23, True)])
def test_what_a_few_rows_have_is_no_clock(grown, clock):
    """A quarter of the pairs of rows must differ."""
    chunks = [shares(0, 0.98 - more, 0.02 + more, layout=X) for more in (0, grown)]
    assert clocks(X, chunks) == ({"x"} if clock else set())


@pytest.mark.parametrize(("odd", "clock"), [(1, False), (2, True)])
def test_half_of_the_chunks_must_differ_from_all_others(odd, clock):
    usual = [0, *[100] * 8, *[0] * 6]
    left = [[0] * (9 + at) + [800] + [0] * (5 - at) for at in range(odd)]
    chunks = [usual, *left, *[usual] * (3 - odd)]
    assert clocks(X, [profile(counts, X) for counts in chunks]) == ({"x"} if clock else set())


@pytest.mark.parametrize(("shared", "clock"), [(1010, False), (990, True)])
def test_values_of_one_chunk_each_are_a_clock_though_most_have_no_cell_of_their_own(shared, clock):
    """Three of eight dates are listed, the others count as "other"."""
    layout = Layout(("no", "yes"), 16, (Feature("day", values=("usual", "1 May", "2 May", "3 May")),))
    rows = [
        [shared * (chunk < 3), *(1000 * (at == chunk) for at in range(3)), 1000 * (chunk > 2)]
        for chunk in range(8)
    ]
    assert clocks(layout, [profile(counts, layout) for counts in rows]) == ({"day"} if clock else set())


def test_one_large_chunk_does_not_make_a_clock():
    """Its values have nine tenths of all rows of the reference period."""
    layout = Layout(("no", "yes"), 16, (Feature("t", values=("a", "b", "c")),))
    chunks = [shares(0.05, 0.05, 0.9, layout=layout), *[shares(0.5, 0.5, rows=2_000, layout=layout)] * 5]
    assert clocks(layout, chunks) == set()


def counter_layout(numbers):
    return Layout(
        ("no", "yes"), 16, (Feature("x", edges=tuple(np.quantile(numbers, np.linspace(0, 1, 33)))),)
    )


@pytest.mark.parametrize(("lag", "clock"), [(0.0, True), (3.0, True), (1000.0, False)])
def test_a_date_is_a_clock_and_a_stable_number_is_none(lag, clock):
    rng = np.random.default_rng(1)
    moments = [day + rng.random(200) - rng.exponential(lag or 1e-9, 200) for day in range(56)]
    layout = counter_layout(np.concatenate(moments))
    cells = [np.searchsorted(layout.features[0].edges, values, side="right") for values in moments]
    chunks = [profile(np.bincount(at, minlength=35), layout) for at in cells]
    assert clocks(layout, chunks) == ({"x"} if clock else set())


def test_no_stable_column_of_small_chunks_is_taken_for_a_clock():
    rng = np.random.default_rng(2)
    worlds = [[profile([0, *rng.multinomial(20, [1 / 12] * 12)], X) for _ in range(4)] for _ in range(300)]
    assert not any(clocks(X, chunks) for chunks in worlds)


def test_one_odd_chunk_of_the_reference_period_does_not_hide_later_drift():
    usual, odd, later = ([0, *[100] * 12], [0, 1200], [0, *[20] * 6, *[180] * 6])
    reference = {day: profile(odd if day == 4 else usual, X) for day in range(12)}
    assert flagged(reference, dict.fromkeys((12, 13, 14), profile(later, X)), X)[1:] == [True, True]


def test_a_clock_goes_on_without_drift():
    made = {day: profile(np.eye(15, dtype=int)[1 + min(day, 12)] * 500, X) for day in range(16)}
    reference, log = ({d: p for d, p in made.items() if (d < 12) is part} for part in (True, False))
    assert not any(flagged(reference, log, X))
