"""Segments do not cry wolf, show what really got worse, and name what is too small."""

import numpy as np
import pandas as pd
import pytest

from core.stats.predictions import Predictions
from core.stats.tests import agresti_min
from core.training.comparison.segments import SegmentRules, judge


def answers(truth, right):
    predicted = np.where(right, truth, 1 - truth)
    chances = np.where(np.eye(2)[predicted] > 0, 0.8, 0.2)
    return Predictions(chances, predicted)


def contest(rng, n, drop=0.0, part=None):
    truth = rng.integers(0, 2, n)
    before = rng.random(n) < 0.85
    after = np.where(rng.random(n) < 0.08, ~before, before)
    if part is not None:
        after = after & ~(part & (rng.random(n) < drop))
    return truth, answers(truth, before), answers(truth, after)


def test_equal_models_rarely_have_a_worse_segment():
    rng = np.random.default_rng(0)
    alarms = 0
    for _ in range(150):
        column = pd.Series(rng.choice(list("abcdefghij"), 1000), dtype=object)
        truth = rng.integers(0, 2, 1000)
        right = rng.random((2, 1000)) < 0.85
        found = judge({"s": column}, "accuracy", truth, answers(truth, right[0]), answers(truth, right[1]))
        alarms += any(each.verdict in {"worse", "better"} for each in found)
    assert alarms / 150 <= 0.15


def test_the_segment_that_got_worse_comes_first():
    rng = np.random.default_rng(1)
    column = pd.Series(rng.choice(["city", "resort"], 800), dtype=object)
    truth, a, b = contest(rng, 800, 0.4, (column == "city").to_numpy())
    found = judge({"hotel": column}, "accuracy", truth, a, b)
    assert (found[0].value, found[0].verdict) == ("city", "worse")
    assert found[0].difference < 0
    assert found[0].p_adjusted <= 0.1


def test_small_segments_are_named_not_judged():
    rng = np.random.default_rng(2)
    column = pd.Series(["big"] * 290 + ["small"] * 10, dtype=object)
    truth, a, b = contest(rng, 300)
    small = next(s for s in judge({"s": column}, "roc_auc", truth, a, b) if s.value == "small")
    assert (small.verdict, small.n, small.difference) == ("too_small", 10, None)


def test_a_segment_of_one_class_has_no_auc():
    rng = np.random.default_rng(3)
    truth, a, b = contest(rng, 300)
    column = pd.Series(np.where(truth == 1, "ones", "mixed"), dtype=object)
    verdicts = {s.value: s.verdict for s in judge({"s": column}, "roc_auc", truth, a, b)}
    assert verdicts == {"ones": "too_small", "mixed": "too_small"}
    assert all(s.verdict != "too_small" for s in judge({"s": column}, "accuracy", truth, a, b))


def test_missing_values_are_no_segment():
    rng = np.random.default_rng(4)
    truth, a, b = contest(rng, 100)
    column = pd.Series([None] * 50 + ["x"] * 50, dtype=object)
    assert [s.value for s in judge({"s": column}, "accuracy", truth, a, b)] == ["x"]


def one_segment(fixed, broken, n=60):
    """A segment in which so many rows become right, and so many wrong."""
    truth, rows = np.zeros(n, dtype=int), np.arange(n)
    before, after = rows >= fixed, (rows < fixed) | (rows >= fixed + broken)
    column = pd.Series(["x"] * n, dtype=object)
    (part,) = judge({"s": column}, "accuracy", truth, answers(truth, before), answers(truth, after))
    return part


@pytest.mark.parametrize(
    ("fixed", "broken", "verdict"),
    [(3, 9, "worse"), (2, 7, "no_difference"), (9, 3, "better"), (7, 2, "no_difference")],
)
def test_a_segment_is_called_at_a_level_of_one_in_ten(fixed, broken, verdict):
    """The mid-p value of 3 against 9 rows is .092, that of 2 against 7 is .109."""
    assert one_segment(fixed, broken).verdict == verdict


def test_the_interval_of_a_segment_is_one_of_ninety_percent():
    part = one_segment(3, 9)
    assert (part.low, part.high) == pytest.approx(agresti_min(3, 9, 60, 0.05))


def test_worse_without_the_correction_for_many_segments_is_watched():
    """Of 20 segments the one with a p-value of .016 does not hold after Holm's correction."""
    rows = np.arange(1200)
    truth, segment, inside = np.zeros(1200, dtype=int), rows // 60, rows % 60
    broken = (inside < 6) & (segment == 0)
    column = pd.Series([f"v{k}" for k in segment], dtype=object)
    rules = SegmentRules(values=20)
    seen = judge({"s": column}, "accuracy", truth, answers(truth, rows >= 0), answers(truth, ~broken), rules)
    assert [part.verdict for part in seen if part.value == "v0"] == ["watch"]
    assert {part.verdict for part in seen if part.value != "v0"} == {"no_difference"}
