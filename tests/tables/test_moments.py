"""Broken here: a date is read as another day, or differently in another file."""

import pandas as pd
import pytest

from core.errors import SchemaError
from core.tables.table import Table
from core.tables.values.columns import as_time
from core.tables.values.timestamps import moments

FORMS = [
    "2024-01-31",
    "2024-01-31T00:00:00Z",
    "2024-01-31T01:00+01:00",
    "31.1.2024",
    "31.01.2024 00:00",
    "1706659200",
    "1706659200000",
    "1706659200.0",
]


@pytest.mark.parametrize("text", FORMS)
def test_every_form_is_the_same_moment(text):
    assert moments(pd.Series([None, text])).iloc[1] == pd.Timestamp("2024-01-31")


@pytest.mark.parametrize("number", [1_706_659_200, 1_706_659_200_000, 1_706_659_200_000_000])
def test_epochs_are_told_apart_by_their_size(number):
    assert moments(pd.Series([number])).iloc[0] == pd.Timestamp("2024-01-31")


def test_forms_may_be_mixed_within_a_column():
    assert set(moments(pd.Series(FORMS))) == {pd.Timestamp("2024-01-31")}


@pytest.mark.parametrize("text", ["1/2/2024", "31/1/2024", "32.1.2024", "31.1.24", "5", "20", "1e9", "soon"])
def test_what_may_be_two_days_or_none_is_refused_with_the_next_step(text):
    table = Table(pd.DataFrame({"day": ["2024-01-01", text]}), "f.csv")
    with pytest.raises(SchemaError, match="column 'day', row 2") as caught:
        as_time(table, "day")
    assert "2016-01-31" in caught.value.hint
    assert "1/2/2016" in caught.value.hint


NANOSECONDS = 1_706_659_200_123_456_789
FAR_NANOSECONDS = 9_500_000_000_000_000_001  # beyond 64 bits with a sign


@pytest.mark.parametrize(
    "cells",
    [
        [NANOSECONDS],
        [str(NANOSECONDS)],
        [f"{NANOSECONDS}.0", None],
        [str(NANOSECONDS), "1706659200.5"],
        pd.array([NANOSECONDS, None], dtype="Int64"),
    ],
)
def test_nanoseconds_keep_their_microsecond(cells):
    assert moments(pd.Series(cells)).iloc[0] == pd.Timestamp("2024-01-31 00:00:00.123456")


def test_every_nanosecond_is_cut_like_the_date_that_it_is():
    epochs = pd.Series([NANOSECONDS + 137 * step for step in range(500)])
    assert moments(epochs).tolist() == pd.to_datetime(epochs).astype("datetime64[us]").tolist()
    assert moments(epochs.astype(str)).tolist() == moments(epochs).tolist()


def test_an_epoch_beyond_64_bits_and_a_number_beyond_every_unit():
    column = pd.Series([str(FAR_NANOSECONDS), "9" * 400])
    assert moments(column).tolist() == [pd.Timestamp("2271-01-16 16:53:20"), pd.NaT]
    assert moments(pd.Series([FAR_NANOSECONDS])).iloc[0] == pd.Timestamp("2271-01-16 16:53:20")
