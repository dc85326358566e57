"""Broken here: a column that the model learnt from is missing, and nobody hears which."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from core.errors import SchemaError
from core.training.features import TableFeatures
from core.training.predictions import predict
from core.training.tasks import task_of

X = pd.DataFrame({"nights": [1.0, 2.0, 3.0, 4.0], "price": [9.0, 8.0, 7.0, 6.0]})
TASK = task_of(("no", "yes"))
Y = ["no", "no", "yes", "yes"]


@pytest.mark.parametrize(
    "model", [LogisticRegression(), make_pipeline(TableFeatures(("nights", "price")), LogisticRegression())]
)
def test_a_column_that_the_model_learnt_from_and_that_is_missing_is_named(model):
    model.fit(X, Y)
    assert predict(model, X, TASK).probabilities.shape == (4, 2)
    with pytest.raises(SchemaError, match="needs the columns price, which") as refused:
        predict(model, X.drop(columns="price"), TASK)
    assert "--include" in refused.value.hint


def test_values_that_the_model_cannot_take_are_a_sentence():
    model = LogisticRegression().fit(X, Y)
    with pytest.raises(SchemaError, match="cannot answer these rows"):
        predict(model, X.assign(price="dear"), TASK)
    assert np.isfinite(predict(model, X, TASK).probabilities).all()
