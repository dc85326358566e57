"""Broken here: a column that the model learnt from is missing, and nobody hears which."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from core.errors import SchemaError
from core.training.comparison.predictions import ask
from core.training.features import TableFeatures

X = pd.DataFrame({"nights": [1.0, 2.0, 3.0, 4.0], "price": [9.0, 8.0, 7.0, 6.0]})
Y = ["no", "no", "yes", "yes"]


@pytest.mark.parametrize(
    "model", [LogisticRegression(), make_pipeline(TableFeatures(("nights", "price")), LogisticRegression())]
)
def test_a_column_that_the_model_learnt_from_and_that_is_missing_is_named(model):
    model.fit(X, Y)
    assert ask(model, X, ("no", "yes")).probabilities.shape == (4, 2)
    with pytest.raises(SchemaError, match="needs the columns price, which") as refused:
        ask(model, X.drop(columns="price"), ("no", "yes"))
    assert "--include" in refused.value.hint


def test_values_that_the_model_cannot_take_are_a_sentence():
    model = LogisticRegression().fit(X, Y)
    with pytest.raises(SchemaError, match="cannot answer these rows"):
        ask(model, X.assign(price="dear"), ("no", "yes"))
    assert np.isfinite(ask(model, X, ("no", "yes")).probabilities).all()
