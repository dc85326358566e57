"""Each rule that decides errs as rarely as it says, and not more rarely: what is there is found, too.

The worlds are those of `tests.benchmarks.comparison_rates`; every bound is the nominal rate and
three standard errors of the simulation.
"""

from dataclasses import replace

import numpy as np
import pytest

from core.stats.bootstrap import BootstrapRules
from core.stats.metrics import METRICS
from core.training.comparison import holdout_budget
from core.training.comparison.decision import RULES, Worth, decide, labels_needed
from core.training.comparison.holdout_budget import BudgetRules
from tests.benchmarks.comparison_rates import accuracy, any_look, any_segment, promotable, verdicts

FEW_DRAWS = BootstrapRules(resamples=400)
WORLDS = [
    ("accuracy", -0.005, 10_000),
    ("f1", -0.005, 10_000),
    ("roc_auc", -0.005, 3000),
    ("log_loss", -0.01, 10_000),
    ("mae", -0.01, 10_000),
]
"""Metric, the loss that does not matter as the methods page states it, and rows enough to see twice of it."""


@pytest.mark.parametrize(("name", "margin", "n"), WORLDS)
def test_a_challenger_worse_by_exactly_the_margin_passes_in_one_of_twenty(name, margin, n):
    calls = verdicts(name, n, margin, 300, rules=FEW_DRAWS)
    assert 0.013 <= promotable(calls) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 300)


@pytest.mark.parametrize(("name", "margin", "n"), WORLDS)
def test_an_equal_challenger_is_called_better_or_worse_in_one_of_twenty_each(name, margin, n):
    calls = verdicts(name, n // 10, 0.0, 300, rules=FEW_DRAWS)
    for verdict in ("better", "worse"):
        assert 0.013 <= np.mean(calls == verdict) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 300)


def test_an_equal_challenger_is_shown_not_to_be_worse_as_often_as_the_method_can():
    # low > -margin: the margin is 1.58 standard errors of sqrt(.1 / 10,000) away, 1.645 are needed
    calls = verdicts("accuracy", 10_000, 0.0, 500, seed=3)
    assert promotable(calls) == pytest.approx(0.475, abs=3 * 0.0223)


@pytest.mark.parametrize(("gain", "n", "rate"), [(0.02, 1000, 0.64), (0.02, 3000, 0.97), (-0.02, 1000, 0.64)])
def test_a_real_difference_is_found_as_often_as_the_method_can(gain, n, rate):
    calls = verdicts("accuracy", n, gain, 400, seed=4)
    verdict = "better" if gain > 0 else "worse"
    assert np.mean(calls == verdict) == pytest.approx(rate, abs=3 * np.sqrt(rate * (1 - rate) / 400))


@pytest.mark.parametrize("low", [-0.005, -0.00501, -0.00499])
def test_the_margin_itself_does_not_pass(low):
    seen = METRICS["accuracy"].compare(*accuracy(np.random.default_rng(0), 100, 0.0), 0.05)
    verdict = decide(moved(seen, low=low, high=0.01), 0.005, 0.05).verdict
    assert verdict == ("not_worse" if low > -0.005 else "cannot_tell")


@pytest.mark.parametrize(("low", "high", "verdict"), [(0.0, 0.1, "not_worse"), (-0.1, 0.0, "cannot_tell")])
def test_a_bound_at_zero_shows_nothing(low, high, verdict):
    seen = METRICS["accuracy"].compare(*accuracy(np.random.default_rng(0), 100, 0.0), 0.05)
    assert decide(moved(seen, low=low, high=high), 0.005, 0.05).verdict == verdict


@pytest.mark.parametrize(("name", "least", "n"), [("accuracy", 0.02, 3000), ("mae", 0.1, 3000)])
def test_a_gain_of_exactly_the_least_that_is_worth_it_is_called_better_in_one_of_twenty(name, least, n):
    # of a mean absolute error of sqrt(2 / pi)
    inside = least if name == "accuracy" else least * np.sqrt(2 / np.pi)
    calls = verdicts(name, n, least, 400, seed=5, rules=FEW_DRAWS, least=inside)
    assert 0.017 <= np.mean(calls == "better") <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)
    assert np.mean(calls == "small_gain") > 0.8


@pytest.mark.parametrize(("low", "verdict"), [(0.01, "small_gain"), (0.0101, "better")])
def test_the_least_gain_itself_is_not_enough(low, verdict):
    seen = METRICS["accuracy"].compare(*accuracy(np.random.default_rng(0), 100, 0.0), 0.05)
    seen = moved(seen, low=low, high=0.05)
    assert decide(seen, 0.005, 0.05, worth=[Worth(0.01, seen, "1 point")]).verdict == verdict


def moved(seen, **changes):
    return replace(seen, **changes)


def test_the_levels_of_all_looks_add_up_to_five_percent():
    levels = [holdout_budget.alpha(look) for look in range(1, 10_001)]
    assert levels[0] == pytest.approx(0.0304, abs=5e-5)
    assert levels[2] == pytest.approx(levels[0] / 9)
    assert 0.04999 < sum(levels) < 0.05
    assert holdout_budget.alpha(1, BudgetRules(level=0.1)) == pytest.approx(2 * levels[0])


def test_a_holdout_is_spent_from_look_eight_on():
    assert [holdout_budget.is_spent(look) for look in (1, 7, 8, 30)] == [False, False, True, True]


@pytest.mark.parametrize(("level", "spent"), [(0.00051, False), (0.00049, True)])
def test_a_holdout_is_spent_where_a_look_is_judged_at_half_a_thousandth(level, spent):
    """Whatever level a caller gives all looks together."""
    rules = BudgetRules(level=level * np.pi**2 / 6)
    assert holdout_budget.alpha(1, rules) == pytest.approx(level)
    assert holdout_budget.is_spent(1, rules) is spent


def test_thirty_equal_challengers_on_one_holdout_seldom_have_any_that_is_called_better():
    assert any_look(500, 30, 100) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 100)
    assert any_look(500, 30, 20, budget=False) > 0.5


def test_segments_of_equal_models_are_called_in_at_most_one_of_ten_comparisons():
    called, watched = any_segment(1000, 10, 150)
    assert 0.01 <= called <= 0.1 + 3 * np.sqrt(0.1 * 0.9 / 150)
    assert watched > called


def test_the_labels_that_would_settle_it_are_those_of_the_formula():
    seen = METRICS["accuracy"].compare(*accuracy(np.random.default_rng(0), 300, 0.0), 0.05)
    flat = moved(seen, difference=0.0, deviation=0.3, n=300)
    # (1.6449 + .8416)^2 (.3 / .005)^2 = 22,257 rows in all
    assert labels_needed(flat, 0.005, 0.05) == pytest.approx(22_257 - 300, abs=2)
    assert labels_needed(moved(flat, difference=-0.01), 0.005, 0.05) == pytest.approx(5565 - 300, abs=2)
    assert decide(flat, 0.005, 0.05).detectable == pytest.approx(2.4865 * 0.3 / np.sqrt(300), rel=1e-3)


def test_more_labels_than_anybody_gives_are_not_named():
    seen = METRICS["accuracy"].compare(*accuracy(np.random.default_rng(0), 300, 0.0), 0.05)
    far = moved(seen, difference=0.0, n=300)
    reach = 0.005 * np.sqrt(RULES.most_labels) / 2.4865
    assert labels_needed(moved(far, deviation=0.999 * reach), 0.005, 0.05) > 990_000
    assert labels_needed(moved(far, deviation=1.001 * reach), 0.005, 0.05) is None
    assert RULES.most_labels == 1_000_000
