"""Cross-validation is honest about copies, rare classes and recipes that cannot learn."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline

from core.errors import RetrainError
from core.model import ModelSpec, Roles
from core.stats.predictions import Predictions
from core.tables.values.content_hash import row_hashes
from core.training.fit import FitRules, assign_folds, fit, scores
from core.training.predictions import predict
from core.training.recipes import build
from core.training.tasks import task_of

of = Predictions.from_outputs

CLASSES = ("no", "yes", "rare")
TASK, BINARY, NUMBERS = task_of(CLASSES), task_of(CLASSES[:2]), task_of(())


def quiet(fraction, message):
    assert 0 <= fraction <= 1
    assert message


def rows(n=200, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    labels = np.array(CLASSES, dtype=object)[y]
    labels[:3] = "rare"
    return pd.DataFrame({"x": y + rng.normal(scale=0.5, size=n)}), pd.Series(labels, dtype=object)


def spec(item="record"):
    return ModelSpec(1, "m", "multiclass", item, CLASSES, Roles("y"), "m", "accuracy", 0.02, "month")


def test_every_row_is_judged_by_a_model_that_did_not_see_it():
    X, y = rows()
    recipe = build("logistic_regression", X, spec(), 0)
    made = fit(recipe, X, y, TASK, metric="accuracy", seed=0, copies=np.arange(200), progress=quiet)
    assert np.allclose(made.out_of_fold.probabilities.sum(axis=1), 1)
    assert 0.7 < made.cv["accuracy"]["value"] < 0.95
    assert made.cv["accuracy"]["low"] < made.cv["accuracy"]["value"] < made.cv["accuracy"]["high"]
    assert not hasattr(recipe, "classes_")
    again = fit(recipe, X, y, TASK, metric="accuracy", seed=0, copies=np.arange(200), progress=quiet)
    assert np.array_equal(made.out_of_fold.outputs, again.out_of_fold.outputs)


@pytest.mark.parametrize("share", [0.6, 0.8, 0.95])
def test_intervals_of_cross_validation_reach_1_96_standard_errors(share):
    """100 draws know a standard error within 7 %: three times that are allowed."""
    truth = (np.arange(2_000) >= share * 2_000).astype(int)
    cv = scores(truth, of(np.tile([0.7, 0.3], (2_000, 1))), "accuracy")["accuracy"]
    reach = 1.96 * np.sqrt(share * (1 - share) / 2_000)
    assert cv["value"] - cv["low"] == pytest.approx(reach, rel=0.21)
    assert cv["high"] - cv["value"] == pytest.approx(reach, rel=0.21)


@pytest.mark.parametrize("rows_in_all", [4_000, 20_000])
def test_the_intervals_of_many_rows_are_those_of_all_their_draws(rows_in_all):
    """Drawing 5,000 of 20,000 rows and scaling must not widen or narrow the interval of an AUC."""
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, rows_in_all)
    score = 1 / (1 + np.exp(-(truth + rng.normal(size=rows_in_all))))
    made = of(np.column_stack([1 - score, score]))
    few = scores(truth, made, "roc_auc")["roc_auc"]
    full = scores(truth, made, "roc_auc", FitRules(draws=400, most_drawn=10**9))["roc_auc"]
    assert few["value"] == full["value"]
    assert few["high"] - few["value"] == pytest.approx(full["high"] - full["value"], rel=0.25)


def test_numbers_are_judged_by_models_that_did_not_see_them():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"x": rng.normal(size=300)})
    y = pd.Series(50 + 10 * X["x"] + rng.normal(size=300))
    recipe = build("ridge", X, replace(spec(), task="regression", classes=()), 0)
    made, again = (
        fit(recipe, X, y, NUMBERS, metric="mae", seed=0, copies=np.arange(300), progress=quiet)
        for _ in range(2)
    )
    assert made.out_of_fold.outputs.shape == (300,)
    assert np.array_equal(made.out_of_fold.outputs, again.out_of_fold.outputs)
    assert set(made.cv) == {"mae", "rmse", "bias", "r2"}
    assert 0.7 < made.cv["mae"]["low"] < made.cv["mae"]["value"] < made.cv["mae"]["high"] < 0.95
    assert made.cv["bias"]["low"] < 0 < made.cv["bias"]["high"]
    assert made.cv["r2"]["value"] > 0.98


def test_a_recipe_that_decides_at_its_own_threshold_is_judged_by_its_own_decisions():
    """Of a rare class the most probable class is nearly always the other one: its recall was nought."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"x": rng.normal(size=600)})
    y = pd.Series(np.where(X["x"] + rng.normal(scale=2, size=600) > 2.5, "yes", "no"), dtype=object)
    own = FixedThresholdClassifier(LogisticRegression(), threshold=0.1, pos_label="yes")
    made = fit(own, X, y, BINARY, metric="recall", seed=0, copies=np.arange(600), progress=quiet)
    decided = made.out_of_fold.predicted
    assert (decided == (made.out_of_fold.probabilities[:, 1] >= 0.1)).all()
    assert made.cv["recall"]["value"] == pytest.approx((decided[y == "yes"] == 1).mean())
    assert made.cv["recall"]["value"] > 0.6


def test_a_model_that_learnt_numbers_for_classes_is_read_by_their_meaning():
    X, y = pd.DataFrame({"x": [0.0, 1.0] * 20}), np.array([0.0, 1.0] * 20)
    said = predict(LogisticRegression().fit(X, y), X, task_of(("0", "1")))
    assert said.probabilities.sum(axis=1) == pytest.approx(1)
    assert said.predicted.tolist() == [0, 1] * 20


def test_copies_never_stand_on_both_sides():
    labels = np.array(["a", "b"] * 60, dtype=object)
    copies = np.repeat(np.arange(40), 3)
    number = assign_folds(task_of(("a", "b")).strata(labels), copies, 0)
    assert all(len(set(number[copies == c])) == 1 for c in range(40))
    assert sorted(np.bincount(number)) == [24] * 5


def test_a_copy_does_not_tell_the_model_its_answer():
    """Labels by lot: a nearest neighbour that has seen the copy of a row knows its label."""
    X = pd.DataFrame({"x": np.repeat(np.random.default_rng(0).normal(size=150), 2)})
    y = pd.Series(np.repeat(np.random.default_rng(1).choice(["no", "yes"], 150), 2), dtype=object)
    knowing = Pipeline([("model", KNeighborsClassifier(1))])
    told, honest = (
        fit(knowing, X, y, BINARY, metric="accuracy", seed=0, copies=copies, progress=quiet)
        for copies in (np.arange(300), row_hashes(X))
    )
    assert told.cv["accuracy"]["value"] > 0.7
    assert honest.cv["accuracy"]["low"] < 0.5 < honest.cv["accuracy"]["high"]


@pytest.mark.parametrize("rows_of_the_rare", [1, 2, 4])
def test_rows_of_rare_classes_are_judged_too(rows_of_the_rare):
    X, y = rows(60)
    y[:] = np.where(np.arange(60) < rows_of_the_rare, "rare", np.where(np.arange(60) % 2, "yes", "no"))
    recipe = build("logistic_regression", X, spec(), 0)
    made = fit(recipe, X, y, TASK, metric="accuracy", seed=0, copies=np.arange(60), progress=quiet)
    assert np.allclose(made.out_of_fold.probabilities.sum(axis=1), 1)


def test_copies_of_a_single_row_are_refused():
    X = pd.DataFrame({"x": np.ones(50)})
    y = pd.Series(["no", "yes"] * 25, dtype=object)
    recipe = build("logistic_regression", X, spec(), 0)
    with pytest.raises(RetrainError, match="cannot learn"):
        fit(recipe, X, y, TASK, metric="accuracy", seed=0, copies=row_hashes(X), progress=quiet)


def test_a_recipe_that_needs_more_rows_of_a_class_says_so():
    X, y = rows()
    X = pd.DataFrame({"image": pd.Series([None] * len(X), dtype=object)})
    recipe = build("pixels_svm", X, spec("image"), 0)
    with pytest.raises(RetrainError, match="cannot learn"):
        fit(recipe, X, y, TASK, metric="accuracy", seed=0, copies=np.arange(200), progress=quiet)


def test_classes_the_model_never_saw_have_probability_zero():
    X, y = rows()
    model = build("logistic_regression", X, spec(), 0).fit(X[y != "rare"], y[y != "rare"])
    said = predict(model, X, TASK)
    assert said.probabilities.shape == (200, 3)
    assert (said.probabilities[:, 2] == 0).all()


def test_labels_that_are_no_class_are_named():
    with pytest.raises(RetrainError, match="maybe"):
        TASK.truth(pd.Series(["no", "maybe"]))
    with pytest.raises(RetrainError, match="not numbers: nan, maybe"):
        NUMBERS.truth(pd.Series([1.0, np.nan, "maybe"]))


def test_the_interval_shrinks_with_the_rows():
    rng = np.random.default_rng(0)
    widths = []
    for n in (100, 1600):
        y = pd.Series(rng.choice(["no", "yes"], n), dtype=object)
        chances = rng.dirichlet(np.ones(2), n)
        found = scores(BINARY.truth(y), of(chances), "roc_auc")
        widths.append(found["roc_auc"]["high"] - found["roc_auc"]["low"])
        assert set(found) == {"roc_auc", "accuracy", "log_loss"}
        assert of(chances).predicted.tolist() == (chances[:, 1] > 0.5).astype(int).tolist()
    assert widths[1] == pytest.approx(widths[0] / 4, rel=0.4)
