"""Bounds of rows that belong together: against other implementations, and as often right as they say."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from core.stats import paired
from core.stats.metrics import METRICS
from core.stats.predictions import Predictions
from core.stats.together import dependence
from core.stats.together.blocks import rows_together
from core.stats.together.dependence import Dependence, Together, allow_for, jackknife, together_in_time

of = Predictions.from_outputs


def judged(gain, together, alpha=0.05):
    """Bounds of the mean gain."""
    return allow_for(paired.loss(gain, 0 * gain, alpha), gain - gain.mean(), together, alpha)


def in_groups(rng, count, size, common=1.0):
    """Gains of mean 0 whose groups have a part of them in common, and the groups."""
    sizes = 1 + rng.poisson(size - 1, count)
    groups = np.repeat(np.arange(count), sizes)
    return rng.normal(size=len(groups)) + common * rng.normal(size=count)[groups], groups


def test_the_variance_by_groups_is_that_of_cluster_robust_regression():
    gain, groups = in_groups(np.random.default_rng(0), 150, 6)
    fitted = sm.OLS(gain, np.ones(len(gain))).fit(cov_type="cluster", cov_kwds={"groups": groups})
    found = jackknife(gain - gain.mean(), groups)
    assert found.value**0.5 == pytest.approx(float(fitted.bse[0]), rel=0.02)


def test_the_jackknife_leaves_out_one_group_at_a_time():
    gain, groups = in_groups(np.random.default_rng(1), 9, 4)
    without = np.array([gain[groups != group].mean() for group in range(9)])
    brute = 8 / 9 * ((without - gain.mean()) ** 2).sum()
    assert jackknife(gain - gain.mean(), groups).value == pytest.approx(brute)


@pytest.mark.parametrize("name", ["accuracy", "f1", "roc_auc", "log_loss"])
def test_bounds_of_classes_are_those_of_drawing_groups_anew(name):
    rng = np.random.default_rng(2)
    groups = np.repeat(np.arange(80), 5)
    truth = (rng.random(400) < 0.4).astype(int)

    def scores(sharp):
        score = 1 / (1 + np.exp(-sharp * (truth - 0.5) - rng.normal(size=400)))
        return of(np.column_stack([1 - score, score]))

    before, after = scores(1.0), scores(1 + 2 * rng.normal(size=80)[groups])
    metric = METRICS[name]
    found, why = metric.compare_together(truth, before, after, 0.05, Together(groups))
    assert (why.kind, why.groups) == ("groups", 80)
    assert why.ratio > 1.2

    def gain(drawn):
        rows = (np.asarray(drawn)[:, None] * 5 + np.arange(5)).ravel()
        values = [metric.of_rows(truth[rows], each.at(rows)) for each in (before, after)]
        return metric.gain(*values)

    oracle = stats.bootstrap(
        (np.arange(80),), gain, vectorized=False, method="percentile", confidence_level=0.9, n_resamples=300,
        rng=0,
    ).confidence_interval  # fmt: skip
    assert found.high - found.low == pytest.approx(oracle.high - oracle.low, rel=0.2)


@pytest.mark.parametrize("name", ["mae", "rmse", "bias", "r2"])
def test_bounds_of_amounts_are_those_of_drawing_groups_anew(name):
    rng = np.random.default_rng(3)
    groups = np.repeat(np.arange(100), 4)
    truth, shift = rng.normal(50, 10, 400), rng.normal(0, 4, 100)[groups]
    truth[::50] = 0
    before = of(truth + 3 + shift + rng.normal(0, 3, 400))
    after = of(truth + 2 + 0.5 * shift + rng.normal(0, 3, 400))
    metric = METRICS[name]
    found, _ = metric.compare_together(truth, before, after, 0.05, Together(groups))

    def gain(drawn):
        rows = (np.asarray(drawn)[:, None] * 4 + np.arange(4)).ravel()
        values = [metric.of_rows(truth[rows], each.at(rows)) for each in (before, after)]
        return metric.gain(*values)

    oracle = stats.bootstrap(
        (np.arange(100),), gain, vectorized=False, method="percentile", confidence_level=0.9, n_resamples=300,
        rng=0,
    ).confidence_interval  # fmt: skip
    assert found.high - found.low == pytest.approx(oracle.high - oracle.low, rel=0.2)


@pytest.mark.parametrize(("count", "size"), [(6, 40), (20, 15), (200, 5)])
def test_equal_models_on_groups_are_promoted_as_seldom_as_is_said(count, size):
    rng, better, rows = np.random.default_rng(4), 0, 0
    for _ in range(400):
        gain, groups = in_groups(rng, count, size)
        better += judged(gain, Together(groups))[0].low > 0
        rows += paired.loss(gain, 0 * gain, 0.05).low > 0
    assert better <= stats.binom.ppf(0.99, 400, 0.05)
    assert rows > 2 * better


@pytest.mark.parametrize("days", [15, 60, 200])
def test_equal_models_on_hours_of_days_are_promoted_as_seldom_as_is_said(days):
    rng, better = np.random.default_rng(5), 0
    times = pd.Series(pd.date_range("2024-01-01", periods=24 * days, freq="h"))
    together, day = rows_together(None, times), np.arange(24 * days) // 24
    for _ in range(400):
        gain = rng.normal(size=24 * days) + 0.5 * rng.normal(size=days)[day]
        better += judged(gain, together)[0].low > 0
    assert better <= stats.binom.ppf(0.99, 400, 0.05)


def test_independent_rows_lose_next_to_nothing():
    """Of gains that rows show in four of five holdouts, those with an order show at least three of four."""
    rng, by_rows, by_time, by_groups = np.random.default_rng(6), 0, 0, 0
    times = pd.Series(pd.date_range("2024-01-01", periods=1000, freq="h"))
    together, groups = rows_together(None, times), Together(np.arange(1000) // 5)
    for _ in range(400):
        gain = rng.normal(2.5 / 1000**0.5, 1, 1000)
        by_rows += paired.loss(gain, 0 * gain, 0.05).low > 0
        by_time += judged(gain, together)[0].low > 0
        by_groups += judged(gain, groups)[0].low > 0
    assert by_rows > 300
    assert min(by_time, by_groups) > 0.93 * by_rows


@pytest.mark.parametrize("draw", [np.random.Generator.normal, np.random.Generator.standard_exponential])
def test_the_test_of_time_errs_as_often_as_it_says(draw):
    rng, block = np.random.default_rng(7), np.repeat(np.arange(30), 20)
    p = []
    for _ in range(800):
        noise = draw(rng, size=600)
        p.append(together_in_time(noise - noise.mean(), block))
    assert stats.binom.ppf(0.001, 800, 0.2) <= (np.array(p) < 0.2).sum() <= stats.binom.ppf(0.999, 800, 0.2)


def test_groups_and_time_both_count():
    rng = np.random.default_rng(8)
    group, day = np.tile(np.arange(30), 60), np.repeat(np.arange(60), 30)
    gain = rng.normal(size=1800) + rng.normal(size=30)[group] + rng.normal(size=60)[day]
    wide, why = judged(gain, Together(group, {"day": day}))
    assert (why.kind, why.groups, why.block, why.blocks) == ("groups and time", 30, "day", 60)
    alone = [judged(gain, Together(group))[0], judged(gain, Together(None, {"day": day}))[0]]
    assert wide.high - wide.low > max(one.high - one.low for one in alone)


def test_what_rows_of_a_group_share_is_no_matter_of_time():
    """Groups whose rows all arrive on one day: the days alone hang together, given the groups they do not."""
    rng = np.random.default_rng(9)
    gain, groups = in_groups(rng, 240, 8, common=2.0)
    day = groups // 6
    assert judged(gain, Together(None, {"day": day}))[1].kind == "time"
    assert judged(gain, Together(groups, {"day": day}))[1].kind == "groups"


def test_bounds_are_never_closer_than_those_of_rows():
    gain = np.tile([1.0, -1.0], 100)
    same, why = judged(gain, Together(np.repeat(np.arange(100), 2)))
    rows = paired.loss(gain, 0 * gain, 0.05)
    assert why.ratio == 1
    assert same.low <= rows.low
    assert same.high >= rows.high


def test_equal_models_and_one_group_say_what_rows_say():
    gain = np.zeros(300)
    assert judged(gain, Together(np.arange(300) % 7))[1] == Dependence()
    gain = np.random.default_rng(10).normal(size=300)
    one, why = judged(gain, Together(np.zeros(300, dtype=int)))
    assert (one, why.kind, why.groups) == (paired.loss(gain, 0 * gain, 0.05), "rows", 1)


@pytest.mark.parametrize(("level", "kind"), [(0.0, "rows"), (1.0, "time")])
def test_the_level_of_the_test_decides_whether_blocks_count(level, kind):
    gain = np.random.default_rng(11).normal(size=400)
    together = rows_together(None, pd.Series(np.arange(400)))
    rules = dependence.DependenceRules(level=level)
    seen = allow_for(paired.loss(gain, 0 * gain, 0.05), gain - gain.mean(), together, 0.05, rules)[1]
    assert seen.kind == kind


def test_blocks_are_calendar_units_with_enough_of_them_and_stretches_of_rows():
    hours = pd.Series(pd.date_range("2024-01-01", periods=24 * 90, freq="h"))
    units = {name: len(np.unique(block)) for name, block in rows_together(None, hours).blocks.items()}
    assert units == {"day": 90, "week": 13, "108 rows": 20, "216 rows": 10}
    assert rows_together(None, hours.head(199)).blocks.keys() == set()
    assert rows_together(None, None).groups is None


@pytest.mark.parametrize(("days", "needed"), [(20, True), (21, False)])
def test_rows_that_are_as_good_as_fewer_than_twenty_independent_ones_are_too_few(days, needed):
    """Days of which all rows are alike: as many independent rows as days, but for one degree of freedom."""
    gain = np.repeat(np.where(np.arange(days) % 2, 1.0, -1.0), 40)
    gain += np.where(np.arange(len(gain)) % 2, 1e-6, -1e-6)
    block = np.repeat(np.arange(days), 40)
    _, why = judged(gain, Together(blocks={"day": block}))
    worth = len(gain) / why.ratio
    assert why.block == "day"
    assert (why.rows_needed is not None) is (worth < 20)
    assert (worth < 20) is needed
    if needed:
        assert why.rows_needed == pytest.approx(20 * why.ratio, abs=1)


def test_of_a_small_segment_a_chance_ratio_does_not_take_the_interval():
    """Sixty rows of which the blocks vary a little more than by chance are worth fewer than twenty."""
    rng = np.random.default_rng(5)
    block = np.repeat(np.arange(12), 5)
    gain = rng.normal(size=60) + 2 * rng.normal(size=12)[block]
    _, why = judged(gain, Together(blocks={"day": block}))
    assert (60 / why.ratio < 20, why.kind, why.rows_needed) == (True, "time", None)


def test_groups_alone_are_never_too_few_for_an_interval():
    gain, groups = in_groups(np.random.default_rng(7), 6, 50, common=3.0)
    assert judged(gain, Together(groups))[1].rows_needed is None


def test_what_lasts_longer_than_a_tenth_of_the_rows_is_not_called_by_mistake():
    """Three hundred hours with an autocorrelation of .95: a quarter of equal models would be called."""
    from scipy.signal import lfilter

    rng, calls = np.random.default_rng(3), 0
    times = pd.Series(pd.date_range("2024-01-01", periods=300, freq="h"))
    together = rows_together(None, times)
    for _ in range(150):
        gain = lfilter([1], [1, -0.95], rng.normal(size=800))[500:]
        wide, why = judged(gain, together)
        calls += (wide.low > 0 or wide.high < 0) and why.rows_needed is None
    assert calls <= stats.binom.ppf(0.999, 150, 0.1)
