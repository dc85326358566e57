"""Broken here: a number that says how far a regression is off; oracles are scikit-learn and fresh samples."""

import json
from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as oracle

from core.health.assess import assess
from core.health.performance.metrics import measure
from core.health.performance.tolerance import tolerance
from core.health.profiles.history import Chunk, History
from core.health.profiles.profile import Profile
from core.health.report.compose import Facts, compose
from core.health.tasks.direct_loss import DirectLossEstimator
from core.model import ModelSpec, Roles
from core.stats.metrics import METRICS, metrics_for
from tests.health.amounts import LAYOUT, count, profile, simulate

NAMES = metrics_for("regression")
SPEC = ModelSpec(1, "m", "regression", "record", (), Roles("y"), "m", "mae", None, "month")
FACTS = Facts("3", "3", datetime(2016, 1, 1, tzinfo=UTC), 5)
MONTHS = [f"20{year}-{month:02d}" for year in (15, 16) for month in range(1, 13)]


def document(chunks, metric="mae", said=None, reference=6):
    log = [Chunk(key, each) for key, each in zip(MONTHS, chunks, strict=False)]
    history = History(LAYOUT, tuple(log[:reference]), tuple(log[reference:]))
    return compose(SPEC, assess(history, METRICS[metric], said), FACTS)


def test_values_agree_with_scikit_learn():
    label, said, x = simulate(3000, 0, shift=0.3)
    found = {name: measure(METRICS[name], count(label, said, x)) for name in NAMES}
    wanted = {
        "mae": oracle.mean_absolute_error(label, said),
        "rmse": oracle.root_mean_squared_error(label, said),
        "bias": (said - label).mean(),
        "r2": oracle.r2_score(label, said),
    }
    for name, value in wanted.items():
        assert found[name].value == pytest.approx(value, abs=1e-9), name
        assert found[name].low < value < found[name].high
        assert found[name].n == 3000


def test_bands_of_means_agree_with_scipy():
    label, said, x = simulate(25, 1)
    for name, values in (("mae", abs(said - label)), ("bias", said - label)):
        found, wanted = measure(METRICS[name], count(label, said, x)), stats.ttest_1samp(values, 0)
        assert (found.low, found.high) == pytest.approx(tuple(wanted.confidence_interval(0.95)))


@pytest.mark.parametrize("name", NAMES)
def test_bands_are_as_wide_as_the_spread_of_fresh_samples(name):
    found = [measure(METRICS[name], profile(500, seed)) for seed in range(200)]
    said = np.sqrt(np.mean([each.variance for each in found]))
    assert 0.8 < said / np.std([each.value for each in found]) < 1.25


def test_halves_are_the_whole_and_metrics_of_classes_are_not_asked():
    label, said, x = simulate(400, 2)
    whole, parts = (
        count(label, said, x),
        [count(label[s], said[s], x[s]) for s in (slice(90), slice(90, None))],
    )
    joined = parts[0] + parts[1]
    assert np.allclose(joined.errors, whole.errors)
    assert np.allclose(Profile.from_bytes(whole.to_bytes()).cells, joined.cells)
    assert (whole.n, whole.labelled) == (400, 400)
    assert measure(METRICS["accuracy"], whole) is None


def test_what_cannot_be_told_is_not_told():
    label, said, x = simulate(100, 3)
    constant = count(np.full(100, 7.0), said, x)
    assert measure(METRICS["r2"], constant) is None
    assert measure(METRICS["mae"], constant) is not None
    perfect = [measure(METRICS[name], count(label, label, x)) for name in ("mae", "rmse", "bias", "r2")]
    assert [each.value for each in perfect] == [0, 0, 0, 1]
    assert all(each.high - each.low < 1e-5 for each in perfect)
    assert measure(METRICS["mae"], count(np.full(100, 7.0), np.full(100, 7.0), x)) is None
    assert measure(METRICS["mae"], count(label[:19], said[:19], x[:19])) is None
    assert measure(METRICS["mae"], count(np.where(np.arange(100) < 81, np.nan, label), said, x)) is None


def test_large_amounts_keep_their_digits():
    label, said, x = simulate(2000, 4)
    shifted = Profile.empty(LAYOUT)
    assert shifted.labelled == 0
    found = measure(METRICS["r2"], count(label, said, x))
    scaled = count(1e9 * label, 1e9 * said, x)
    assert measure(METRICS["r2"], scaled).value == pytest.approx(found.value, abs=1e-6)


def test_the_estimate_sees_harder_cases_without_labels():
    estimator = DirectLossEstimator(profile(6000, 0).errors)
    label, said, x = simulate(3000, 1)
    hard = abs(said) > 1
    chunk = count(label[hard], said[hard], x[hard])
    silent = estimator.estimate(count(np.full(hard.sum(), np.nan), said[hard], x[hard]))
    assert silent == estimator.estimate(chunk)
    assert silent["mae"].value > 1.3 * measure(METRICS["mae"], profile(6000, 0)).value
    for name in ("mae", "rmse", "bias"):
        assert silent[name].low < measure(METRICS[name], chunk).value < silent[name].high


def test_the_band_of_the_estimate_holds_what_is_realised_later():
    hits = Counter()
    for seed in range(60):
        for names, draw in ((set(NAMES) - {"mape"}, profile), ({"mape"}, prices)):
            chunk, estimator = draw(600, 1000 + seed), DirectLossEstimator(draw(3000, seed).errors)
            found = estimator.estimate(chunk)
            for name in names:
                hits[name] += found[name].low <= measure(METRICS[name], chunk).value <= found[name].high
    assert set(hits) == set(NAMES)
    assert all(count >= 52 for count in hits.values()), hits


def prices(n, seed):
    """Amounts that are not about 0, so that a relative error has a mean."""
    rng = np.random.default_rng(seed)
    said = np.exp(rng.normal(scale=0.5, size=n))
    return count(said * np.exp(rng.normal(scale=0.3, size=n)), said, np.zeros(n))


def test_a_chunk_whose_labels_are_expected_to_be_all_alike_has_no_share_explained():
    """All its predictions lie where the reference period has one label: its spread is 0."""
    alone = np.append(np.full(300, -1.0), 2.9)
    estimator = DirectLossEstimator(count(alone + np.append(np.tile([0.1, -0.3], 150), 0.2), alone).errors)
    guess = estimator.estimate(count(np.full(50, np.nan), np.full(50, 2.9)))
    assert "r2" not in guess
    assert "mae" in guess


def test_a_chunk_without_predictions_has_no_estimate():
    assert DirectLossEstimator(profile(500, 0).errors).estimate(Profile.empty(LAYOUT)) == {}
    none = DirectLossEstimator(count(np.full(50, np.nan), np.zeros(50)).errors)
    assert none.estimate(profile(50, 0)) == {}


def test_a_shift_is_red_and_named_in_the_unit_of_the_label():
    found = document(
        [profile(800, at) for at in range(10)] + [profile(800, 50 + at, shift=5) for at in range(4)]
    )
    assert found["status"] == "red"
    assert found["onset"]["date"] == "2015-11-01"
    assert "it is off by 5.0" in found["sentence"]
    assert "where it was off by 0.2" in found["sentence"]
    assert "it predicts 5.0" in found["sentence"]
    assert "too high on average" in found["sentence"]
    assert [(cause["kind"], cause["code"]) for cause in found["causes"]] == [("inside", "CT-H59")]
    assert "whether the world changed or the labels did is not known yet" in found["sentence"]
    assert found["chunks"][-1]["estimated"]["mae"]["reliable"] is False
    assert not {"%", "errors"} & set(found["sentence"].replace("95 %", "").split())
    assert json.loads(json.dumps(found, allow_nan=False)) == found


def test_amounts_that_are_no_nearer_than_their_mean_are_told_so_first():
    found = document([profile(400, seed, slope=0.0) for seed in range(10)])
    assert found["findings"][0]["code"] == "CT-H28"
    assert "the model cannot be told from chance" in found["findings"][0]["sentence"]
    assert found["status"] == "amber"


def test_larger_errors_in_both_directions_are_no_shift():
    found = document(
        [profile(800, at) for at in range(10)] + [profile(800, 50 + at, spread=2) for at in range(4)]
    )
    assert found["status"] == "red"
    assert "too high" not in found["sentence"]


def test_a_moved_mix_is_named_with_what_it_adds_to_the_mean_error():
    """Large predictions are further off, and x tells which they are; they become many."""

    def rows(seed, keep):
        label, said, _ = simulate(6000, seed)
        hard = abs(said) > 1
        kept = hard | (np.arange(6000) % keep == 0)
        return count(label[kept], said[kept], np.where(hard, 0.9, 0.1)[kept])

    found = document([rows(at, 1) for at in range(6)] + [rows(50 + at, 6) for at in range(4)])
    cause = found["causes"][0]
    assert (cause["kind"], cause["feature"]) == ("mix", "x")
    assert "to the mean error (95 % interval" in cause["sentence"]


@pytest.mark.parametrize(("metric", "said"), [("bias", "too low"), ("rmse", "RMSE"), ("r2", "R²")])
def test_every_metric_can_be_the_one_of_record(metric, said):
    steady = [profile(2500, at, shift=0.02) for at in range(10)]
    fallen = [profile(2500, 50 + at, shift=-2) for at in range(4)]
    found = document(steady + fallen, metric)
    assert (found["status"], found["metric"]) == ("red", metric)
    assert said in found["sentence"]
    assert document(steady, metric, 0.2)["status"] == "green"


def test_a_bias_that_shrinks_is_no_fall():
    found = document(
        [profile(800, at, shift=-0.4) for at in range(8)] + [profile(800, 60 + at) for at in range(4)], "bias"
    )
    assert found["status"] == "green"


def test_the_tolerance_is_a_tenth_unless_said():
    before = profile(3000, 0, shift=0.001)
    value = measure(METRICS["mae"], before).value
    assert tolerance(METRICS["mae"], None, before) == pytest.approx(value / 10)
    assert tolerance(METRICS["bias"], None, before) == pytest.approx(value / 10)
    assert tolerance(METRICS["mae"], 0.7, before) == 0.7
    assert tolerance(METRICS["mae"], None, Profile.empty(LAYOUT)) == 0.0
    label, _, x = simulate(300, 0)
    assert tolerance(METRICS["mae"], None, count(label, label, x)) == pytest.approx(0.001 * label.std())


def test_without_labels_it_says_so():
    def silent(seed):
        label, said, x = simulate(500, seed)
        return count(np.full_like(label, np.nan), said, x)

    found = document([profile(800, at) for at in range(6)] + [silent(9)])
    assert found["status"] == "grey"
    assert "how far off they are" in found["sentence"]
    assert "From its predictions alone" in found["sentence"]
    assert document([silent(at) for at in range(8)])["status"] == "grey"


def test_what_the_expectation_misses_in_the_reference_widens_its_band():
    chunks = [profile(800, at, spread=0.3 + 0.3 * (at % 2)) for at in range(8)]
    found = document(
        [*chunks, *(profile(800, 70 + at, spread=0.3 + 0.3 * (at % 2)) for at in range(8))], reference=8
    )
    assert all(chunk["estimated"]["mae"]["reliable"] for chunk in found["chunks"])
    for chunk in found["chunks"]:
        guess, real = chunk["estimated"]["mae"], chunk["realised"]["mae"]
        assert guess["low"] < real["value"] < guess["high"]


def test_a_bias_around_zero_is_no_loss_and_its_shift_is_dated_right():
    quiet = [document([profile(300, 100 * seed + at) for at in range(20)], "bias") for seed in range(5)]
    assert not [alert for found in quiet for alert in found["alerts"]]
    found = document(
        [profile(300, at) for at in range(12)] + [profile(300, 50 + at, shift=2) for at in range(4)], "bias"
    )
    assert found["onset"]["date"] == "2016-01-01"
