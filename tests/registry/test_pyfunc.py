"""Broken here: stock MLflow refuses rows that the champion answers, or tells nothing of the runs."""

import json
from dataclasses import replace
from io import StringIO

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow.exceptions import MlflowException
from mlflow.pyfunc.scoring_server import infer_and_parse_data
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import Ridge
from sklearn.pipeline import Pipeline, make_pipeline

from core.errors import SchemaError
from core.registry import store, trials
from core.registry.open_version import OpenVersion, open_version
from core.registry.package import example_rows
from core.registry.pyfunc_model import as_trained
from core.registry.signature import as_input
from core.services.deployment.serve import ask_example
from core.training.features import TableFeatures
from core.training.joined.joined_columns import JoinedColumns
from core.training.recipes import build, build_from, feature_table
from core.training.trends.trend import Trend
from tests.training.trends.test_trend import SPEC, rows


@pytest.fixture(scope="module")
def training():
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "nights": rng.integers(1, 9, 60),
            "children": [float(n % 3) for n in range(59)] + [None],
            "price": rng.normal(100, 20, 60),
            "room": ["a", "b", "c"] * 20,
            "repeated": [True, False] * 30,
        }
    )


@pytest.fixture(scope="module")
def pipeline(training):
    steps = TableFeatures(numeric=("nights", "children", "price", "repeated"))
    labels = np.where(training["price"] > 100, "yes", "no")
    return make_pipeline(steps, HistGradientBoostingClassifier(max_iter=5)).fit(training, labels)


@pytest.fixture
def logged(settings, record, training, pipeline):
    return trials.log_trial(
        settings, replace(record, estimator=pipeline, input_example=example_rows(training))
    )


RAW = {
    "whole numbers where training had fractions": {"price": [90, 120]},
    "a missing value among whole numbers": {"nights": [1.0, None]},
    "a truth value that is missing": {"repeated": [True, None]},
    "no value of a text": {"room": [np.nan, np.nan]},
    "numbers as texts": {"price": ["90", "120"]},
    "nullable whole numbers": {"nights": pd.array([1, None], "Int64")},
}


def test_stock_mlflow_answers_raw_rows_as_the_estimator_does(logged, training, pipeline):
    model = mlflow.pyfunc.load_model(f"models:/hotel/{logged.version}")
    estimator = mlflow.sklearn.load_model(f"models:/hotel/{logged.version}")
    np.testing.assert_array_equal(estimator.predict_proba(training), pipeline.predict_proba(training))
    for case, columns in RAW.items():
        rows = training.iloc[[3, 7]].assign(**columns)
        table = model.predict(rows, params={"probabilities": True})
        chances = table[["probability_no", "probability_yes"]].to_numpy()
        np.testing.assert_array_equal(chances, pipeline.predict_proba(rows), err_msg=case)
        assert table["prediction"].tolist() == list(model.predict(rows)) == list(pipeline.predict(rows))
    rows = training.iloc[[3, 7]]
    without = model.predict(rows.drop(columns="children"))
    assert list(without) == list(pipeline.predict(rows.assign(children=None)))
    with pytest.raises(MlflowException, match="nights"):
        model.predict(rows.drop(columns="nights"))


def test_what_mlflow_serves_from_json_has_missing_values(logged, training, pipeline):
    model = mlflow.pyfunc.load_model(f"models:/hotel/{logged.version}")
    rows = training.iloc[[3, 7]].assign(nights=[1.0, None], room=["a", None]).reset_index(drop=True)
    body = {"dataframe_split": json.loads(rows.to_json(orient="split", double_precision=15))}
    parsed = infer_and_parse_data(body, model.metadata.get_input_schema())
    table = model.predict(parsed, params={"probabilities": True})
    np.testing.assert_array_equal(table["probability_yes"], pipeline.predict_proba(rows)[:, 1])


def test_the_version_says_what_it_is_of_and_asks_for_what_it_needs(settings, logged, record, training):
    info = mlflow.models.get_model_info(f"models:/hotel/{logged.version}")
    required = {column.name: column.required for column in info.signature.inputs}
    assert required == {"nights": True, "children": False, "price": True, "room": True, "repeated": True}
    assert info.metadata["training_types"]["nights"] == "long"
    assert info.signature.params.params[0].name == "probabilities"
    assert as_input(info.signature.inputs, training, "hotel 1").equals(training)


def test_a_model_of_numbers_has_no_probabilities_to_ask_for(settings, record, training):
    numbers = training[["nights", "price"]]
    steps = TableFeatures(numeric=("nights", "price"))
    made = make_pipeline(steps, Ridge()).fit(numbers, numbers["price"])
    logged = trials.log_trial(settings, replace(record, estimator=made, input_example=numbers.head(5)))
    model = mlflow.pyfunc.load_model(f"models:/hotel/{logged.version}")
    np.testing.assert_allclose(model.predict(numbers), numbers["price"], atol=1.0)
    assert model.metadata.signature.params is None


def test_runs_of_one_job_stand_below_one_and_versions_name_their_parent(settings, record):
    opened = store.client(settings)
    searched = replace(record, group="Search", parent_version="4", description="Trees on 20 rows.")
    odd = {"columns__text_größe?": "x", "columns__text_größe!": "y", "long": "z" * 9_000}
    first = trials.log_trial(settings, replace(searched, params=odd))
    second = trials.log_trial(settings, replace(searched, fingerprint="f2"))
    runs = [opened.get_run(one.run_id) for one in (first, second)]
    [parent] = {run.data.tags["mlflow.parentRunId"] for run in runs}
    assert opened.get_run(parent).info.status == "FINISHED"
    assert opened.get_run(parent).info.run_name == "Search"
    assert sorted(map(len, runs[0].data.params.values())) == [1, 1, 6000]
    version = opened.get_model_version("hotel", first.version)
    assert version.description == "Trees on 20 rows."
    assert version.tags["caretaker.parent_version"] == "4"
    alone = trials.log_trial(settings, replace(record, fingerprint="f3"))
    assert "mlflow.parentRunId" not in opened.get_run(alone.run_id).data.tags


def test_codes_keep_their_text_where_pandas_read_floats():
    rows = pd.DataFrame({"code": [7.0, None, 12.0], "part": [0.5, 1.0, None]})
    typed = as_trained(rows, ["code", "part"], {"code": "string", "part": "string"})
    assert typed["code"].tolist() == ["7", None, "12"]
    assert typed["part"].tolist() == ["0.5", "1.0", None]


def test_a_version_beside_a_trend_answers_times_as_they_are_written_and_asks_for_the_column(settings, record):
    """By sklearn, by pyfunc and opened to be served, with only the rows as a file holds them."""
    X, day, _ = rows(400)
    X["a"] += 1.0
    made = Trend(build("ridge", X.drop(columns="at"), SPEC, 0), "at", by_share=True).fit(X, 5 + day)
    logged = trials.log_trial(settings, replace(record, estimator=made, input_example=X.head(5)))
    uri = f"models:/hotel/{logged.version}"
    stock, asked = mlflow.sklearn.load_model(uri), mlflow.pyfunc.load_model(uri)
    spec = replace(SPEC, registry_name="hotel")
    served = open_version(settings, spec, logged.version)
    ask_example(served, spec)
    raw = pd.read_csv(StringIO(X.tail(30).to_csv(index=False)))
    assert raw["at"].map(type).eq(str).all()
    for written in (raw, raw.assign(at=raw["at"] + "+00:00"), X.tail(30)):
        expected = made.predict(X.tail(30))
        assert np.allclose(stock.predict(written), expected, rtol=1e-9)
        assert np.allclose(asked.predict(written), expected, rtol=1e-9)
        assert np.allclose(served.estimator.predict(served.as_input(written)), expected, rtol=1e-9)
    with pytest.raises(MlflowException, match=r"missing inputs \['at'\]"):
        asked.predict(raw.drop(columns="at"))
    for unread in ("31.12.2021", 1_640_908_800):
        with pytest.raises(ValueError, match="ISO"):
            asked.predict(raw.assign(at=unread))
    with pytest.raises(SchemaError, match="The rows lack the columns at"):
        served.as_input(raw.drop(columns="at"))


@pytest.mark.parametrize("written", ["31.12.2021", 1_640_908_800, "1640908800000"])
def test_a_served_version_reads_times_as_the_log_does(written):
    served = OpenVersion("m 2", None, ("at", "a"), ("at",), (("at", "datetime"), ("a", "double")))
    read = served.as_input(pd.DataFrame({"at": [written, None], "a": [1.0, 2.0]}))
    assert read["at"].tolist() == [pd.Timestamp("2021-12-31"), pd.NaT]


def test_a_served_version_refuses_a_time_that_it_cannot_read_with_column_and_row():
    served = OpenVersion("m 2", None, ("at",), ("at",), (("at", "datetime"),))
    with pytest.raises(SchemaError, match=r"Row 2, column 'at': '1/2/2016' is no time") as refused:
        served.as_input(pd.DataFrame({"at": ["2016-02-01", "1/2/2016"]}))
    assert (refused.value.row, refused.value.column) == (2, "at")


def test_a_version_with_joined_columns_looks_them_up_wherever_it_is_opened(settings, record):
    """By the key and the time of a row as a file holds them; without the key it is refused by name."""
    X, _, rng = rows(400)
    X["station"] = rng.choice(["n", "s"], 400)
    source = pd.DataFrame({"warm": [1.0, 5.0, 9.0]})
    known = pd.Series(pd.to_datetime(["2019-06-01", "2019-06-01", "2020-09-01"]))
    step = JoinedColumns("station", "at").keep(pd.Series(["n", "s", "n"]), known, source.add_prefix("w."))
    table = replace(feature_table(X[["month", "a"]]), numeric=("month", "a", "w.warm"))
    made = Pipeline([("joined", step), *build_from("ridge", table, SPEC, 0).steps])
    made.fit(X, 3 * step.transform(X)["w.warm"])
    logged = trials.log_trial(settings, replace(record, estimator=made, input_example=X.head(5)))
    uri, spec = f"models:/hotel/{logged.version}", replace(SPEC, registry_name="hotel")
    served = open_version(settings, spec, logged.version)
    ask_example(served, spec)
    raw = pd.read_csv(StringIO(X.to_csv(index=False)))
    expected = made.predict(X)
    assert np.ptp(expected[X["station"] == "n"]) > 20
    for answered in (
        mlflow.sklearn.load_model(uri).predict(raw),
        mlflow.pyfunc.load_model(uri).predict(raw),
        served.estimator.predict(served.as_input(raw)),
    ):
        assert np.allclose(answered, expected)
    with pytest.raises(SchemaError, match="The rows lack the columns station"):
        served.as_input(raw.drop(columns="station"))
