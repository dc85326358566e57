"""Broken here: halved or clipped scores go unseen, or easier cases are called a cut."""

import numpy as np
import pytest

from core.health.attribution.fault_messages import fault_message
from core.health.change.faults import of_chunk
from core.health.change.fit.scores import score_limit
from core.health.profiles.score_bins import middles
from tests.benchmarks.fit_rates import CHANGES, is_cut


def rate(n, name, times=200):
    rng = np.random.default_rng(3)
    return np.mean([is_cut(rng, n, name) for _ in range(times)])


@pytest.mark.parametrize("n", [100, 500, 2000])
@pytest.mark.parametrize("name", [name for name in CHANGES if "cases" in name or "as ever" in name])
def test_scores_that_reach_as_far_are_not_cut(n, name):
    assert rate(n, name) == 0


@pytest.mark.parametrize("name", ["halved", "clipped at .8", "at least .2"])
def test_scores_that_are_cut_are_called_in_the_first_chunk(name):
    assert rate(500, name) == 1


@pytest.mark.parametrize(("share", "cut"), [(19, False), (21, True)])
def test_one_score_in_fifty_is_the_limit(share, cut):
    past, now = np.array([1000 - share, share]), np.array([5000, 0])
    assert (score_limit(past, now) is not None) == cut


@pytest.mark.parametrize(("n", "cut"), [(131, False), (132, True)])
def test_what_chance_leaves_empty_is_no_cut(n, cut):
    """A tenth of the scores misses 132 rows with a chance of .9 ** 132 = 9e-7."""
    assert (score_limit(np.array([90, 10]), np.array([n, 0])) is not None) == cut


def test_scores_that_leave_everything_seen_are_cut_and_said_with_digits_that_tell_them_from_nought():
    """Scores of rare events that collapse end far below a hundredth, and below all that were seen."""
    past, now = np.zeros(1024, dtype=int), np.zeros(1024, dtype=int)
    past[100:200], now[:50] = 50, 10
    assert score_limit(past, now) == ("above 0.000062", 1.0)


@pytest.mark.parametrize(("farthest", "cut"), [(0.907, False), (0.912, True), (0.92, True)])
def test_models_that_are_as_sure_end_less_than_a_hundredth_apart(farthest, cut):
    """Of hotel bookings one score in six lay above .9998, where no score of the whole model did."""
    places = middles(1024)
    limit, beyond = (int(np.abs(places - place).argmin()) for place in (0.9, farthest))
    past, now = np.zeros((2, 1024), dtype=int)
    past[[limit, beyond]], now[limit] = (700, 300), 1000
    assert (score_limit(past, now) is not None) == cut
    assert (score_limit(past[::-1], now[::-1]) is not None) == cut


def test_halved_scores_are_a_fault_of_the_predictions_in_words(count, two_classes, layout):
    y, scores, _ = two_classes(2000, 0)
    halved = np.column_stack([1 - scores[:, 1] / 2, scores[:, 1] / 2])
    before, now = count(y, scores), count(y, halved, prediction=scores.argmax(1))
    (fault,) = of_chunk(layout, before, now)
    assert (fault.kind, fault.feature, fault.value) == ("cut", "", "above 0.50")
    assert "no score lies above 0.50 any more, where " in str(fault_message(fault))
    assert of_chunk(layout, before, count(*two_classes(2000, 1)[:2])) == []
