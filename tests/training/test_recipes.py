"""Every recipe learns from what arrives, survives odd rows, and gives the same model twice."""

import io

import numpy as np
import pandas as pd
import pytest
import skops.io
from PIL import Image
from sklearn.base import clone
from threadpoolctl import threadpool_limits

from core.errors import RetrainError
from core.model import ModelSpec, Roles
from core.training.features import PixelFeatures, TableFeatures
from core.training.recipes import RECIPES, build, feature_table, recipes_for

TRUSTED = ("sklearn.", "numpy.", "scipy.", "core.training.")


def spec(item, task="binary"):
    classes = () if task == "regression" else ("no", "yes")
    return ModelSpec(1, "m", task, item, classes, Roles("y"), "m", "accuracy", 0.02, "month")


def records(rows=160, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, rows)
    frame = pd.DataFrame(
        {
            "x": y + rng.normal(size=rows),
            "town": pd.Series(
                np.where(rng.random(rows) < 0.3, None, rng.choice(["a", "b"], rows)), dtype=object
            ),
            "day": pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 99, rows), unit="D"),
            "note": [f"a longer remark of the guest number {n} in his own words" for n in range(rows)],
            "answer": [f"what the hotel wrote to guest number {n} in its own words" for n in range(rows)],
            "price": [f"${1_000 + n:,}.50" for n in range(rows)],
            "empty": np.nan,
        }
    )
    return frame, np.array(["no", "yes"], dtype=object)[y]


def picture(value, size=(12, 12), mode="L"):
    rng = np.random.default_rng(value)
    shape = (*size, 3) if mode == "RGB" else size
    pixels = np.clip(rng.normal(60 + 120 * (value % 2), 30, shape), 0, 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def images(rows=80):
    frame = pd.DataFrame({"image": pd.Series([picture(n) for n in range(rows)], dtype=object)})
    return frame, np.array(["no", "yes"] * (rows // 2), dtype=object)


def texts(rows=60):
    said = ["a fine day in town", "an awful night at sea"] * (rows // 2)
    frame = pd.DataFrame({"text": pd.Series(said, dtype=object)})
    return frame, np.array(["no", "yes"] * (rows // 2), dtype=object)


DATA = {"record": records, "image": images, "text": texts}
INSTALLED = {name: recipe for name, recipe in RECIPES.items() if recipe.installed}
CLASSIFY = [(name, recipe.item) for name, recipe in INSTALLED.items() if recipe.classify]
REGRESS = [(name, recipe.item) for name, recipe in INSTALLED.items() if recipe.regress]


@pytest.fixture(autouse=True)
def one_thread():
    """As `core.training.fit.learning` does: threads of small steps wait for each other."""
    with threadpool_limits(1, user_api="blas"):
        yield


BOUNDED = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


@BOUNDED
@pytest.mark.parametrize(("name", "item"), CLASSIFY)
def test_a_recipe_learns_repeats_itself_and_can_be_saved(name, item):
    X, y = DATA[item]()
    pipeline = build(name, X, spec(item), 0)
    first = pipeline.fit(X, y).predict_proba(X)
    again = clone(pipeline).fit(X, y).predict_proba(X)
    assert np.array_equal(first, again)
    assert (pipeline.predict(X) == y).mean() > 0.65
    assert list(pipeline.classes_) == ["no", "yes"]
    data = skops.io.dumps(pipeline)
    types = skops.io.get_untrusted_types(data=data)
    assert all(each.startswith((*TRUSTED, *RECIPES[name].types)) for each in types)
    assert np.allclose(skops.io.loads(data, trusted=types).predict_proba(X), first, atol=1e-6)


@BOUNDED
@pytest.mark.parametrize(("name", "item"), REGRESS)
def test_a_recipe_for_numbers_learns_repeats_itself_and_can_be_saved(name, item):
    X, y = DATA[item]()
    numbers = np.where(y == "yes", 120.0, 80.0)
    pipeline = build(name, X, spec(item, "regression"), 0)
    first = pipeline.fit(X, numbers).predict(X)
    assert np.array_equal(first, clone(pipeline).fit(X, numbers).predict(X))
    assert np.abs(first - numbers).mean() < 18
    data = skops.io.dumps(pipeline)
    types = skops.io.get_untrusted_types(data=data)
    assert all(each.startswith((*TRUSTED, *RECIPES[name].types)) for each in types)
    assert np.allclose(skops.io.loads(data, trusted=types).predict(X), first, atol=1e-3)


def test_a_recipe_for_classes_is_refused_for_numbers():
    with pytest.raises(RetrainError, match="ridge"):
        build("logistic_regression", records()[0], spec("record", "regression"), 0)


@pytest.mark.parametrize("name", [recipe.name for recipe in recipes_for("record", "binary")])
def test_missing_values_and_unseen_categories_are_answered(name):
    X, y = records()
    model = build(name, X, spec("record"), 0).fit(X, y)
    odd = X.head(3).astype(object)
    odd.iloc[0] = None
    odd.loc[1, "town"] = "Atlantis"
    odd.loc[2, "x"] = "no number"
    assert np.isfinite(model.predict_proba(odd)).all()


def test_columns_are_sorted_by_how_they_are_read():
    table = feature_table(records()[0])
    assert table.numeric == ("x", "day", "price", "empty")
    assert table.categorical == ("town",)
    assert table.text == ("note", "answer")


def test_a_recipe_for_other_items_is_refused_with_the_choice():
    with pytest.raises(RetrainError, match="tfidf_logistic"):
        build("pixels_svm", texts()[0], spec("text"), 0)


def test_numbers_and_dates_become_floats():
    frame = pd.DataFrame({"n": ["1", None, "x"], "d": pd.to_datetime(["1970-01-03", None, "1970-01-01"])})
    made = TableFeatures(("n", "d")).fit(frame).transform(frame)
    assert made["d"].tolist()[::2] == [2.0, 0.0]
    assert made["n"].iloc[0] == 1.0
    assert made.isna().sum().tolist() == [2, 1]


def test_pictures_of_any_size_and_colour_become_rows():
    grey = PixelFeatures().fit(pd.DataFrame({"i": [picture(1)]}))
    assert grey.transform([picture(2, (40, 20)), None]).shape == (2, 144)
    colour = PixelFeatures().fit([picture(3, (50, 50), "RGB")])
    assert colour.transform([picture(1)]).shape == (1, 32 * 32 * 3)
    assert grey.transform([picture(2)]).max() <= 1
