"""Broken here: a range names a parameter that its recipe does not have, or that makes it fail."""

import sys
import warnings
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.tree import DecisionTreeClassifier

from core.errors import RetrainError
from core.model import ModelSpec, Roles
from core.training.boosters.numbered_classes import NumberedClasses
from core.training.encoders import packages
from core.training.fingerprint import estimator_parameters
from core.training.fit import learning
from core.training.recipes import RECIPES, build, recipes_for
from core.training.search.catalogue import SPACES, space_for
from core.training.search.sampler import Tried, propose

RNG = np.random.default_rng(0)
FRAMES = {
    "record": pd.DataFrame(
        {"a": RNG.normal(size=120), "b": pd.Series(RNG.choice(["x", "y"], 120), dtype=object)}
    ),
    "text": pd.DataFrame(
        {"t": pd.Series([f"word{n % 7} and word{n % 5}" for n in range(120)], dtype=object)}
    ),
}


def cases():
    for recipe in RECIPES.values():
        for task in ("binary", "regression"):
            if recipe.item in FRAMES and recipe.make(task) and recipe.installed:
                yield pytest.param(recipe, task, id=f"{recipe.name} {task}")


@pytest.mark.parametrize(("recipe", "task"), list(cases()))
def test_points_of_every_range_can_be_fitted(recipe, task):
    classes = ("no", "yes") if task == "binary" else ()
    spec = ModelSpec(1, "m", task, recipe.item, classes, Roles("y"), "m", "accuracy", 0.02, "month")
    X, tried = FRAMES[recipe.item], []
    y = np.arange(120) % 2
    y = np.array(["no", "yes"], dtype=object)[y] if classes else y.astype(float)
    for seed in range(2):
        point = propose(space_for(recipe.name, task), tried, seed)
        tried.append(Tried(point, 0.0))
        rounds = ("max_iter", "n_estimators", "iterations")
        fast = {name: 60 for name in point if name.endswith(rounds)}
        model = build(recipe.name, X, spec, 0).set_params(**{**point, **fast})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(X, y)
        assert len(model.predict(X)) == 120
        assert set(point) <= set(estimator_parameters(model))


def test_every_recipe_has_ranges():
    assert set(SPACES) == set(RECIPES)


@pytest.mark.parametrize("name", ["lightgbm", "xgboost", "catboost"])
def test_a_recipe_of_a_package_that_is_not_there_is_not_offered_and_says_so(monkeypatch, name):
    spec = ModelSpec(1, "m", "binary", "record", ("n", "y"), Roles("y"), "m", "accuracy", 0.02, "month")
    monkeypatch.setattr(packages, "find_spec", lambda _name: object())
    assert name in {recipe.name for recipe in recipes_for("record", "binary", every=True)}
    monkeypatch.setattr(packages, "find_spec", lambda _name: None)
    assert name not in {recipe.name for recipe in recipes_for("record", "binary", every=True)}
    with pytest.raises(RetrainError, match=f"needs the package {name}, which is not installed"):
        build(name, FRAMES["record"], spec, 0)


def quantile_recipes():
    return [recipe.name for recipe in RECIPES.values() if recipe.quantile and recipe.installed]


@pytest.mark.parametrize("name", quantile_recipes())
def test_of_a_quantile_loss_the_quantile_is_learnt_and_of_another_metric_the_mean(name):
    X = pd.DataFrame({"a": np.arange(2_000) % 2})
    y = np.random.default_rng(1).exponential(size=2_000)
    below = {}
    for metric in ("pinball@0.9", "mae"):
        spec = ModelSpec(1, "m", "regression", "record", (), Roles("y"), "m", metric, 0.02, "month")
        below[metric] = float((y <= build(name, X, spec, 0).fit(X, y).predict(X)).mean())
    assert below["pinball@0.9"] == pytest.approx(0.9, abs=0.02)
    # of an exponential distribution 1 - 1/e lie below the mean
    assert below["mae"] == pytest.approx(0.632, abs=0.03)


def test_numbered_classes_keep_labels_weights_and_their_order():
    X = np.array([[0.0], [0.0], [0.0], [1.0]])
    y = np.array(["b", "a", "a", "c"], dtype=object)
    model = NumberedClasses(DecisionTreeClassifier()).fit(X, y, sample_weight=np.array([3.0, 1.0, 1.0, 1.0]))
    assert list(model.classes_) == ["a", "b", "c"]
    assert model.predict(X).tolist() == ["b", "b", "b", "c"]
    assert model.predict_proba(X)[0] == pytest.approx([0.4, 0.6, 0.0])
    assert NumberedClasses(DecisionTreeClassifier()).fit(X, y).predict(X).tolist() == ["a", "a", "a", "c"]


def test_only_the_usual_recipes_are_tried_unasked():
    usual = {recipe.name for recipe in recipes_for("record", "binary")}
    assert usual == {"hist_gradient_boosting", "logistic_regression", "extra_trees"}


def test_what_a_library_refuses_by_an_error_of_its_own_is_told_in_words(monkeypatch):
    class CatBoostError(Exception):
        pass

    monkeypatch.setitem(sys.modules, "catboost", SimpleNamespace(CatBoostError=CatBoostError))
    with pytest.raises(RetrainError, match="All features are constant"), learning():
        raise CatBoostError("All features are constant")
