"""Broken here: scores that promise too little are believed, or chance is called a broken promise."""

import numpy as np
import pytest

from core.health.performance.promise import broken_promise
from tests.benchmarks.label_fit_rates import FOUR, TWO, counted, four, two


def rate(make, n, times=100, **change):
    rng = np.random.default_rng(4)
    before = make(rng, 5000)
    layout = TWO if make is two else FOUR
    return np.mean([broken_promise(layout, before, make(rng, n, **change)) is not None for _ in range(times)])


@pytest.mark.parametrize("make", [two, four])
@pytest.mark.parametrize("n", [200, 2000])
def test_a_promise_that_holds_is_no_finding(make, n):
    assert rate(make, n) <= 0.04


def test_easier_cases_with_right_scores_break_no_promise():
    assert rate(two, 2000, shift=-3.0) <= 0.04


def test_classes_that_come_oftener_than_promised_are_called():
    assert rate(two, 2000, prior=0.5) == 1


def test_scores_that_were_off_before_as_well_break_nothing():
    rng = np.random.default_rng(0)
    before = two(rng, 5000, prior=1.0)
    assert broken_promise(TWO, before, two(rng, 5000, prior=1.0)) is None
    assert broken_promise(TWO, before, two(rng, 5000)) is not None


def certain(n, came):
    """Rows at a score of one half, of which so many are of the class 1."""
    y = (np.arange(n) < came).astype(int)
    score = np.full(n, 0.5)
    return counted(TWO, y, np.column_stack([1 - score, score]), y)


@pytest.mark.parametrize(("came", "called"), [(51_900, False), (52_100, True)])
def test_two_points_are_worth_a_word(came, called):
    assert (broken_promise(TWO, certain(100_000, 50_000), certain(100_000, came)) is not None) is called


@pytest.mark.parametrize(("came", "called"), [(555, False), (560, True)])
def test_less_than_chance_is_none(came, called):
    """1,000 rows each: 2.576 standard errors of the difference are .0576 (at one half, .0572 here)."""
    assert (broken_promise(TWO, certain(1000, 500), certain(1000, came)) is not None) is called


def test_the_interval_is_that_of_the_labels_given_the_scores():
    promise = broken_promise(TWO, certain(100_000, 50_000), certain(400, 240))
    half = 1.96 * (0.24 / 400) ** 0.5
    assert (promise.promised, promise.actual) == pytest.approx((0.5, 0.6), abs=1e-3)
    assert promise.high - promise.low == pytest.approx(2 * half, rel=0.01)


def test_it_is_said_and_changes_no_status(told_by_months):
    rng = np.random.default_rng(0)
    reference = [two(rng, 2000, shift=-3.0) for _ in range(5)]
    log = [two(rng, 2000, shift=-3.0, prior=0.3) for _ in range(3)]
    document = told_by_months(TWO, reference, log)
    said = next(finding for finding in document["findings"] if finding["code"] == "CT-H116")
    assert said["sentence"].startswith("In the newest periods with labels the scores promise 1")
    assert document["causes"] == [] or document["status"] == "red"
