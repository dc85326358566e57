"""Broken here: the model is judged on rows that it has learned from."""

import pandas as pd
import pytest

from core.errors import DataError
from core.tables.roles.train_split import training_window

DAYS = pd.Series(pd.date_range("2020-01-01", periods=10))
ORDER = pd.Series([pd.NaT] * 10, dtype="datetime64[us]")


def test_rows_before_the_date_are_training_data():
    assert training_window(DAYS, "2020-01-04").training.sum() == 3


def test_a_share_of_the_rows_by_time_or_by_order():
    by_time = training_window(DAYS, "0.4")
    assert (by_time.training.sum(), by_time.until) == (4, "2020-01-05T00:00:00")
    assert training_window(ORDER, "0.4").until == "4"


def test_rows_of_one_moment_are_never_on_both_sides():
    same = pd.Series([DAYS[0]] * 3 + [DAYS[1]] * 7)
    assert training_window(same, "0.5").training.sum() == 3


def test_everything_may_be_training_data():
    assert training_window(DAYS, "1.0").training.all()


@pytest.mark.parametrize("until", ["1.5", "0", "2019-01-01", "tomorrow"])
def test_what_gives_no_training_data_is_refused(until):
    with pytest.raises(DataError):
        training_window(DAYS, until)


def test_a_date_needs_times():
    with pytest.raises(DataError, match="Without a column of dates"):
        training_window(ORDER, "2020-01-01")
