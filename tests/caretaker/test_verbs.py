"""Broken here: a verb for notebooks reads its arguments wrongly, or its result cannot be shown."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import caretaker
from caretaker.hints import in_words
from core.errors import CaretakerError, DataError, RetrainError, SchemaError, StoreError
from core.settings import Settings
from core.store.workspace import open_workspace
from core.tables.roles.requested_roles import UnsureRole
from tests.services.monitoring.test_monitor import REQUEST, sales

ROOT = Path(caretaker.__file__).resolve().parent.parent
HEAVY = ("numpy", "pandas", "sklearn", "mlflow", "altair", "pydantic", "core")


class Stream:
    """A table of another library: all that is known of it is Arrow's protocol."""

    def __init__(self, table):
        self._table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self._table.__arrow_c_stream__(requested_schema)


@pytest.fixture(scope="module")
def log():
    return sales(months=6, fall_from=5, per_month=250)


@pytest.fixture(scope="module")
def health(log):
    return watched(log)


def watched(frame, **changes):
    roles = {"label": "y", "prediction": "said", "scores": "p", "time": "day", "positive": "yes"}
    how = {"segments": ["town"], "features": ["x", "town"], "reference": ("2020-01", "2020-03")}
    return caretaker.monitor(frame, **{**roles, **how, "chunk": "month", **changes})


def same(a, b):
    return a.document | {"computed_at": ""} == b.document | {"computed_at": ""}


def test_importing_it_loads_nothing_heavy():
    code = f"import caretaker, sys; print([name for name in {HEAVY} if name in sys.modules], dir(caretaker))"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert run.startswith("[] ")
    assert "find_label_errors" in run
    with pytest.raises(AttributeError, match="retrain"):
        caretaker.retrain


def test_the_help_of_the_command_loads_nothing_heavy():
    """It is no slower than that of the command line which stands behind it."""
    heavy = {"numpy", "pandas", "sklearn", "mlflow", "streamlit", "altair"}
    code = f"""
import sys
from caretaker.__main__ import main
code = main(["--help"])
print(code, [name for name in {heavy} if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.startswith("Usage: caretaker ")
    assert run.stdout.splitlines()[-1] == "0 []"


def test_every_name_is_there_and_says_what_it_is():
    for name in caretaker.__all__:
        assert getattr(caretaker, name).__doc__, name


def test_the_findings_of_a_log(health):
    assert (health.status, repr(health)) == ("red", f"red: {health.sentence}")
    chunks = health.frame()
    assert chunks["period"].tolist() == ["reference"] * 3 + ["log"] * 6
    assert (chunks["realised_low"] <= chunks["realised"]).all()
    assert health.frame("segments")["value"].tolist()[0] == "Ulm"
    assert set(health.frame("inputs")["input"]) == {"x", "town"}
    assert set(health.frame("alerts")["rule"]) == {"performance"}
    assert health.frame("causes")["kind"].tolist() == ["inside"]
    for chart in ("timeline", "segments", "account", "segment", "column"):
        assert health.plot(chart, "dark").to_dict()["$schema"]
    assert " ".join(health.plot("segment", of="town = Ulm").title.text).startswith("town = Ulm: ")
    with pytest.raises(DataError, match="There is no column 'y'") as refused:
        health.plot("column", of="y")
    assert "town" in refused.value.hint
    assert health.sentence[:20] in health.report()


@pytest.mark.parametrize("kind", ["arrow", "stream", "mapping"])
def test_every_kind_of_table_is_the_same_log(log, health, kind):
    table = pa.Table.from_pandas(log, preserve_index=False)
    given = {"arrow": table, "stream": Stream(table), "mapping": {n: log[n].to_numpy() for n in log}}[kind]
    assert same(watched(given), health)


def test_values_in_place_of_columns_are_the_same_log(log, health):
    bare = log[["id", "x", "town"]]
    p = log["p"].to_numpy()
    values = {"label": log["y"].tolist(), "prediction": log["said"], "time": log["day"], "positive": None}
    for scores in (np.column_stack([1 - p, p]), {"no": 1 - p, "yes": p}):
        assert same(watched(bare, **values, scores=scores), health)
    assert same(watched(bare, **(values | {"positive": "yes"}), scores=p), health)


def test_a_reference_of_its_own(log):
    early = log["day"] < "2020-04-01"
    found = watched(log[~early], reference=log[early])
    assert found.document["reference"]["trained"] is True
    assert found.frame()["chunk"].tolist()[0] == "Jan 2020"


def test_numbers_are_watched_by_their_errors(log):
    y = 10 * log["x"]
    found = caretaker.monitor({"x": log["x"]}, label=y, prediction=y + 1, task="regression", chunk=300)
    assert found.document["metric"] == "mae"
    assert found.document["reference"]["value"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"label": ["yes"]}, SchemaError, "label has 1 values, and there are 1,500 rows"),
        ({"scores": np.full(1500, 7.0)}, SchemaError, "probabilities lie between 0 and 1"),
        ({"scores": np.full((1500, 3), 1 / 3)}, SchemaError, "3 columns, and there are 2 classes"),
        ({"scores": np.full(1500, np.nan)}, SchemaError, "scores holds nothing"),
        ({"time": None, "chunk": "month", "features": ["x"]}, SchemaError, "time="),
        ({"metric": "speed"}, DataError, "no metric 'speed'"),
        ({"label": "truth"}, SchemaError, "'truth'"),
        ({"reference": ("2031-01-01", "2031-03-01")}, DataError, "reference="),
    ],
)
def test_what_does_not_fit_is_said_in_words_of_a_notebook(log, changes, error, words):
    with pytest.raises(error) as caught:
        watched(log, **changes)
    assert words in str(caught.value)
    assert caught.value.hint
    assert "--" not in str(caught.value)


def test_a_log_without_a_label_is_a_question(log):
    with pytest.raises(UnsureRole, match="label="):
        caretaker.monitor(log.rename(columns={"y": "became"}))
    with pytest.raises(SchemaError, match="is no table"):
        caretaker.monitor(np.zeros(3), label=[1, 0, 1])


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("Name it with --time, or say --chunk 500.", "Name it with time=, or say chunk=500."),
        ("Say --label-available-at DAY.", "Say label_time=DAY."),
        ("a -- b, --score or none", "a -- b, scores= or none"),
    ],
)
def test_options_become_arguments(said, read):
    assert in_words(said) == read


def test_label_errors_are_found_and_drawn():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 2))
    labels = np.where(x.sum(axis=1) > 0, 1, 0)
    wrong = np.flatnonzero(np.abs(x.sum(axis=1)) > 2)[:8]
    labels[wrong] = 1 - labels[wrong]
    p = 1 / (1 + np.exp(-4 * x.sum(axis=1)))
    found = caretaker.find_label_errors(labels, p)
    frame = found.frame()
    assert list(frame.columns) == ["row", "label", "suggestion", "probability", "reason"]
    assert set(wrong) <= set(frame["row"].head(10))
    assert (frame["suggestion"] == 1 - frame["label"]).all()
    assert frame["reason"].str.len().min() > 0
    assert len(found.frame(every=True)) == 400
    assert "of 400 labels are wrong" in repr(found)
    for chart in ("gain", "labels"):
        assert found.plot(chart).to_dict()["$schema"]


def test_labels_that_nothing_predicts_are_refused():
    rng = np.random.default_rng(0)
    found = caretaker.find_label_errors(rng.integers(0, 2, 300), rng.random(300))
    assert found.frame().empty
    assert "cannot find suspects here" in found.sentence
    with pytest.raises(DataError, match="cannot find suspects"):
        found.plot()


def test_a_comparison_is_said_and_drawn():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 400)
    a, b = (np.clip(y * w + rng.random(400) * (1 - w), 0, 1) for w in (0.2, 0.6))
    result = caretaker.compare(y, a, b, "roc_auc")
    low, high = result.interval
    assert result.verdict == "better"
    assert 0 < low < result.difference < high
    row = result.frame().iloc[0]
    assert (row["metric"], row["verdict"], row["n"]) == ("roc_auc", "better", 400)
    assert (row["low"], row["high"], row["p"]) == (low, high, result.p)
    assert "Better: b against a" in str(result.plot().to_dict()["title"])
    assert repr(result) == result.sentence
    with pytest.raises(RetrainError, match="no metric 'speed'"):
        caretaker.compare(y, a, b, "speed")


def test_a_home_is_looked_into(tmp_path, log):
    from core.services.monitoring import monitor
    from core.services.onboarding.connect_model import connect_table
    from core.tables.table import Table

    ws = open_workspace(Settings(home=tmp_path))
    connect_table(ws, REQUEST, Table(log, "sales"))
    with caretaker.open_home(tmp_path) as home:
        assert home.models()["name"].tolist() == ["shop"]
        assert home.models()["status"].tolist() == [None]
        with pytest.raises(DataError, match="not computed yet"):
            home.health("shop")
        document = monitor.refresh(ws, "shop")
        assert home.health("shop").document == document
        assert home.models()["status"].tolist() == [document["status"]]
        assert home.experiments("shop").empty
        with pytest.raises(DataError, match="No suspects"):
            home.suspects("shop")
        with pytest.raises(CaretakerError):
            home.health("other")


def test_no_home_is_made_where_none_is(tmp_path):
    with pytest.raises(StoreError, match="There is no home"):
        caretaker.open_home(tmp_path / "nothing")
    assert list(tmp_path.iterdir()) == []


def test_costs_are_a_mapping_or_a_table(log):
    costs = {"no": {"no": 0, "yes": 5}, "yes": {"no": 50, "yes": 2}}
    paid = watched(log, costs=costs, currency="EUR")
    assert same(paid, watched(log, costs=pd.DataFrame(costs).T, currency="EUR"))
    months = log["day"].dt.to_period("M")
    newest = log[months == months.max()]
    by_hand = [costs[label][said] for label, said in zip(newest["y"], newest["said"], strict=True)]
    assert paid.document["metric"] == "cost"
    assert paid.document["chunks"][-1]["realised"]["cost"]["value"] == pytest.approx(np.mean(by_hand))
    for wrong in ([[0, 1], [1, 0]], {"no": {"no": 0}}, {**costs, "maybe": {}}, {"a": {"b": 1}}):
        with pytest.raises(DataError, match="costs"):
            watched(log, costs=wrong)


def test_classes_that_are_no_numbers_have_the_order_that_is_said():
    rng, names = np.random.default_rng(0), np.array(["low", "mid", "high"])
    label = rng.integers(0, 3, 600)
    said = np.clip(label + rng.choice([-1, 0, 0, 0, 1], 600), 0, 2)
    frame = {"x": rng.random(600), "y": names[label], "said": names[said]}
    how = {"label": "y", "prediction": "said", "chunk": 100, "metric": "class_distance"}
    health = caretaker.monitor(frame, **how, class_order=names)
    measured = [chunk["realised"]["class_distance"]["value"] for chunk in health.document["chunks"]]
    apart = np.abs(label - said).reshape(6, 100).mean(axis=1)
    assert measured == pytest.approx(apart[-len(measured) :].tolist())
    with pytest.raises(DataError, match="have an order"):
        caretaker.monitor(frame, **how)
    with pytest.raises(DataError, match="does not name each class once"):
        caretaker.monitor(frame, **how, class_order=["low", "high"])
