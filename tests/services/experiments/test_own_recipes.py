"""Broken here: the user's own code is trained unlooked at, or anybody can name code to run."""

import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Perceptron
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder

from core.errors import RetrainError
from core.services.experiments import retrain
from core.services.experiments.recipes.own_recipes import make as make_own
from core.services.experiments.recipes.own_recipes import names
from core.services.experiments.recipes.own_recipes import title as own_title
from core.services.experiments.recipes.titles import title
from tests.services.retrain_world import NAME, install, make, make_numbers, run_retrain

HERE = __name__


def make_estimator():
    """What a user configures: it reads the columns as they are."""
    return make_pipeline(OneHotEncoder(handle_unknown="ignore"), RandomForestClassifier(20, random_state=0))


def made_of_numbers():
    """It cannot read texts."""
    return LogisticRegression()


def without_chances():
    """It has no probabilities."""
    return Perceptron()


def not_to_be_saved():
    """A type of our own, which nobody trusts."""
    return make_pipeline(
        FunctionTransformer(_same), OneHotEncoder(handle_unknown="ignore"), LogisticRegression()
    )


def with_a_part_that_has_no_form():
    """Two runs of it could not be told apart, or together."""
    return make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression(C=object()))


def _same(rows):
    return rows


@pytest.fixture
def world(tmp_path):
    ws, spec = make(tmp_path / "home")
    return configured(ws, mine=f"{HERE}:make_estimator"), spec


def configured(ws, **estimators):
    object.__setattr__(ws, "settings", ws.settings.model_copy(update={"estimators": estimators}))
    return ws


def test_own_code_is_a_recipe_like_the_others(world, monkeypatch, tmp_path):
    install(monkeypatch)
    ws, _ = world
    assert names(ws.settings) == ["entry:mine"]
    assert own_title("entry:mine") == title("entry:mine") == "mine (own code)"
    made = run_retrain(ws, tmp_path / "work", recipes=["entry:mine"])
    trial = made["trials"][0]
    assert (trial["status"], trial["recipe"]) == ("trained", "entry:mine")
    again = run_retrain(ws, tmp_path / "more", recipes=["entry:mine"])
    assert again["trials"][0]["status"] == "reused"
    assert "entry:mine" in [plan.recipe for plan in retrain.plan(ws, NAME, [], "eve")]


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (f"{HERE}:made_of_numbers", "fails on"),
        (f"{HERE}:without_chances", "has no predict_proba"),
        (f"{HERE}:not_to_be_saved", "cannot be kept safely"),
        (f"{HERE}:with_a_part_that_has_no_form", "cannot be told from other experiments"),
        (f"{HERE}:nothing", "cannot be used"),
        ("no_such_module_at_all:make", "cannot be used"),
        ("os; import sys", "names no function"),
    ],
)
def test_code_that_would_fail_after_hours_fails_at_once(world, where, said):
    ws, _ = world
    with pytest.raises(RetrainError, match=said) as refused:
        retrain.plan(configured(ws, mine=where), NAME, ["entry:mine"], "eve")
    assert refused.value.hint


def test_code_that_the_configuration_does_not_name_is_never_imported(world):
    ws, spec = world
    for recipe in ("entry:other", f"entry:{HERE}:make_estimator", "entry:os:getcwd"):
        with pytest.raises(RetrainError, match="There is no recipe") as refused:
            make_own(ws.settings, recipe, spec, None, None)
        assert "CARETAKER_ESTIMATORS" in refused.value.hint


def test_a_classifier_of_numbers_is_refused_by_name_and_not_when_models_are_stacked(tmp_path):
    """Each number is a class to it: it can be fitted and asked, and no stack takes it."""
    ws, _ = make_numbers(tmp_path / "home")
    with pytest.raises(RetrainError, match="no regressor: m predicts numbers") as refused:
        retrain.plan(configured(ws, mine=f"{HERE}:make_estimator"), NAME, ["entry:mine"], "eve")
    assert "RegressorMixin" in refused.value.hint
