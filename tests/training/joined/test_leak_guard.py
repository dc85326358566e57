"""Broken here: a search learns from a column that was filled in afterwards, and its winner fails in life."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.training.joined.leak_guard import (
    RULES,
    alone,
    columns_that_are_later,
    columns_that_say_the_label,
    skill,
)


def world(n=600, seed=0):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 2, n)
    honest = truth + rng.normal(scale=0.7, size=n)
    return rng, truth, honest


def names(values, truth, predicted=None, *, classes=True):
    found = columns_that_say_the_label(pd.DataFrame(values), truth, predicted, classes=classes)
    return {one.column: one.why for one in found}


def test_a_column_that_says_the_label_is_named_with_the_evidence_and_an_honest_one_stays():
    rng, truth, honest = world()
    copy = np.where(rng.random(600) < 0.05, 1 - truth, truth)
    found = names({"honest": honest, "copy": copy}, truth.astype(object))
    assert list(found) == ["copy"]
    assert "600 labelled rows" in found["copy"]
    assert "the model in production" not in found["copy"]


def test_gaps_may_say_the_label_too():
    """A reason of cancellation stands only where something was cancelled."""
    rng, truth, _ = world()
    reason = np.where(truth == 1, rng.choice(["price", "time"], 600), None)
    assert list(names({"reason": pd.Series(reason, dtype=object)}, truth.astype(object))) == ["reason"]


def test_what_is_too_much_grows_with_what_the_model_does():
    """A column as good as a good model is no leak; as good beside a model that knows little, it is."""
    _, truth, _ = world()
    every = np.arange(600)
    column = np.where(every % 12 == 0, 1 - truth, truth)
    strong = np.where(every % 10 == 1, 1 - truth, truth).astype(object)
    assert "copy" in names({"copy": column}, truth.astype(object))
    assert names({"copy": column}, truth.astype(object), strong) == {}


def test_too_few_rows_say_nothing():
    _, truth, _ = world(200)
    assert list(names({"copy": truth}, truth.astype(object))) == ["copy"]
    fewer = truth[:199]
    assert names({"copy": fewer}, fewer.astype(object)) == {}


def test_amounts_are_told_by_squared_error():
    rng, _, _ = world()
    amount = rng.normal(size=600) * 10
    found = names({"copy": amount + 1.0, "noise": rng.normal(size=600)}, amount, classes=False)
    assert list(found) == ["copy"]


def test_skill_and_a_column_alone():
    truth = np.array([0, 0, 0, 1] * 50)
    assert skill(truth, np.zeros(200), classes=True) == 0.0
    assert skill(truth, 1 - truth, classes=True) < 0
    assert alone(pd.Series(np.zeros(200)), truth, classes=True) == 0.0
    assert alone(pd.Series(truth.astype(float)), truth, classes=True) == pytest.approx(1.0)


def test_a_time_after_the_prediction_is_named():
    days = np.full(200, 100.0)
    values = pd.DataFrame({"before": days - 1, "after": days - 1, "gap": np.nan, "number": days + 5})
    values.loc[:2, "after"] = 101.0
    found = columns_that_are_later(values, ["before", "after", "gap"], days)
    assert [(one.column, "3 of 200 rows" in one.why) for one in found] == [("after", True)]
    values.loc[0, "after"] = 99.0
    assert columns_that_are_later(values, ["after"], days) == ()


def test_how_much_of_the_gap_a_column_may_explain():
    truth = np.array([0, 1] * 300)
    for wrong, named in ((70, True), (80, False)):
        column = truth.copy()
        column[: 2 * wrong : 2] = 1
        assert (names({"copy": column}, truth.astype(object)) != {}) == named


def test_of_many_rows_the_newest_are_looked_at():
    truth = np.array([0, 1] * 300)
    column = np.where(np.arange(600) < 300, 0, truth)
    rules = replace(RULES, most_rows=300)
    found = columns_that_say_the_label(
        pd.DataFrame({"new": column}), truth.astype(object), None, classes=True, rules=rules
    )
    assert [one.column for one in found] == ["new"]
    assert names({"new": column}, truth.astype(object)) == {}


def test_a_curve_of_an_amount_is_followed():
    """Sixty waves of one number: a coarse tree would call a perfect column harmless."""
    x = np.linspace(0, 1, 4000)
    amount = np.floor(x * 60) % 2 * 10.0
    assert list(names({"wave": x}, amount, classes=False)) == ["wave"]
