"""Faults, drift and dates at their limits: what lies just below is nothing, what lies just above is said.

The periods are so large that chance decides nothing, unless chance is what is tested.
"""

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import brentq
from scipy.spatial.distance import jensenshannon

from core.health.change.chance import rises
from core.health.change.drift import drift, persistent
from core.health.change.faults import habits, of_chunk
from core.health.change.onset import Onset, onset
from core.health.change.values.any_factor import any_factor
from core.health.profiles.layout import Feature, Layout
from core.health.profiles.profile import ROWS, UNLABELLED, Profile

N = 100_000
LAYOUT = Layout(
    ("no", "yes"), 1024, (Feature("x", edges=tuple(range(13))), Feature("t", values=tuple("abcdefghij")))
)
X_SIZE, T_SIZE = (feature.size for feature in LAYOUT.features)
"""Of a number: below, twelve cells, above, missing; of a category: ten values, never seen before, missing."""


def spread_over(cells, size, rows=N, first=0):
    """(size,) counts: the rows in so many cells alike."""
    counts = np.zeros(size, dtype=np.int64)
    counts[first : first + cells] = rows // cells
    return counts


def with_share(counts, cell, share):
    """The same number of rows, of which this share lies in the cell."""
    moved = np.round(counts * (1 - share)).astype(np.int64)
    moved[cell] += counts.sum() - moved.sum()
    return moved


USUAL_X, USUAL_T = spread_over(12, X_SIZE, first=1), spread_over(10, T_SIZE)


def period(x=USUAL_X, t=USUAL_T, scores=None, labels=None):
    """A profile of these counts; `scores` by bin, `labels` of the two classes."""
    profile = Profile.empty(LAYOUT)
    for name, counts in {"x": x, "t": t}.items():
        profile.cells[LAYOUT.slices()[name], ROWS] = counts
    by_bin = spread_over(1000, 1024) if scores is None else scores
    profile.scores[0, UNLABELLED] = by_bin
    profile.rows[0] = max(x.sum(), t.sum())
    if labels is not None:
        profile.confusion[:, 0] = labels
        profile.rows[0] = sum(labels)
    return profile


def faults_of(now, before=None):
    return {fault.key for fault in of_chunk(LAYOUT, before or period(), now)}


@pytest.mark.parametrize(("share", "fault"), [(0.049, set()), (0.051, {("missing", "x")})])
def test_missing_values_are_a_fault_from_one_row_in_twenty_on(share, fault):
    assert faults_of(period(x=with_share(USUAL_X, -1, share))) == fault


@pytest.mark.parametrize(("share", "fault"), [(0.019, set()), (0.021, {("unseen", "t")})])
def test_values_never_seen_before_are_a_fault_from_one_row_in_fifty_on(share, fault):
    assert faults_of(period(t=with_share(USUAL_T, -2, share))) == fault


@pytest.mark.parametrize("cell", [0, -2])
@pytest.mark.parametrize(("share", "fault"), [(0.195, set()), (0.205, {("moved", "x")})])
def test_numbers_are_outside_their_range_from_one_row_in_five_on(cell, share, fault):
    assert faults_of(period(x=with_share(USUAL_X, cell, share))) - {("changed", "x")} == fault


@pytest.mark.parametrize(("share", "fault"), [(0.019, set()), (0.021, {("no_answer", "")})])
def test_rows_without_an_answer_are_a_fault_from_one_in_fifty_on(share, fault):
    answered = spread_over(1000, 1024)
    answered[100 : 100 + round(N * share / 3)] -= 3  # of each of so many scores
    assert faults_of(period(scores=answered)) == fault


@pytest.mark.parametrize(("cells", "before", "fault"), [(2, 6, True), (3, 6, False), (2, 5, False)])
def test_numbers_crowd_in_two_cells_where_they_took_six(cells, before, fault):
    now, past = (spread_over(number, X_SIZE, first=1) for number in (cells, before))
    assert (("moved", "x") in faults_of(period(x=now), period(x=past))) is fault


@pytest.mark.parametrize(("share", "fault"), [(0.051, False), (0.049, True)])
def test_one_row_in_twenty_may_lie_apart_from_the_crowd(share, fault):
    now = with_share(spread_over(2, X_SIZE, first=1), 7, share)
    assert (("moved", "x") in faults_of(period(x=now))) is fault


@pytest.mark.parametrize(("share", "fault"), [(0.011, False), (0.009, True)])
def test_a_value_is_stuck_when_ninety_nine_rows_in_a_hundred_have_it(share, fault):
    now = with_share(spread_over(1, T_SIZE), 5, share)
    assert (("moved", "t") in faults_of(period(t=now))) is fault


@pytest.mark.parametrize(("usual", "fault"), [(0.49, True), (0.51, False)])
def test_one_score_is_a_fault_unless_half_of_the_rows_had_one(usual, fault):
    before = with_share(spread_over(1000, 1024), 3, usual)
    assert (
        ("constant", "") in faults_of(period(scores=spread_over(1, 1024)), period(scores=before))
    ) is fault


@pytest.mark.parametrize(("labels", "fault"), [((0, 19), False), ((0, 20), True), ((1, 19), False)])
def test_labels_are_of_one_class_from_twenty_rows_on(labels, fault):
    now, before = period(labels=labels), period(labels=(9_000, 1_000))
    assert (("one_class", "") in faults_of(now, before)) is fault


@pytest.mark.parametrize(("share", "habit"), [(0.19, False), (0.21, True)])
def test_what_one_chunk_in_the_reference_period_does_with_a_fifth_of_its_rows_is_a_habit(share, habit):
    first = spread_over(6, X_SIZE, first=1)
    chunks = [period(x=first), period(x=with_share(first, 9, share))]
    assert (("moved", "x") in habits(LAYOUT, chunks)) is habit


def test_a_rise_is_beyond_chance_at_one_in_ten_thousand():
    """Clopper and Pearson's upper limit of the past share, then the exact binomial tail."""
    n, past_bad, past_n = 400, 7, 3_000
    upper = stats.beta.ppf(0.999, past_bad + 1, past_n - past_bad)
    least = next(bad for bad in range(n) if stats.binom.sf(bad - 1, n, upper) < 1e-4)
    assert rises(least, n, past_bad, past_n, 0.0)
    assert not rises(least - 1, n, past_bad, past_n, 0.0)


def test_chance_alone_raises_no_more_than_its_level_and_a_rise_beyond_it_is_found():
    """30,000 chunks: at 1 in 10,000 more than 10 have a chance of 1 in 3,000."""
    rng, n, share = np.random.default_rng(0), 2_000, 0.02
    quiet = [rises(int(bad), n, 2 * 10**6, 10**8, 0.0) for bad in rng.binomial(n, share, 30_000)]
    assert sum(quiet) <= 10
    risen = [rises(int(bad), n, 2 * 10**6, 10**8, 0.0) for bad in rng.binomial(n, 2 * share, 1_000)]
    least = next(bad for bad in range(n) if stats.binom.sf(bad - 1, n, share) < 1e-4)
    power = stats.binom.sf(least - 1, n, 2 * share)
    assert np.mean(risen) == pytest.approx(power, abs=3 * np.sqrt(power * (1 - power) / 1_000))


def shares_at(distance):
    """The share of one of two alike values that lies so far from one half."""
    return brentq(lambda p: jensenshannon([0.5, 0.5], [p, 1 - p], base=2) - distance, 0.5, 0.9)


ONE = Layout(("no", "yes"), 16, (Feature("t", values=tuple("abcdefghij" * 10)),))


def moved(before, now):
    """Drift of the one category with these counts, never seen and missing among them."""
    profiles = [Profile.empty(ONE), Profile.empty(ONE)]
    for profile, counts in zip(profiles, (before, now), strict=True):
        profile.cells[: len(counts), ROWS] = counts
    return drift(ONE, *profiles)["t"]


@pytest.mark.parametrize(("distance", "flagged"), [(0.098, False), (0.102, True)])
def test_an_input_has_moved_from_a_distance_of_a_tenth_on(distance, flagged):
    share = shares_at(distance)
    assert moved([10**6] * 2, np.round(2 * 10**6 * np.array([share, 1 - share]))).flagged is flagged


@pytest.mark.parametrize(("counts", "flagged"), [((22, 8), False), ((23, 7), True)])
def test_an_input_has_moved_at_a_level_of_one_percent(counts, flagged):
    """22 of 30 where half is usual have a p value of .0106, 23 one of .0035."""
    assert moved([10**7] * 2, counts).flagged is flagged


def test_drift_is_flagged_by_chance_no_more_often_than_its_level():
    """1,000 chunks of 30 rows, in which chance alone makes distances beyond a tenth."""
    draws = np.random.default_rng(1).binomial(30, 0.5, 1_000)
    flagged = sum(moved([10**7] * 2, (first, 30 - first)).flagged for first in draws)
    assert stats.binom.ppf(0.001, 1_000, 0.005) <= flagged <= stats.binom.ppf(0.999, 1_000, 0.01)


@pytest.mark.parametrize(("unseen", "flagged"), [(19, False), (21, True)])
def test_one_row_in_fifty_never_seen_before_is_a_move_whatever_the_distance(unseen, flagged):
    now = np.full(102, 10)
    now[:unseen] -= 1
    now[-2:] = unseen, 0
    drifted = moved([*[10**5] * 100, 0, 0], now)
    assert drifted.js < 0.1
    assert drifted.flagged is flagged


def test_an_input_has_drifted_when_it_moved_in_two_of_three_chunks():
    still, gone = moved([10**6] * 2, [10**6] * 2), moved([10**6] * 2, [10**6, 3 * 10**6])
    chunks = [{"t": gone if flag else still} for flag in (1, 0, 0, 1, 0, 1, 1)]
    assert [chunk["t"].flagged for chunk in persistent(chunks)] == [False] * 5 + [True] * 2


@pytest.mark.parametrize(("lost", "earliest"), [(3.80, 0), (3.88, 1)])
def test_a_date_is_plausible_that_loses_less_than_chi_squared_allows(lost, earliest):
    """Twice the log-likelihood of a step at the second chunk is 12^2 / 4 = 36."""
    first = np.sqrt(5 * (36 - lost)) - 12
    assert onset([first, 3.0, 3.0, 3.0, 3.0]) == Onset(1, earliest, 1)


@pytest.mark.parametrize(("twice", "dated"), [(6.60, False), (6.67, True)])
def test_a_step_is_dated_from_a_likelihood_ratio_of_99_percent_on(twice, dated):
    assert (onset([0.0, 0.0, np.sqrt(twice)]) is not None) is dated


@pytest.mark.parametrize(("height", "earliest"), [(5.45, 0), (5.55, 2)])
def test_a_fall_that_ended_passed_five_beyond_its_slack(height, earliest):
    """The same series is one fall, or one that ended and a second one."""
    assert onset([height, -4.65, 2.0, 2.0, 2.0]).earliest == earliest


@pytest.mark.parametrize(("quiet", "at"), [(19, 0), (20, 30)])
def test_twenty_quiet_chunks_end_a_fall_of_any_length(quiet, at):
    """The CUSUM stops at ten and loses its slack of a half in each."""
    assert onset([*[4.0] * 10, *[0.0] * quiet, 3.0, 3.0, 3.0]).at == at


@pytest.mark.parametrize(("part", "unit"), [(0.24, True), (0.26, False)])
def test_another_unit_keeps_the_shape_within_a_quarter_of_the_spread(part, unit):
    before = np.array([1.0, 2.0, 5.0, 8.0, 11.0])
    now = 100 * (before + np.where(np.arange(5) == 2, part * 10, 0))
    assert (any_factor(before, now) is not None) is unit
