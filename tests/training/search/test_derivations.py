"""Broken here: a new column knows the label of its own row, or a model cannot answer rows as they arrive."""

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from core.model import ModelSpec, Roles
from core.training.classification import Classification
from core.training.recipes import build_from, feature_table
from core.training.regression import Regression
from core.training.search.derivations import Derivation, derivations, offer_trends
from core.training.search.derived import DateParts, Products, TargetMeans
from core.training.search.schemes import forward, in_folds

CLASSES = ("a", "b", "c")


def world(n=400, seed=0):
    rng = np.random.default_rng(seed)
    y, days = rng.integers(0, 3, n), pd.date_range("2024-01-01", periods=n, freq="7h")
    X = pd.DataFrame(
        {
            "one": y + rng.normal(size=n),
            "two": rng.normal(size=n) + 3,
            "three": rng.normal(size=n),
            "four": 0.0,
            "town": pd.Series(rng.choice(["x", "y", "z", None], n), dtype=object),
            "sex": pd.Series(rng.choice(["f", "m"], n), dtype=object),
            "day": pd.Series(days.strftime("%Y-%m-%d %H:%M"), dtype=object),
            "code": pd.Series(rng.choice(["2019", "2020", "2021"], n), dtype=object),
        }
    )  # fmt: skip
    return X, np.array(CLASSES, dtype=object)[y], y


def test_each_kind_is_offered_for_the_columns_that_it_can_read():
    X, _, y = world()
    found = derivations(X, y, feature_table(X), np.arange(240), moved=("two", "gone"))
    assert [one.kind for one in found] == ["without", "dates", "target_means", "products"]
    by_kind = {one.kind: one.columns for one in found}
    assert by_kind["without"] == ("two",)
    assert by_kind["dates"] == ("day",)
    assert "town" in by_kind["target_means"]
    assert "sex" not in by_kind["target_means"]
    assert by_kind["products"][0] == "one"
    assert len(by_kind["products"]) == 3
    assert "four" not in by_kind["products"]


def test_a_trend_is_offered_where_amounts_are_judged_forward_in_time():
    copies, amounts, task = np.arange(500, dtype=np.uint64), pd.Series(np.arange(500.0)), Regression()
    ahead, folds = forward(copies), in_folds(np.zeros(500, dtype=int), copies, 0)
    assert [one.name for one in offer_trends("at", ahead, task, amounts)] == ["by share", "by amount"]
    assert [one.name for one in offer_trends("at", ahead, task, amounts - 1)] == ["by amount"]
    assert offer_trends(None, ahead, task, amounts) == []
    assert offer_trends("at", folds, task, amounts) == []
    assert offer_trends("at", ahead, Classification(("a", "b")), amounts) == []


def test_columns_are_chosen_without_the_judged_rows():
    X, _, y = world()
    X.loc[240:, "three"] = 100.0 * y[240:]
    found = {one.kind: one.columns for one in derivations(X, y, feature_table(X), np.arange(240))}
    assert found["products"][0] == "one"


@pytest.mark.parametrize("classes", [("a", "b"), CLASSES, ()])
def test_a_mean_label_knows_nothing_of_its_own_row(classes):
    """Every row a kind of its own: what is encoded must not tell the label, as a plain mean would."""
    rng = np.random.default_rng(0)
    codes = rng.integers(0, max(2, len(classes)), 300)
    y = np.array(classes, dtype=object)[codes] if classes else codes.astype(float)
    X = pd.DataFrame({"key": pd.Series([f"k{n}" for n in range(300)], dtype=object)})
    step = TargetMeans(("key",), classes)
    crossed = step.fit_transform(X, y)[list(step.new_columns())].to_numpy()
    # every row of a fold gets the mean of the other folds, a plain mean its own label
    assert len(np.unique(crossed[:, 0])) <= 5
    assert crossed.shape[1] == (3 if len(classes) == 3 else 1)
    unseen = step.transform(X.assign(key="never seen"))[step.new_columns()[0]]
    assert unseen.min() == unseen.max()


def test_columns_are_the_same_whichever_classes_occur():
    X, labels, _ = world()
    few = labels != "c"
    step = TargetMeans(("town",), CLASSES).fit(X[few], labels[few])
    assert set(step.new_columns()) <= set(step.transform(X).columns)


def test_products_and_parts_of_times_are_what_they_are_called():
    X, _, _ = world()
    made = Products(("one", "four")).fit(X).transform(X)
    assert np.allclose(made["one x four"], X["one"] * X["four"])
    assert made["one / four"].isna().all()
    at = DateParts(("day",)).fit(X).transform(X)
    assert at.loc[1, "day: hour"] == 7.0
    assert at.loc[0, "day: weekday"] == 0.0
    broken = DateParts(("day",)).fit(X).transform(X.assign(day="never"))
    assert broken["day: month"].isna().all()


@pytest.mark.parametrize("recipe", ["hist_gradient_boosting", "logistic_regression", "extra_trees"])
def test_a_model_with_steps_answers_raw_rows_and_can_be_saved(recipe):
    X, labels, y = world()
    spec = ModelSpec(1, "m", "multiclass", "record", CLASSES, Roles("y"), "m", "accuracy", 0.02, "month")
    table, steps = feature_table(X), []
    for number, one in enumerate(derivations(X, y, table, np.arange(240), moved=("two",))):
        step = one.step(CLASSES, 0)
        table = one.table(table, step)
        steps.append((f"derive{number}", step))
    pipeline = Pipeline([*steps, *build_from(recipe, table, spec, 0).steps])
    model = clone(pipeline).fit(X, labels)
    rows = X.assign(town="new", two=None).sample(frac=1, random_state=0)
    data = skops.io.dumps(model)
    again = skops.io.loads(data, trusted=skops.io.get_untrusted_types(data=data))
    assert np.allclose(model.predict_proba(rows), again.predict_proba(rows))
    assert (model.predict(X) == labels).mean() > 0.5


def test_a_derivation_comes_back_from_its_document():
    one = Derivation("dates", ("a", "b"))
    assert Derivation.from_json(one.to_json()) == one
