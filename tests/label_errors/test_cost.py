"""A companion that takes many times the champion does not vote; what a fit takes is foretold by a trial."""

import time
from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.pipeline import Pipeline

from core.label_errors.cost import fit_seconds, too_dear
from core.label_errors.out_of_fold import Contender
from core.label_errors.rules import RULES

TARGETS = np.array(["a", "b"] * 200, dtype=object)
FEATURES = np.arange(400.0)[:, None]
RULE = replace(RULES.cost, trial_rows=50, free_seconds=0.005)


class Busy(ClassifierMixin, BaseEstimator):
    """Computes for so many thousandths of a second; with `least`, only of so many rows."""

    def __init__(self, thousandths=0.0, least=0):
        self.thousandths = thousandths
        self.least = least

    def fit(self, X, y):
        """Spend the time."""
        if len(X) < self.least:
            raise ValueError("too few rows")
        end = time.thread_time() + self.thousandths / 1000
        while time.thread_time() < end:
            pass
        self.classes_ = np.unique(y)
        return self


def contender(name, thousandths, at_most=None, **more):
    return Contender(name, Busy(thousandths, **more), FEATURES, at_most)


def test_a_fit_is_foretold_from_a_few_rows():
    spent = fit_seconds(contender("m", 20), TARGETS, 300, RULE)
    assert spent == pytest.approx(0.02 * 300 / 50, rel=0.5)


def test_a_model_that_learns_from_a_sample_costs_a_fit_on_that():
    spent = fit_seconds(contender("m", 20, at_most=100), TARGETS, 300, RULE)
    assert spent == pytest.approx(0.02 * 100 / 50, rel=0.5)


def test_only_what_takes_many_times_the_champion_is_too_dear():
    jury = (contender("champion", 2), contender("twice", 4), contender("dear", 60))
    assert list(too_dear(jury, TARGETS, 100, RULE)) == ["dear"]


def test_what_nobody_minds_always_votes():
    jury = (contender("champion", 0), contender("some", 20))
    patient = replace(RULE, free_seconds=60.0)
    assert too_dear(jury, TARGETS, 100, patient) == {}
    assert list(too_dear(jury, TARGETS, 100, RULE)) == ["some"]


def test_a_family_that_needs_more_rows_than_the_trial_votes():
    jury = (contender("champion", 0), contender("hungry", 20, least=60))
    assert np.isnan(fit_seconds(jury[1], TARGETS, 300, RULE))
    assert too_dear(jury, TARGETS, 300, RULE) == {}


class Stepwise(Busy):
    """Computes for so many thousandths of a second before its steps, and in every one of them."""

    def __init__(self, thousandths=0.0, least=0, n_estimators=100, before=0.0):
        super().__init__(thousandths, least)
        self.n_estimators = n_estimators
        self.before = before

    def fit(self, X, y):
        """Spend the time of all steps."""
        TRIED.append(self.n_estimators)
        return Busy(self.before + self.n_estimators * self.thousandths).fit(X, y)


TRIED: list[int] = []


@pytest.mark.parametrize("wrap", [lambda model: model, lambda model: Pipeline([("model", model)])])
def test_a_family_that_learns_step_by_step_is_foretold_from_few_steps(wrap):
    TRIED.clear()
    model = Contender("m", wrap(Stepwise(1.0, before=10)), FEATURES)
    assert fit_seconds(model, TARGETS, 50, RULE) == pytest.approx(0.11, rel=0.5)
    assert sum(TRIED) < 10
    TRIED.clear()
    fit_seconds(Contender("m", wrap(Stepwise(1.0, n_estimators=3)), FEATURES), TARGETS, 50, RULE)
    assert TRIED == [3]
