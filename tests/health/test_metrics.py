"""Broken here: a number on the Health page; the oracles are scikit-learn and statsmodels."""

import numpy as np
import pytest
from sklearn import metrics as oracle
from statsmodels.stats.proportion import proportion_confint

from core.health.performance.metrics import measure
from core.health.profiles.layout import Layout
from core.stats.auc import area
from core.stats.intervals import wilson
from core.stats.metrics import METRICS, default_metric, metrics_for

TOLERANCE = {"roc_auc": 2e-4}


def test_two_classes_agree_with_scikit_learn(count, two_classes):
    y, scores, _ = two_classes(3000, 0)
    profile, p = count(y, scores), scores.argmax(1)
    wanted = {
        "accuracy": oracle.accuracy_score(y, p),
        "balanced_accuracy": oracle.balanced_accuracy_score(y, p),
        "f1": oracle.f1_score(y, p),
        "precision": oracle.precision_score(y, p),
        "recall": oracle.recall_score(y, p),
        "roc_auc": oracle.roc_auc_score(y, scores[:, 1]),
        "log_loss": oracle.log_loss(y, scores),
        "brier": oracle.brier_score_loss(y, scores[:, 1]),
    }
    assert set(wanted) == set(metrics_for("binary"))
    for name, value in wanted.items():
        found = measure(METRICS[name], profile)
        assert found.value == pytest.approx(value, abs=TOLERANCE.get(name, 1e-9)), name
        assert found.low < found.value < found.high
        assert found.n == 3000


def test_many_classes_agree_with_scikit_learn(count):
    rng = np.random.default_rng(1)
    layout = Layout(("a", "b", "c", "d"), 256)
    y = rng.integers(0, 4, 2000)
    scores = rng.dirichlet(np.ones(4), 2000) + np.eye(4)[y] * 0.7
    scores /= scores.sum(1, keepdims=True)
    profile, p = count(y, scores, layout=layout), scores.argmax(1)
    wanted = {
        "accuracy": oracle.accuracy_score(y, p),
        "balanced_accuracy": oracle.balanced_accuracy_score(y, p),
        "f1": oracle.f1_score(y, p, average="macro"),
        "precision": oracle.precision_score(y, p, average="macro"),
        "recall": oracle.recall_score(y, p, average="macro"),
        "roc_auc": oracle.roc_auc_score(y, scores, multi_class="ovr"),
        "log_loss": oracle.log_loss(y, scores),
    }
    for name, value in wanted.items():
        assert measure(METRICS[name], profile).value == pytest.approx(
            value, abs=5e-4 if name == "roc_auc" else 1e-9
        )


@pytest.mark.parametrize("name", metrics_for("binary"))
def test_bands_are_as_wide_as_the_spread_of_fresh_samples(profile, name):
    found = [measure(METRICS[name], profile(400, seed)) for seed in range(150)]
    spread = np.std([each.value for each in found])
    said = np.sqrt(np.mean([each.variance for each in found]))
    assert 0.8 < said / spread < 1.25


def test_wilson_agrees_with_statsmodels():
    for successes, n in [(0, 20), (17, 20), (20, 20), (871, 1000)]:
        assert wilson(successes, n) == pytest.approx(proportion_confint(successes, n, method="wilson"))


def test_ties_count_half_in_the_area():
    assert area(np.array([0.0, 4.0]), np.array([0.0, 4.0])) == 0.5


def test_too_few_labels_give_no_number(count, two_classes):
    y, scores, _ = two_classes(200, 0)
    assert measure(METRICS["accuracy"], count(y, scores, labelled=np.arange(200) < 19)) is None
    one_class = np.zeros(200, dtype=int)
    assert measure(METRICS["roc_auc"], count(one_class, scores)) is None
    assert measure(METRICS["accuracy"], count(one_class, scores)) is not None


def test_every_task_has_a_metric_of_record():
    assert {default_metric("binary"), default_metric("multiclass")} <= set(METRICS)
