"""Broken here: a user's transformer is tried unlooked at, or fails after an hour in place of at once."""

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, TransformerMixin

from core.services.experiments.recipes import own_transformers
from core.services.experiments.search import search_views
from tests.services.retrain_world import NAME, install, make, run_search, table

HERE = __name__


class Squares(TransformerMixin, BaseEstimator):
    """What a user configures: a column more, one less."""

    def fit(self, X, _y=None):
        """Learn a mean."""
        self.mean_ = float(X["a"].mean())
        return self

    def transform(self, X):
        """The other table."""
        return X.assign(square=(X["a"] - self.mean_) ** 2, kind=np.where(X["a"] > 0, "up", "down")).drop(
            columns="b"
        )


class Untrusted(Squares):
    """The same; nobody trusts its module."""


class ToNumbers(Squares):
    """It gives an array."""

    def transform(self, X):
        """The other table."""
        return X[["a"]].to_numpy()


class Shorter(Squares):
    """It loses rows."""

    def transform(self, X):
        """The other table."""
        return X.iloc[1:]


class OfMany(Squares):
    """Other columns for one row."""

    def transform(self, X):
        """The other table."""
        return X if len(X) > 1 else X[["a"]]


class Failing(Squares):
    """It reads a column that is not there."""

    def fit(self, X, _y=None):
        """Fails."""
        return X["gone"]


def configured(ws, trusted=(f"{HERE}.",), **transformers):
    update = {"transformers": transformers, "trusted_model_types": trusted}
    object.__setattr__(ws, "settings", ws.settings.model_copy(update=update))
    return ws


@pytest.fixture
def world(tmp_path):
    return make(tmp_path / "home")


def offer(ws, spec):
    rows = table(300)
    X, y = rows[["a", "b", "town"]], rows["_label"]
    return own_transformers.offer(ws.settings, spec, X, y, np.arange(120))


def test_a_transformer_is_an_experiment_with_its_own_effect(world, tmp_path, monkeypatch):
    ws, _ = world
    install(monkeypatch)
    configured(ws, mine=f"{HERE}:Squares", broken=f"{HERE}:Failing")
    made = run_search(ws, tmp_path / "work", monkeypatch, most=2, parts=("features",))
    lines = {line.what: line for line in search_views.state(ws, NAME).lines}
    line = lines["Logistic regression, columns by mine (own code)"]
    assert line.effect is not None
    assert [problem.split(" fails")[0] for problem in made["searched"]["problems"]] == [f"{HERE}:Failing"]
    again = run_search(ws, tmp_path / "two", monkeypatch, most=0, job_id="job-2", parts=("features",))
    assert again["searched"]["tried"] == 0


def test_it_is_said_which_columns_come_and_go(world):
    ws, spec = world
    made = offer(configured(ws, mine=f"{HERE}:Squares"), spec)
    (derivation,) = made.derivations
    ready = made.steps[derivation.digest]
    assert (ready.numeric, ready.categorical, ready.absent) == (("square",), ("kind",), ("b",))
    assert made.problems == []


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("ToNumbers", "does not give a DataFrame of the same rows"),
        ("Shorter", "does not give a DataFrame of the same rows"),
        ("OfMany", "gives other columns for one row than for many"),
        ("Failing", "fails on"),
        ("gone", "cannot be used"),
        ("NAME", "cannot be used"),
    ],
)
def test_what_cannot_be_one_is_named_at_once(world, name, why):
    ws, spec = world
    made = offer(configured(ws, mine=f"{HERE}:{name}"), spec)
    assert made.derivations == []
    assert why in made.problems[0]


def test_a_type_that_nobody_trusts_is_not_tried(world):
    ws, spec = world
    made = offer(configured(ws, trusted=(), mine=f"{HERE}:Untrusted"), spec)
    assert made.derivations == []
    assert "cannot be kept safely" in made.problems[0]


def test_changed_parameters_are_another_experiment(world, monkeypatch):
    ws, spec = world
    first = offer(configured(ws, mine=f"{HERE}:Squares"), spec).derivations[0]
    monkeypatch.setattr(own_transformers.own_recipes, "file_digest", lambda _where: "changed")
    assert offer(ws, spec).derivations[0].digest != first.digest


def test_pictures_and_texts_have_no_columns_to_change(world):
    ws, spec = world
    from dataclasses import replace

    text = replace(spec, item="text")
    rows = pd.DataFrame({"a": ["x"] * 50})
    made = own_transformers.offer(
        configured(ws, mine=f"{HERE}:Squares").settings, text, rows, rows["a"], np.arange(20)
    )
    assert (made.derivations, made.problems) == ([], [])
