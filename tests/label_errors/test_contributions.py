"""Contributions name the feature that speaks for the suggestion."""

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from core.label_errors.classification.contributions import contributions, typical

RNG = np.random.default_rng(0)
FRAME = pd.DataFrame(
    {
        "idle": RNG.normal(size=400),
        "lead": RNG.normal(size=400),
        "kind": np.array(["a", "b"], dtype=object)[RNG.integers(0, 2, 400)],
    }
)
YES = (2 * FRAME["lead"] + 3 * (FRAME["kind"] == "b") > 1.5).to_numpy()


def test_the_feature_that_decides_gets_the_largest_share():
    encode = make_column_transformer((OneHotEncoder(), ["kind"]), remainder="passthrough")
    model = make_pipeline(encode, LogisticRegression()).fit(FRAME, np.where(YES, "yes", "no"))
    given = np.zeros(400, dtype=int)
    given[~YES] = 0
    rows = np.flatnonzero(YES & (FRAME["kind"] == "a") & (FRAME["lead"] > 1.5))
    given[YES] = 1
    given[rows] = 0
    falls = contributions(model, FRAME, rows, given, 1 - given, ("no", "yes"))
    assert falls.shape == (len(rows), 3)
    assert (falls.argmax(axis=1) == 1).all()


def test_typical_is_a_value_that_occurs():
    frame = pd.DataFrame({"n": [1, 2, 4, 9], "w": ["x", "y", "y", None], "none": [None] * 4})
    assert typical(frame) == {"n": 2, "w": "y", "none": None}


def test_a_class_that_the_model_never_saw_is_as_good_as_impossible():
    model = make_pipeline(
        make_column_transformer((OneHotEncoder(), ["kind"]), remainder="passthrough"), LogisticRegression()
    ).fit(FRAME, np.where(YES, "yes", "no"))
    rows = np.flatnonzero(YES)[:5]
    given = np.full(400, 1)
    falls = contributions(model, FRAME, rows, given, np.full(400, 2), ("new", "no", "yes"))
    assert np.isfinite(falls).all()
    given[rows] = 0
    assert np.isfinite(contributions(model, FRAME, rows, given, np.full(400, 2), ("new", "no", "yes"))).all()
