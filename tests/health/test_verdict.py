"""Broken here: a model is called healthy that is not, or a reader is told something that is not so."""

from dataclasses import replace

import numpy as np
import pytest

from core.health.assess import assess
from core.health.attribution.segments import segments
from core.health.profiles.history import Chunk, History
from core.health.report.compose import compose
from core.stats.metrics import METRICS
from tests.benchmarks.label_fit_rates import FOUR, four
from tests.health.test_assess import FACTS, MONTHS, SPEC


@pytest.fixture
def told(layout):
    """The document of reference profiles and log profiles."""

    def make(reference, log, metric="roc_auc", tolerance=0.02):
        chunks = [Chunk(key, each) for key, each in zip(MONTHS, [*reference, *log], strict=False)]
        history = History(layout, tuple(chunks[: len(reference)]), tuple(chunks[len(reference) :]))
        spec = replace(SPEC, metric=metric, tolerance=tolerance)
        return compose(spec, assess(history, METRICS[metric], tolerance), FACTS)

    return make


@pytest.fixture
def shifted(count, two_classes):
    """The ranking stays as it was, but every score is much too high: decisions and calibration are wrong."""

    def make(n, seed):
        y, scores, x = two_classes(n, seed)
        odds = scores[:, 1] / scores[:, 0] * 8
        score = odds / (1 + odds)
        return count(y, np.column_stack([1 - score, score]), x=x, towns=["a"] * n)

    return make


def codes(document):
    """The codes of what is to be done, whose sentences are the suggestion."""
    assert document["suggestion"] == " ".join(step["sentence"] for step in document["steps"])
    return [step["code"] for step in document["steps"]]


def test_nothing_is_to_be_done_of_a_healthy_model(profile, told):
    reference, log = ([profile(4000, start + at) for at in range(4)] for start in (0, 50))
    document = told(reference, log, tolerance=0.1)
    assert document["status"] == "green"
    assert codes(document) == ["CT-H73"]


def test_without_predictions_or_labels_of_the_reference_they_are_asked_for(profile, told):
    assert codes(told([profile(4000, at) for at in range(5)], [])) == ["CT-H71"]
    assert codes(told([], [profile(4000, 9)])) == ["CT-H72"]


def test_a_ranking_that_holds_does_not_hide_errors_and_calibration(profile, shifted, told):
    found = told(
        [profile(4000, at) for at in range(5)],
        [profile(4000, 9), *(shifted(4000, 20 + at) for at in range(3))],
        tolerance=0.04,
    )
    assert found["status"] == "amber"
    assert "healthy" not in found["sentence"]
    assert "more errors in 100" in found["sentence"]
    assert "log-loss" in found["sentence"]
    assert [chunk["status"] for chunk in found["chunks"]] == ["green", "amber", "amber", "amber"]
    assert found["suggestion"] != "Nothing to do."
    assert codes(found) == ["CT-H76"]
    assert [each["metric"] for each in found["losses"]] == ["accuracy", "log_loss", "brier"]
    assert [(each["severity"], each["opened"], each["closed"]) for each in found["alerts"]] == [
        ("amber", found["chunks"][1]["start"], None)
    ] * 3


def test_healthy_streams_are_not_kept_from_green_by_the_other_metrics(profile, told):
    green = 0
    for seed in range(20):
        found = told(
            [profile(4000, 100 * seed + at) for at in range(5)],
            [profile(4000, 100 * seed + 50 + at) for at in range(4)],
            tolerance=0.04,
        )
        green += found["status"] == "green"
    assert green >= 19


def test_a_model_at_chance_is_told_so_first_and_never_called_healthy(profile, told):
    found = told(
        [profile(800, at, slope=0.0) for at in range(5)],
        [profile(800, 50 + at, slope=0.0) for at in range(4)],
        tolerance=0.2,
    )
    assert found["sentence"].startswith(
        "Already in the reference period the model cannot be told from chance"
    )
    assert "4,000 labels" in found["sentence"]
    assert found["status"] == "amber"
    assert codes(found) == ["CT-H82"]


def test_a_score_that_is_turned_round_is_told_so(profile, told):
    found = told([profile(800, at, slope=-3.0) for at in range(5)], [profile(800, 60, slope=-3.0)])
    assert "ranks the wrong way round" in found["sentence"]
    assert found["status"] != "green"


@pytest.mark.parametrize("metric", ["accuracy", "roc_auc"])
def test_several_classes_at_chance_are_told_so_first(metric):
    rng = np.random.default_rng(0)
    known = [four(rng, 500) for _ in range(4)]
    guessed = [four(rng, 500, blind=True) for _ in range(8)]
    for chunks, first in ((known + known, "CT-H04"), (guessed, "CT-H28")):
        months = [Chunk(key, each) for key, each in zip(MONTHS, chunks, strict=False)]
        history = History(FOUR, tuple(months[:4]), tuple(months[4:]))
        found = compose(SPEC, assess(history, METRICS[metric], 0.1), FACTS)
        assert found["findings"][0]["code"] == first


def test_scores_of_the_other_class_are_the_cause_and_an_alert(profile, told):
    found = told([profile(800, at) for at in range(5)], [profile(800, at, slope=-3.0) for at in (8, 9)])
    assert found["causes"][0]["kind"] == "output_fault"
    assert "rank the labels the wrong way round" in found["sentence"]
    assert "CT-H86" in {alert["code"] for alert in found["alerts"] if alert["rule"] == "output_fault"}


def test_a_last_row_is_too_few_to_measure_and_not_without_a_label(profile, told):
    found = told([profile(2000, at) for at in range(5)], [profile(2000, 8), profile(1, 9)])
    assert "The row after" in found["sentence"]
    assert "is too few to measure" in found["sentence"]
    assert "Labels reach" not in found["sentence"]


def test_periods_without_enough_of_a_class_are_judged_together(count, told):
    """Two or three positives a chunk: none can be measured, all of them can."""

    def rare(n, seed, positives):
        rng = np.random.default_rng(seed)
        y = (np.arange(n) < positives).astype(int)
        score = 1 / (1 + np.exp(-rng.normal(np.where(y == 1, 0.5, -4), 1.5)))
        return count(y, np.column_stack([1 - score, score]), x=rng.random(n), towns=["a"] * n)

    found = told(
        [rare(1000, at, 8) for at in range(5)], [rare(1000, 20 + at, 3) for at in range(19)], tolerance=0.1
    )
    assert "All 19,000 labels of the log together" in found["sentence"]
    assert found["suggestion"] == "Choose longer periods in Setup."
    assert codes(found) == ["CT-H78"]
    assert "Labels reach" not in found["sentence"]


def test_labels_of_one_class_do_not_make_a_model_red(profile, count, two_classes, told):
    y, scores, x = two_classes(500, 77)
    one = count(np.zeros_like(y), scores, x=x, towns=["a"] * 500)
    found = told([profile(2000, at) for at in range(5)], [profile(2000, 8), one], metric="accuracy")
    assert found["status"] == "amber"
    assert "All 500 labels are 'no'" in found["sentence"]
    assert found["chunks"][-1]["status"] == "grey"
    assert [alert["rule"] for alert in found["alerts"]] == ["labels"]


def test_a_segment_that_fell_like_the_rest_is_not_named(profile):
    before = {("t", "a"): profile(4000, 0), ("t", "b"): profile(2000, 1)}
    now = {("t", "a"): profile(4000, 2, slope=0.6), ("t", "b"): profile(2000, 3, slope=0.6)}
    found = segments(METRICS["accuracy"], before, now, before["t", "a"])
    assert found[0].share == pytest.approx(found[0].rows, abs=0.1)
    assert not [each for each in found if each.apart]


def test_a_segment_that_fell_more_than_the_rest_stands_apart(profile):
    before = {("t", "a"): profile(4000, 0), ("t", "b"): profile(4000, 1)}
    now = {("t", "a"): profile(4000, 2), ("t", "b"): profile(4000, 3, slope=0.6)}
    found = segments(METRICS["accuracy"], before, now, before["t", "a"])
    assert [(each.value, each.apart) for each in found] == [("b", True), ("a", False)]
    assert found[0].rows == 0.5
