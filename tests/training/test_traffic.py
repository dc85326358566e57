"""Broken here: a score that can be none passes, or nobody learns where a challenger answers otherwise."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.stats.together.dependence import Together
from core.training.comparison.slices import SliceRules, slices
from core.training.comparison.traffic import Traffic, TrafficRules, differ_most, traffic_gate


def scores(n=100):
    """Probabilities of two classes, all of them different."""
    p = np.linspace(0.1, 0.9, n)
    return np.column_stack([1 - p, p])


def spoilt(place, value, n=100):
    made = scores(n)
    made[place] = value
    return made


@pytest.mark.parametrize(
    ("outputs", "words"),
    [
        (spoilt(3, np.nan), "1 without a score"),
        (spoilt((4, 1), np.inf), "1 without a score"),
        (spoilt(5, [-0.1, 1.1]), "1 out of range"),
        (spoilt(slice(0, 7), [0.5, 0.502]), "7 out of range"),
        (np.tile([0.3, 0.7], (100, 1)), "100 all alike"),
    ],
)
def test_a_score_that_can_be_none_fails(outputs, words):
    gate = traffic_gate(Traffic(outputs))
    assert gate.passed is False
    assert words in gate.detail


@pytest.mark.parametrize(
    "outputs", [scores(), spoilt(5, [0.0, 1.0]), spoilt(slice(0, 7), [0.5, 0.5005]), scores(30)]
)
def test_scores_that_can_be_pass(outputs):
    gate = traffic_gate(Traffic(outputs))
    assert (gate.passed, gate.figure, gate.limit) == (True, "0 odd scores", "0")


def test_alike_scores_are_no_fault_where_those_that_were_served_are_alike_too():
    assert traffic_gate(Traffic(np.tile([0.3, 0.7], (100, 1)), varied=False)).passed


@pytest.mark.parametrize(("number", "passed"), [(20.0, True), (20.01, False), (-10.0, True), (-10.01, False)])
def test_a_number_may_lie_as_far_outside_the_labels_as_their_range_is_wide(number, passed):
    outputs = np.append(np.linspace(0, 10, 99), number)
    assert traffic_gate(Traffic(outputs, labels=(0.0, 10.0))).passed is passed


def test_of_few_rows_nothing_is_computed():
    gate = traffic_gate(Traffic(scores(29)))
    assert gate.passed is None
    assert "29" in gate.detail


def test_the_share_that_differs_has_the_interval_of_rows_that_belong_together():
    """Fifty groups that differ as a whole are fifty rows, and no thousand."""
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(50), 20)
    differ = (rng.random(50) < 0.3)[group]
    share = differ.mean()
    alone = traffic_gate(Traffic(scores(1000), differ=differ))
    together = traffic_gate(Traffic(scores(1000), differ=differ, together=Together(group)))
    assert f"{differ.sum():,} of 1,000 answered otherwise than they were served ({share:.1%}" in alone.detail
    low, high = stats.binom.interval(0.95, 1000, share)
    assert ends(alone) == pytest.approx((low / 10, high / 10), abs=0.5)
    low, high = stats.binom.interval(0.95, 50, share)
    assert ends(together) == pytest.approx((2 * low, 2 * high), abs=3.5)


def ends(gate):
    """Per cent in "between a% and b%"."""
    words = gate.detail.replace("%", "").replace(")", "").split()
    at = words.index("between")
    return float(words[at + 1]), float(words[at + 3].rstrip(","))


def test_where_they_differ_most_is_where_they_surely_differ_more_than_elsewhere():
    rng = np.random.default_rng(1)
    town = pd.Series(rng.choice(list("abcd"), 2000), dtype=object)
    differ = rng.random(2000) < np.where(town == "c", 0.2, 0.05)
    assert differ_most({"town": town}, differ)[0].startswith("town = c (")
    assert len(differ_most({"town": town}, differ)) == 1
    false = [bool(differ_most({"town": town}, rng.random(2000) < 0.05)) for _ in range(300)]
    assert sum(false) <= stats.binom.ppf(0.999, 300, 0.05)


def test_a_segment_of_fewer_than_thirty_rows_is_not_named():
    town = pd.Series(["a"] * 29 + ["b"] * 300, dtype=object)
    differ = np.arange(329) < 29
    assert differ_most({"town": town}, differ) == []
    assert differ_most({"town": pd.Series(["a"] * 30 + ["b"] * 299)}, differ) == ["town = a (97% of 30 rows)"]


def test_slices_are_values_and_quarters_in_the_order_of_the_columns_and_named_ones_first():
    n = 240
    rows = pd.DataFrame(
        {
            "x": np.arange(n, dtype=float),
            "town": pd.Series(["a", "b", None] * 80, dtype=object),
            "name": [f"n{i}" for i in range(n)],
            "flag": [True, False] * 120,
            "constant": 1.0,
            "day": pd.date_range("2024-01-01", periods=n),
            "picture": [b"1", b"2"] * 120,
            "rest": np.arange(n) % 2,
        }
    )
    rows.loc[5, "x"] = np.nan
    made = slices(rows, {"shop": pd.Series(["s"] * n)}, SliceRules(columns=3))
    assert list(made) == ["shop", "x", "town", "flag"]
    assert made["x"].isna().sum() == 1
    assert made["x"].value_counts().between(59, 60).all()
    assert list(slices(rows, {})) == ["x", "town", "flag", "rest"]
    assert made["town"].isna().sum() == 80


@pytest.mark.parametrize(("values", "cut"), [(12, True), (13, False)])
def test_a_column_of_thirteen_texts_is_no_segment(values, cut):
    rows = pd.DataFrame({"t": [f"v{i % values}" for i in range(300)]})
    assert bool(slices(rows, {})) is cut


def test_the_rules_are_those_that_the_page_of_methods_names():
    assert (TrafficRules().days, TrafficRules().rows, SliceRules().columns) == (28, 5000, 8)
