"""Broken here: a wrong cell slips into the lake, or an error that does not say where."""

import pandas as pd
import pytest

from core.errors import SchemaError
from core.tables.table import Table
from core.tables.values.columns import as_bytes, as_number, as_text, as_time, kind_of


def table(values, **how):
    return Table(pd.DataFrame({"c": pd.Series(values, **how)}), "file.csv")


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "2", ""], "number"),
        ([1.5, None], "number"),
        (["a", "b"], "text"),
        (["1", "x"], "text"),
        ([True, False], "text"),
        (["2016-01-31", "2016-02-01"], "time"),
        ([b"png"], "bytes"),
        ([*map(str, range(60)), "oops"], "number"),
        ([], "text"),
    ],
)
def test_the_kind_of_a_column(values, kind):
    assert kind_of(pd.Series(values)) == kind


def test_a_word_among_numbers_is_named_with_file_column_and_row():
    with pytest.raises(SchemaError, match=r"file\.csv: column 'c', row 3: 'oops' is not a number") as caught:
        as_number(table(["1", "2", "oops"]), "c")
    assert "Correct the cell" in caught.value.hint


def test_an_infinite_number_is_refused():
    with pytest.raises(SchemaError, match=r"row 2"):
        as_number(table([1.0, float("inf")]), "c")


def test_missing_numbers_stay_missing_and_whole_ones_stay_whole():
    assert as_number(table(["1", "NA", "2"]), "c").isna().tolist() == [False, True, False]
    assert as_number(table(["1", "2"]), "c").dtype == "int64"


def test_text_keeps_words_that_look_like_missing_numbers():
    """Namibia's code is NA, and Null is a family name."""
    assert as_text(table(["NA", "Null", ""]), "c").tolist() == ["NA", "Null", None]


def test_truth_values_are_the_same_from_every_format():
    assert as_text(table(["True", "False"]), "c").tolist() == as_text(table(["true", "false"]), "c").tolist()


def test_moments_lose_their_zone_after_being_turned_to_utc():
    assert as_time(table(["2016-01-01T02:00+02:00"]), "c").iloc[0] == pd.Timestamp("2016-01-01")


def test_a_number_is_no_date():
    with pytest.raises(SchemaError, match="'5' is not a date"):
        as_time(table([5]), "c")


def test_a_missing_date_is_refused_only_where_it_is_needed():
    assert as_time(table([None, "2016-01-01"]), "c").isna().tolist() == [True, False]
    with pytest.raises(SchemaError, match=r"row 1: the date is missing"):
        as_time(table([None, "2016-01-01"]), "c", required=True)


def test_a_picture_must_be_bytes():
    with pytest.raises(SchemaError, match=r"row 2: there is no image"):
        as_bytes(table([b"png", None], dtype=object), "c")


@pytest.mark.parametrize("text", ["1,000", "1.234,5", "2,5", "1 000"])
def test_decimal_commas_and_thousands_are_refused_with_the_next_step(text):
    with pytest.raises(SchemaError, match="is not a number") as caught:
        as_number(table(["1", text]), "c")
    assert "1234.5" in caught.value.hint


@pytest.mark.parametrize("other", ["2016-01-31T14:05", "2016-01-31", "31.1.2016 14:05"])
def test_a_moment_without_a_zone_beside_others_with_one_is_named(other):
    """It would be hours away from where it was, and nobody would be told."""
    cells = ["2016-01-31T14:05+02:00", "2016-01-31T14:05Z", "2016-01-31 14:05:01.5 -0300", other]
    with pytest.raises(SchemaError, match=r"row 4: .* names no time zone"):
        as_time(table(cells), "c")
    with pytest.raises(SchemaError, match=r"row 1: .* names a time zone"):
        as_time(table([cells[0], other, other]), "c")
    assert as_time(table(cells[:3]), "c").notna().all()
    assert as_time(table(["1451606400", cells[0], "", "NA"]), "c").notna().sum() == 2


def test_a_number_beyond_every_double_is_the_fault_of_its_cell():
    with pytest.raises(SchemaError, match=r"row 1: '1000.* is not a number"):
        as_number(table([10**400, 2]), "c")


def test_a_plus_before_a_number_changes_no_bit_of_it():
    texts = ["+1.3268606662456871e-43", " +4729531340506515761", "+0.5", "+7"]
    assert as_number(table(texts), "c").tolist() == [float(text) for text in texts]
    with pytest.raises(SchemaError, match=r"row 1: '\+-1' is not a number"):
        as_number(table(["+-1", "1"]), "c")


def test_truth_values_are_lowered_whatever_else_the_column_holds():
    """Else the same cell would mean another text in a file without the other word."""
    assert as_text(table(["True", "perhaps"]), "c").tolist() == ["true", "perhaps"]


def test_numbers_beyond_64_bits_stay_numbers():
    assert as_number(table([2**63, 1]), "c").dtype == "float64"
    assert as_text(table([1e300, 0.5, -3.0]), "c").tolist() == [str(int(1e300)), "0.5", "-3"]
