"""Broken here: rows counted in the wrong month, on every chart."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DataError
from core.tables import chunks


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.sampled_from(chunks.CALENDAR))
def test_a_moment_lies_within_the_bounds_of_its_chunk(day, chunk):
    moment = pd.Timestamp(day) + pd.Timedelta(hours=23, minutes=59)
    key = chunks.keys(pd.Series([moment]), chunk).iloc[0]
    start, after = chunks.bounds(key, chunk)
    assert start <= moment < after


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.integers(0, 800), st.sampled_from(chunks.CALENDAR))
def test_keys_sort_like_time(day, later, chunk):
    first, second = chunks.keys(pd.Series(pd.to_datetime([day, day + timedelta(later)])), chunk)
    assert first <= second


@given(st.integers(0, 10_000_000), st.integers(1, 5000))
def test_a_row_lies_within_the_bounds_of_its_chunk(position, size):
    key = chunks.row_keys(pd.Series([position]), str(size)).iloc[0]
    first, after = chunks.bounds(key, str(size))
    assert first <= position < after


@pytest.mark.parametrize("chunk", ["", "fortnight", "0", "-5", "1.5"])
def test_what_is_no_chunk_is_refused(chunk):
    with pytest.raises(DataError, match="not a chunk"):
        chunks.check(chunk)


def test_the_last_week_of_a_year_may_begin_in_the_year_before():
    assert chunks.keys(pd.Series(pd.to_datetime(["2016-01-01"])), "week").tolist() == ["2015-W53"]
    assert chunks.label("2015-W53", "week") == "Week 53, 2015"


def test_labels_are_for_people():
    assert chunks.label("2016-01-05", "day") == "5 Jan 2016"
    assert chunks.label("2016", "year") == "2016"
    assert chunks.label("rows-000000", "100") == "Rows 1-100"


def test_sparse_data_get_long_chunks():
    days = pd.Series(pd.date_range("2000-01-01", "2019-12-31", periods=3000))
    assert chunks.suggest(days, 3000) == "year"
    dense = pd.Series(pd.date_range("2020-01-01", "2020-01-20", periods=20_000))
    assert chunks.suggest(dense, 20_000) == "day"
