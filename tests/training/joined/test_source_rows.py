"""Broken here: two rows of a key are joined as if it did not matter which, or names are taken for kinds."""

import pandas as pd
import pytest

from core.errors import SchemaError
from core.tables.table import Table
from core.training.joined.source_rows import read_source


def read(key="k", time=None, **columns):
    return read_source(Table(pd.DataFrame(columns), "s.csv"), key, time)


def test_a_key_that_stands_twice_is_refused_with_its_rows():
    with pytest.raises(SchemaError, match="'b' in row 2 and row 4") as caught:
        read(k=["a", "b", "c", "b"], x=[1, 2, 3, 4])
    assert (caught.value.column, caught.value.row) == ("k", 2)


def test_a_key_may_stand_twice_at_two_moments_and_not_at_one():
    days = ["2024-01-01", "2024-01-02", "2024-01-02"]
    assert len(read(time="t", k=["a", "a", "b"], t=days, x=[1, 2, 3]).keys) == 3
    with pytest.raises(SchemaError, match="for the same moment: 'a' in row 2 and row 3"):
        read(time="t", k=["a", "a", "a"], t=days, x=[1, 2, 3])


def test_rows_without_a_key_or_a_time_are_left_out_and_counted():
    source = read(
        time="t", k=["a", None, "c", "a"], t=["2024-01-01", "2024-01-01", "x", "2024-01-02"], x=[1, 2, 3, 4]
    )
    assert (list(source.keys), source.without_key) == (["a", "a"], 2)
    assert source.values["x"].tolist() == [1, 4]


def test_a_refusal_counts_rows_as_the_file_does():
    with pytest.raises(SchemaError, match="row 3 and row 5"):
        read(k=["a", None, "b", None, "b"], x=[1, 2, 3, 4, 5])


def test_columns_are_numbers_times_kinds_or_left_out_with_a_reason():
    n = 20
    source = read(
        k=list(range(n)),
        number=[str(k) for k in range(n)],
        day=[f"2024-01-{k + 1:02d}" for k in range(n)],
        kind=["u", "v"] * (n // 2),
        name=[f"name {k}" for k in range(n)],
        same=[1] * n,
    )  # fmt: skip
    assert list(source.values.columns) == ["number", "day", "kind"]
    assert source.times == ("day",)
    assert pd.api.types.is_numeric_dtype(source.values["number"])
    assert {one.column: one.why.split(":")[0] for one in source.left_out} == {
        "name": "Nearly every key has a text of its own",
        "same": "It has the same value everywhere.",
    }


def test_few_keys_may_have_a_kind_each():
    source = read(k=[1, 2, 3], town=["x", "y", "z"])
    assert list(source.values.columns) == ["town"]


def test_a_source_without_any_key_or_without_the_column_is_refused():
    with pytest.raises(SchemaError, match="no row has a value"):
        read(k=[None, None], x=[1, 2])
    with pytest.raises(SchemaError, match="missing column 'k'"):
        read(other=[1], x=[2])


def test_where_kinds_end_and_names_begin():
    for n, joined in ((8, True), (9, False)):
        source = read(k=list(range(n)), town=[f"town {k}" for k in range(n)], x=list(range(n)))
        assert ("town" in source.values) == joined
    for different, joined in ((10, True), (11, False)):
        source = read(k=list(range(20)), town=[f"town {k % different}" for k in range(20)], x=list(range(20)))
        assert ("town" in source.values) == joined


def test_one_mistyped_number_of_forty_does_not_make_texts():
    for n, numbers in ((21, True), (20, False)):
        source = read(k=list(range(n)), x=["?", *(str(k % 7) for k in range(n - 1))])
        assert pd.api.types.is_numeric_dtype(source.values["x"]) == numbers
