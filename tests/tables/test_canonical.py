"""Broken here: rows that do not fit the model enter the lake."""

from dataclasses import replace

import pandas as pd
import pytest

from core.errors import SchemaError
from core.model import ModelSpec, Roles
from core.tables.canonical import assign_chunks, batch_hash, canonical
from core.tables.left_out import Sieve
from core.tables.table import Table

ROLES = Roles(label="y", id="id", time="day", prediction="said", scores={"yes": "p"}, features=("x",))
SPEC = ModelSpec(1, "m", "binary", "record", ("no", "yes"), ROLES, "m", "roc_auc", 0.02, "month")
GOOD = {
    "id": [1, 2],
    "day": ["2016-01-05", "2016-02-05"],
    "x": [1, 2],
    "said": ["no", "yes"],
    "p": [0.2, 0.7],
}


def rows(kind="predictions", **changes):
    return canonical(Table(pd.DataFrame(GOOD | changes), "f.csv"), SPEC, {"x": "number"}, kind)


def test_good_rows_become_canonical():
    frame = assign_chunks(rows(y=["no", None]), SPEC, pd.Series([0, 1]))
    assert frame["_id"].tolist() == ["1", "2"]
    assert frame["_chunk"].tolist() == ["2016-01", "2016-02"]
    assert frame["_label"].tolist() == ["no", None]
    assert frame["_score_0"].tolist() == pytest.approx([0.8, 0.3])
    assert frame["_prediction"].tolist() == ["no", "yes"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": [7, 7]}, r"column 'id', row 1: the id '7' occurs again, with other values \(row 2\)"),
        ({"id": [7, None]}, "column 'id', row 2: the id is missing"),
        ({"x": [1, "many"]}, "column 'x', row 2: 'many' is not a number"),
        ({"day": ["2016-01-05", None]}, "column 'day', row 2: the date is missing"),
        ({"y": ["perhaps", "maybe"]}, "column 'y', row 1: 'perhaps' is not a class"),
        ({"said": ["perhaps", "maybe"]}, "column 'said', row 1: 'perhaps' is not a class"),
        ({"p": [0.2, 1.2]}, "column 'p', row 2: 1.2 is not a probability"),
        ({"p": [0.2, None]}, "column 'p', row 2: the probability is missing"),
    ],
)
def test_a_wrong_cell_is_named(changes, said):
    with pytest.raises(SchemaError, match=said):
        rows(**changes)


def test_copies_of_a_row_are_left_out_and_of_rows_that_differ_nobody_knows_which_holds():
    frame = pd.DataFrame({name: cells * 40 for name, cells in GOOD.items()}).assign(id=range(80), x=1.0)
    frame.loc[7] = frame.loc[6]
    frame.loc[21, "id"] = 20
    sieve = Sieve(Table(frame, "f.csv"))
    rows_left = canonical(sieve, SPEC, {"x": "number"})
    assert not {"7", "20", "21"} & set(rows_left["_id"])
    assert len(rows_left) == 77
    reasons = {row.row: row.reason for row in sieve.left_out().listed}
    assert reasons == {
        8: "the id '6' occurs a second time (first in row 7)",
        21: "the id '20' occurs again, with other values (row 22)",
        22: "the id '20' occurs a second time (first in row 21)",
    }


AMOUNT = replace(SPEC, task="regression", classes=(), roles=replace(ROLES, scores={}))


def amounts(kind="predictions", **changes):
    frame = pd.DataFrame(GOOD | {"said": [1.5, 2], "y": [1, None]} | changes).drop(columns="p")
    return canonical(Table(frame, "f.csv"), AMOUNT, {"x": "number"}, kind)


def test_amounts_are_floats_and_have_no_scores():
    frame = amounts()
    assert frame["_prediction"].tolist() == [1.5, 2.0]
    assert frame["_label"].dtype == frame["_prediction"].dtype == "float64"
    assert frame["_label"].isna().tolist() == [False, True]
    assert not [name for name in frame.columns if name.startswith("_score")]
    silent = canonical(Table(pd.DataFrame(GOOD).drop(columns=["said"]), "f.csv"), AMOUNT, {"x": "number"})
    assert silent["_prediction"].isna().all()
    assert silent["_label"].dtype == silent["_prediction"].dtype == "float64"
    labels = canonical(Table(pd.DataFrame({"id": [1], "y": ["3.5"]}), "f.csv"), AMOUNT, {}, "labels")
    assert labels["_label"].tolist() == [3.5]
    assert batch_hash(amounts(y=[1.0, None])) == batch_hash(amounts(y=["1", ""]))


@pytest.mark.parametrize(
    ("kind", "changes", "said"),
    [
        ("predictions", {"y": [1, "many"]}, "column 'y', row 2: 'many' is not a number"),
        ("predictions", {"said": [1, None]}, "column 'said', row 2: the prediction is missing"),
        ("predictions", {"said": [1, 1e300]}, "column 'said', row 2: 1e.300 is too large"),
        ("predictions", {"y": [1, float("inf")]}, "column 'y', row 2: 'inf' is not a number"),
        ("training", {"y": [1, None]}, "column 'y', row 2: the label is missing"),
        ("labels", {"y": [1, None]}, "column 'y', row 2: the label is missing"),
    ],
)
def test_a_wrong_amount_is_named(kind, changes, said):
    with pytest.raises(SchemaError, match=said):
        amounts(kind, **changes)


def test_training_rows_need_labels():
    with pytest.raises(SchemaError, match="the label is missing"):
        rows("training", y=["no", None])


def test_a_missing_column_is_named_with_those_there_are():
    with pytest.raises(SchemaError, match="missing column 'x'") as caught:
        canonical(Table(pd.DataFrame({"id": [1], "day": ["2016-01-01"]}), "f"), SPEC, {"x": "number"})
    assert "id, day" in caught.value.hint


def test_the_hash_is_that_of_the_content_not_of_the_file():
    shuffled = pd.DataFrame(GOOD)[["p", "x", "said", "day", "id"]].astype({"x": float, "id": str})
    again = canonical(Table(shuffled, "other.parquet"), SPEC, {"x": "number"})
    assert batch_hash(again) == batch_hash(rows())
    assert batch_hash(rows(x=[1, 3])) != batch_hash(rows())


def test_rows_without_an_id_are_numbered_within_their_content():
    spec = ModelSpec(
        1, "m", "binary", "record", ("no", "yes"), Roles(label="y", features=("x",)), "m", "f1", 0.1, "9"
    )
    frame = canonical(Table(pd.DataFrame({"x": [1, 1]}), "f"), spec, {"x": "number"})
    again = canonical(Table(pd.DataFrame({"x": [1, 2]}), "f"), spec, {"x": "number"})
    assert frame["_id"].is_unique
    assert not set(frame["_id"]) & set(again["_id"])


def test_probabilities_of_many_classes_add_up():
    roles = Roles(label="y", id="id", scores={"a": "pa", "b": "pb", "c": "pc"}, features=("x",))
    spec = ModelSpec(1, "m", "multiclass", "record", ("a", "b", "c"), roles, "m", "accuracy", 0.1, "9")
    frame = pd.DataFrame({"id": [1, 2], "x": [1, 2], "pa": [0.2, 0.5], "pb": [0.5, 0.4], "pc": [0.3, 0.4]})
    with pytest.raises(SchemaError, match=r"row 2: the probabilities add up to 1\.300"):
        canonical(Table(frame, "f"), spec, {"x": "number"})
    assert canonical(Table(frame.head(1), "f"), spec, {"x": "number"})["_prediction"].tolist() == ["b"]
