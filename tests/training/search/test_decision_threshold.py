"""A threshold of its own is chosen where it helps beyond chance, and travels with the estimator."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, precision_recall_curve
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from core.registry import files
from core.settings import Settings
from core.stats.measures.cost_matrix import cost_metric
from core.stats.metrics import METRICS
from core.stats.predictions import Predictions
from core.training.classification import Classification
from core.training.search.decision_threshold import choose, decide_from, tune

BLOCKS = np.arange(2_000) % 4


def world(seed, rate=0.15, n=2_000):
    """Calibrated scores of a class that is rare."""
    rng = np.random.default_rng(seed)
    scores = rng.beta(1, 1 / rate - 1, n)
    truth = (rng.random(n) < scores).astype(np.int64)
    return truth, Predictions.from_outputs(np.column_stack([1 - scores, scores]))


def test_it_is_the_threshold_of_the_best_f1_that_scikit_learn_finds():
    truth, made = world(0)
    cut = choose(METRICS["f1"], truth, made.probabilities)
    precision, recall, _ = precision_recall_curve(truth, made.probabilities[:, 1])
    best = (2 * precision * recall / np.maximum(precision + recall, 1e-12)).max()
    assert f1_score(truth, made.probabilities[:, 1] >= cut) == pytest.approx(best, abs=0.01)


def test_costs_are_served_by_the_threshold_that_they_ask_for():
    """Of calibrated scores: cost of a false alarm over the sum of both costs (Elkan 2001)."""
    metric = cost_metric(np.array([[0.0, 1.0], [4.0, 0.0]]), "EUR")
    found = [tune(metric, *world(seed), BLOCKS).threshold for seed in range(20)]
    assert np.median(found) == pytest.approx(0.2, abs=0.03)


def test_the_rows_that_judge_a_threshold_did_not_choose_it():
    truth, made = world(1)
    decided = tune(METRICS["f1"], truth, made, BLOCKS)
    for block in range(4):
        here = block == BLOCKS
        cut = choose(METRICS["f1"], truth[~here], made.probabilities[~here])
        assert (decided.predictions.predicted[here] == (made.probabilities[here, 1] >= cut)).all()
    assert decided.predictions.probabilities is made.probabilities


def test_where_the_own_decisions_are_as_good_as_any_they_stay():
    """Calibrated scores are decided best at one half where accuracy counts; chance is rarely more."""
    tuned = [tune(METRICS["accuracy"], *world(seed, rate=0.4), BLOCKS) for seed in range(40)]
    assert sum(one is not None for one in tuned) <= 3


@pytest.mark.parametrize("name", ["recall", "precision", "roc_auc", "log_loss"])
def test_a_metric_that_one_kind_of_errors_serves_tunes_nothing(name):
    assert tune(METRICS[name], *world(2), BLOCKS) is None


def test_a_model_with_a_rule_of_its_own_keeps_it():
    truth, made = world(4)
    strict = Predictions(made.probabilities, (made.probabilities[:, 1] >= 0.9).astype(np.int64))
    assert tune(METRICS["f1"], truth, strict, BLOCKS) is None


def test_one_class_alone_and_several_classes_tune_nothing():
    truth, made = world(3)
    assert tune(METRICS["f1"], np.zeros_like(truth), made, BLOCKS) is None
    three = Predictions.from_outputs(np.full((2_000, 3), 1 / 3))
    assert tune(METRICS["f1"], truth, three, BLOCKS) is None
    assert tune(METRICS["f1"], truth, made, np.zeros(2_000)) is None


@pytest.mark.parametrize("piped", [True, False])
def test_the_estimator_decides_from_it_saved_opened_and_fitted_again(tmp_path, piped):
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"a": rng.normal(size=300), "b": rng.normal(size=300)})
    y = np.where(X["a"] + rng.normal(size=300) > 1, "yes", "no")
    columns = make_column_transformer((StandardScaler(), ["a", "b"]))
    plain = (make_pipeline(columns, LogisticRegression()) if piped else LogisticRegression()).fit(X, y)
    decider = decide_from(plain, 0.2, "yes")
    path = files.save(decider, tmp_path / "model.skops")
    opened = files.read(Settings(home=tmp_path), path)
    for model in (decider, opened, clone(decider).fit(X, y)):
        assert model.predict_proba(X) == pytest.approx(plain.predict_proba(X))
        assert (model.predict(X) == np.where(plain.predict_proba(X)[:, 1] >= 0.2, "yes", "no")).all()
        assert list(model.feature_names_in_) == ["a", "b"]
        ran = Classification(("no", "yes")).run(model, X)
        assert (ran.predicted == (ran.probabilities[:, 1] >= 0.2)).all()
