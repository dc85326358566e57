"""Broken here: what a few labels of the newest rows say of all of them."""

from dataclasses import replace

import numpy as np
import pytest

from core.health.assess import assess
from core.health.performance.metrics import measure
from core.health.profiles.history import Chunk, History
from core.health.report.compose import compose
from core.health.tasks.confidence import learn_confidence
from core.health.tasks.direct_loss import DirectLossEstimator
from core.health.tasks.few_labels import Losses, assisted_mean
from core.stats.metrics import METRICS
from tests.health import amounts
from tests.health.test_assess import FACTS, MONTHS, SPEC


def sample(n, few, seed):
    """(n,) which rows have a label, at random."""
    labelled = np.zeros(n, dtype=bool)
    labelled[np.random.default_rng(seed).permutation(n)[:few]] = True
    return labelled


def test_the_mean_is_that_of_the_regression_estimator():
    """Cochran 1977, 7.1: mean of the labelled + slope * (mean expectation of all - of the labelled)."""
    rng = np.random.default_rng(0)
    group = rng.integers(0, 5, 400)
    expected, labelled = np.array([1.0, 1.5, 2.0, 3.0, 5.0]), sample(400, 80, 1)
    y = expected[group] * rng.random(400)
    f, few = expected[group], labelled

    def sums(weights):
        return np.bincount(group, weights, minlength=5)

    losses = Losses(sums(np.ones(400)), sums(few * 1.0), sums(few * y), sums(few * y**2), expected)
    mean, variance, n = assisted_mean(losses)
    slope = np.cov(y[few], f[few])[0, 1] / np.var(f[few], ddof=1)
    assert n == 80
    assert mean == pytest.approx(y[few].mean() + slope * (f.mean() - f[few].mean()))
    residual = y[few] - slope * f[few]
    assert variance == pytest.approx(((residual - residual.mean()) ** 2).sum() / 78 / 80 * (1 - 80 / 400))


def test_the_band_holds_where_the_relation_changed_unlike_that_of_the_estimate(count, two_classes, profile):
    names = ("accuracy", "log_loss", "brier")
    inside, alone, widths, by_labels = [], [], [], []
    estimator = learn_confidence(profile(4_000, 0))
    for seed in range(80):
        y, scores, _ = two_classes(1_000, 100 + seed, slope=0.6)
        chunk = count(y, scores, labelled=sample(1_000, 100, seed))
        real = {name: measure(METRICS[name], count(y, scores)).value for name in names}
        values, guesses = estimator.assist(chunk), estimator.estimate(chunk)
        inside.append([values[name].low <= real[name] <= values[name].high for name in names])
        alone.append([guesses[name].low <= real[name] <= guesses[name].high for name in names])
        widths.append(values["accuracy"].high - values["accuracy"].low)
        few = measure(METRICS["accuracy"], chunk)
        by_labels.append(few.high - few.low)
    assert (np.mean(inside, axis=0) >= 0.9).all(), np.mean(inside, axis=0)
    assert np.mean(alone) < 0.1
    assert np.mean(widths) < np.mean(by_labels)


def test_the_band_of_errors_holds_and_is_narrower_than_that_of_the_labels():
    names = ("mae", "rmse", "bias")
    inside, widths, by_labels = [], [], []
    estimator = DirectLossEstimator(amounts.profile(4_000, 0).errors)
    for seed in range(80):
        label, predictions, x = amounts.simulate(1_000, 100 + seed, spread=0.6)
        labelled = sample(1_000, 150, seed)
        chunk = amounts.count(np.where(labelled, label, np.nan), predictions, x)
        real = {name: measure(METRICS[name], amounts.count(label, predictions, x)).value for name in names}
        values = estimator.assist(chunk)
        inside.append([values[name].low <= real[name] <= values[name].high for name in names])
        widths.append(values["mae"].high - values["mae"].low)
        few = measure(METRICS["mae"], chunk)
        by_labels.append(few.high - few.low)
    assert (np.mean(inside, axis=0) >= 0.89).all(), np.mean(inside, axis=0)
    assert np.mean(widths) < 0.95 * np.mean(by_labels)


@pytest.mark.parametrize(("few", "helps"), [(49, False), (50, True), (250, True), (251, False)])
def test_fifty_labels_help_until_half_of_the_rows_have_one(count, two_classes, profile, few, helps):
    y, scores, _ = two_classes(500, 1)
    chunk = count(y, scores, labelled=sample(500, few, 0))
    assert bool(learn_confidence(profile(2_000, 0)).assist(chunk)) is helps
    label, predictions, x = amounts.simulate(500, 1)
    errors = amounts.count(np.where(sample(500, few, 0), label, np.nan), predictions, x)
    assert bool(DirectLossEstimator(amounts.profile(2_000, 0).errors).assist(errors)) is helps


def test_labels_that_are_all_right_leave_some_doubt(count, two_classes, profile):
    _, scores, _ = two_classes(1_000, 1)
    chunk = count(scores.argmax(1), scores, labelled=sample(1_000, 60, 0))
    value = learn_confidence(profile(2_000, 0)).assist(chunk)["accuracy"]
    assert value.low < 0.99 < value.high <= 1


def test_the_document_says_how_it_was_estimated(count, two_classes, layout):
    def chunk(seed, few=800, above=0):
        y, scores, x = two_classes(800, seed)
        x[:above] = 7.0
        return count(y, scores, x=x, towns=["a"] * 400 + ["b"] * 400, labelled=sample(800, few, seed))

    log = [chunk(10), chunk(11, few=0), chunk(12, few=120), chunk(13, few=120, above=300)]
    chunks = [Chunk(key, each) for key, each in zip(MONTHS, [*map(chunk, range(4)), *log], strict=False)]
    history = History(layout, tuple(chunks[:4]), tuple(chunks[4:]))
    spec = replace(SPEC, metric="accuracy", tolerance=0.1)
    entries = compose(spec, assess(history, METRICS["accuracy"], 0.1), FACTS)["chunks"]
    methods = [entry["estimated"]["accuracy"]["method"] for entry in entries]
    assert methods == ["confidence", "confidence", "few_labels", "few_labels"]
    assert entries[2]["estimated"]["f1"]["method"] == "confidence"
    assert set(entries[3]["estimated"]) == {"accuracy", "log_loss", "brier"}
    assert not any("not_estimated" in entry for entry in entries)
