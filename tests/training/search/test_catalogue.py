"""Broken here: a range names a parameter that its recipe does not have, or that makes it fail."""

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import ConvergenceWarning

from core.errors import RetrainError
from core.model import ModelSpec, Roles
from core.training import recipes
from core.training.fingerprint import estimator_parameters
from core.training.recipes import RECIPES, build, recipes_for
from core.training.search.catalogue import SPACES
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
        point = propose(SPACES[recipe.name], tried, seed)
        tried.append(Tried(point, 0.0))
        fast = {name: 60 for name in point if name.endswith(("max_iter", "n_estimators"))}
        model = build(recipe.name, X, spec, 0).set_params(**{**point, **fast})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(X, y)
        assert len(model.predict(X)) == 120
        assert set(point) <= set(estimator_parameters(model))


def test_every_recipe_has_ranges():
    assert set(SPACES) == set(RECIPES)


def test_a_recipe_of_a_package_that_is_not_there_is_not_offered_and_says_so(monkeypatch):
    spec = ModelSpec(1, "m", "binary", "record", ("n", "y"), Roles("y"), "m", "accuracy", 0.02, "month")
    assert "lightgbm" in {recipe.name for recipe in recipes_for("record", "binary", every=True)}
    monkeypatch.setattr(recipes, "find_spec", lambda _name: None)
    assert "lightgbm" not in {recipe.name for recipe in recipes_for("record", "binary", every=True)}
    with pytest.raises(RetrainError, match="not installed"):
        build("lightgbm", FRAMES["record"], spec, 0)


def test_only_the_usual_recipes_are_tried_unasked():
    usual = {recipe.name for recipe in recipes_for("record", "binary")}
    assert usual == {"hist_gradient_boosting", "logistic_regression", "extra_trees"}
