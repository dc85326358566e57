"""Broken here: an id is changed on its way, two spellings do not meet, or "NA" is a class."""

from decimal import Decimal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import SchemaError
from core.lake.readers.read_parquet import read_parquet
from core.model import ModelSpec, Roles
from core.tables.canonical import canonical
from core.tables.roles.guess import RequestedRoles, guess
from core.tables.table import Table
from core.tables.values.classes import class_spellings
from core.tables.values.columns import as_number, as_time, kind_of
from core.tables.values.names import as_class, as_ids

LONG = 1234567890123456789
IDS = [
    (pa.array([Decimal(LONG), Decimal(LONG + 1)], pa.decimal128(19, 0)), [str(LONG), str(LONG + 1)]),
    (pa.array([Decimal(10**25 + 1), Decimal(7)], pa.decimal128(38, 0)), [str(10**25 + 1), "7"]),
    (pa.array([Decimal("80000.00"), Decimal("17.00")], pa.decimal128(12, 2)), ["80000", "17"]),
    (pa.array([80000.0, 17.0]), ["80000", "17"]),
    (pa.array([LONG, LONG + 1], pa.int64()), [str(LONG), str(LONG + 1)]),
    (pa.array(["80000.0", "17"]), ["80000", "17"]),
    (pa.array(["007", "1.10"]), ["007", "1.10"]),
    (pa.array([" a1", "a2 "]), ["a1", "a2"]),
]


@pytest.mark.parametrize(("column", "ids"), IDS, ids=range(len(IDS)))
def test_ids_keep_every_digit_and_have_one_spelling(column, ids, tmp_path):
    pq.write_table(pa.table({"id": column}), tmp_path / "ids.parquet")
    assert as_ids(read_parquet(tmp_path / "ids.parquet"), "id").tolist() == ids


def test_a_long_id_is_kept_beside_an_empty_one(tmp_path):
    pq.write_table(pa.table({"id": pa.array([LONG, None], pa.int64())}), tmp_path / "ids.parquet")
    assert as_ids(read_parquet(tmp_path / "ids.parquet"), "id").tolist() == [str(LONG), None]


def test_decimals_that_a_float_would_change_stay_exact(tmp_path):
    cents = pa.array([Decimal("12345678901234567.89"), Decimal("0.10")], pa.decimal128(19, 2))
    few = pa.array([Decimal("1.10"), Decimal("2.25")], pa.decimal128(5, 2))
    pq.write_table(pa.table({"large": cents, "few": few}), tmp_path / "d.parquet")
    frame = read_parquet(tmp_path / "d.parquet").frame
    assert frame["large"].tolist() == ["12345678901234567.89", "0.10"]
    assert frame["few"].tolist() == [1.1, 2.25]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([float(LONG), 5.0]),
        pa.array([2.0**24 + 1, 5.0], pa.float32()),
        pa.array(["1.23457E+11", "5"]),
    ],
)
def test_an_id_whose_last_digits_are_lost_is_named_and_not_kept(column, tmp_path):
    """Two customers would be one."""
    pq.write_table(pa.table({"id": column}), tmp_path / "ids.parquet")
    with pytest.raises(SchemaError, match=r"column 'id', row 1: .* the last digits of the id are lost"):
        as_ids(read_parquet(tmp_path / "ids.parquet"), "id")


NOTHING = ["NA", "N/A", "#N/A", "<NA>", "null", "None", "nan", "-", "?", " ", ""]


def test_what_says_that_there_is_no_label_is_no_class():
    labels = as_class(Table(pd.DataFrame({"y": ["yes", "no ", *NOTHING]}), "f"), "y")
    assert labels.tolist() == ["yes", "no", *[None] * len(NOTHING)]


def test_a_model_has_two_classes_whatever_stands_in_the_empty_cells():
    cells = ["yes", "no", "yes ", "NA", "?", "None"] * 40
    found = guess(Table(pd.DataFrame({"y": cells, "x": range(240)}), "f"), RequestedRoles(label="y"))
    assert (found.task, set(found.classes)) == ("binary", {"no", "yes"})
    assert any("120 labels say NA, ?, None, which is no class" in reason for reason in found.reasons)


def test_a_class_of_that_name_that_was_said_is_one():
    cells = ["None", "some"] * 40
    found = guess(
        Table(pd.DataFrame({"y": cells, "x": range(80)}), "f"), RequestedRoles(label="y", positive="None")
    )
    assert set(found.classes) == {"None", "some"}
    labels = as_class(Table(pd.DataFrame({"y": ["None", "NA"]}), "f"), "y", ("some", "None"))
    assert labels.tolist() == ["None", None]


def test_the_same_texts_are_empty_among_numbers_dates_and_labels():
    cells = [*NOTHING, "7"]
    empty = [True] * len(NOTHING) + [False]
    for reader in (as_number, as_class):
        assert reader(Table(pd.DataFrame({"y": cells}), "f"), "y").isna().tolist() == empty
    days = Table(pd.DataFrame({"y": [*NOTHING, "2024-05-01"]}), "f")
    assert as_time(days, "y").isna().tolist() == empty
    assert kind_of(days.frame["y"]) == "time"


def test_a_minus_beside_a_plus_is_a_class_and_the_plus_is_the_positive_one():
    found = guess(
        Table(pd.DataFrame({"y": ["+", "-", "+", "?"] * 20, "x": range(80)}), "f"), RequestedRoles("y")
    )
    assert found.classes == ("-", "+")


FORMS = ["not paid", " not\u00a0paid", "not  paid\u200b", "\ufeffnot paid"]


def test_blanks_and_forms_of_unicode_make_no_class_of_their_own():
    cells = [*FORMS, "M\u00fcll", "Mu\u0308ll"] * 20
    found = guess(Table(pd.DataFrame({"y": cells, "x": range(120)}), "f"), RequestedRoles("y"))
    assert set(found.classes) == {"M\u00fcll", "not paid"}
    assert class_spellings(["Mu\u0308ll", FORMS[1]], found.classes) == {
        "Mu\u0308ll": "M\u00fcll",
        FORMS[1]: "not paid",
    }
    assert class_spellings(["M\u00fcll"], ["Mu\u0308ll"]) == {"M\u00fcll": "Mu\u0308ll"}


def test_one_number_is_one_class_and_what_differs_in_capitals_is_told():
    cells = ["1", "1", "1.0", "0", "true"] * 20
    found = guess(Table(pd.DataFrame({"y": cells, "x": range(100)}), "f"), RequestedRoles("y"))
    assert found.classes == ("0", "1")
    assert "'1.0' and '1' are one class, '1'." in found.reasons
    letters = Table(pd.DataFrame({"y": ["a", "A", "b"] * 20, "x": range(60)}), "f")
    found = guess(letters, RequestedRoles("y"))
    assert set(found.classes) == {"a", "A", "b"}
    assert any("differ only in capitals" in reason for reason in found.reasons)


def test_labels_and_predictions_are_spelt_the_same_when_they_arrive():
    spec = ModelSpec(
        1,
        "m",
        "binary",
        "record",
        ("no", "yes"),
        Roles("y", id="id", prediction="p"),
        "m",
        "accuracy",
        0.02,
        "500",
    )
    frame = pd.DataFrame({"id": ["80000.0", "2"], "y": ["yes ", "N/A"], "p": [" no", "yes"]})
    rows = canonical(Table(frame, "f"), spec, {})
    assert rows["_id"].tolist() == ["80000", "2"]
    assert rows["_label"].tolist() == ["yes", None]
    assert rows["_prediction"].tolist() == ["no", "yes"]


def test_a_class_in_another_case_is_that_class():
    """Answers that were exported from a spreadsheet begin with a capital letter, or end with a blank."""
    assert class_spellings(["Good ", "BAD", "good"], ("good", "bad")) == {
        "Good ": "good",
        "BAD": "bad",
        "good": "good",
    }


def test_two_classes_that_differ_in_their_case_stay_two():
    assert class_spellings(["US", "us", "Us"], ("US", "us")) == {"US": "US", "us": "us"}


def test_another_case_is_taken_in_like_the_class():
    spec = ModelSpec(1, "m", "binary", "record", ("bad", "good"), Roles("y"), "m", "roc_auc", 0.02, "10")
    cells = ["Good ", "bad", "BAD", "good"] * 5
    frame = pd.DataFrame({"id": range(20), "y": cells})
    labels = canonical(Table(frame, "f"), spec, {}, "labels")["_label"]
    assert labels.tolist() == ["good", "bad", "bad", "good"] * 5
