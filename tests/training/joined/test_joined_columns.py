"""Broken here: a model learns what was not known yet, or cannot look up what it learnt from."""

import numpy as np
import pandas as pd
import pytest
import skops.io
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone

from core.training.joined.joined_columns import JoinedColumns, as_keys


def step(keys, days, values, time="at"):
    moments = None if days is None else pd.Series(pd.Timestamp("2024-01-01") + pd.to_timedelta(days, "D"))
    made = JoinedColumns("k", None if days is None else time, "d")
    return made.keep(as_keys(pd.Series(keys)), moments, pd.DataFrame(values))


def rows(keys, days):
    return pd.DataFrame({"k": keys, "at": pd.Timestamp("2024-01-01") + pd.to_timedelta(days, "D")})


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_the_newest_row_before_the_prediction_is_looked_up(data):
    """Against a look at every row of the source, for any keys and moments."""
    pairs = data.draw(st.sets(st.tuples(st.integers(0, 3), st.integers(0, 6)), min_size=1, max_size=20))
    asked = data.draw(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 7)), min_size=1, max_size=20))
    source = list(pairs)
    made = step([k for k, _ in source], [d for _, d in source], {"s.x": np.arange(len(source), dtype=float)})
    X = rows([k for k, _ in asked], [d for _, d in asked])
    got = made.fit(X).transform(X)["s.x"]
    for (key, day), value in zip(asked, got, strict=True):
        before = [(d, n) for n, (k, d) in enumerate(source) if k == key and d < day]
        assert np.isnan(value) if not before else value == max(before)[1]


def test_what_is_of_the_same_moment_was_not_known_before():
    made = step(["a", "a"], [1, 2], {"s.x": [1.0, 2.0]})
    X = rows(["a", "a", "a"], [1, 2, 2.5])
    assert made.fit(X).transform(X)["s.x"].tolist()[1:] == [1.0, 2.0]
    assert made.positions(X).tolist() == [-1, 0, 1]


def test_a_row_without_a_time_is_asked_as_of_now_only_where_none_has_one():
    made = step(["a", "a"], [1, 2], {"s.x": [1.0, 2.0]})
    X = rows(["a", "a"], [1.5, 9])
    made.fit(X)
    assert made.transform(X[["k"]])["s.x"].tolist() == [2.0, 2.0]
    assert made.transform(X.assign(at=pd.NaT))["s.x"].tolist() == [2.0, 2.0]
    X.loc[1, "at"] = pd.NaT
    assert made.positions(X).tolist() == [0, -1]


def test_kinds_and_numbers_come_as_what_they_are_and_unknown_keys_have_none():
    made = step([1, 2], None, {"s.x": [1.5, 2.5], "s.c": ["u", None]})
    X = pd.DataFrame({"k": [2.0, 1.0, 3.0, None]})
    got = made.fit(X).transform(X)
    assert (made.numbers, made.kinds) == (("s.x",), ("s.c",))
    assert got["s.x"].tolist()[:2] == [2.5, 1.5]
    assert got["s.x"].isna().tolist() == [False, False, True, True]
    assert got["s.c"].tolist() == [None, "u", None, None]


def test_a_copy_and_a_saved_step_know_the_rows():
    made = step([1, 2], [0, 0], {"s.x": [1.5, 2.5], "s.c": ["u", None]})
    X = rows([2, 1], [1, 1])
    copy = clone(made).fit(X)
    assert copy.kept is made.kept
    saved = skops.io.dumps(copy)
    types = skops.io.get_untrusted_types(data=saved)
    pd.testing.assert_frame_equal(skops.io.loads(saved, trusted=types).transform(X), copy.transform(X))


@pytest.mark.parametrize(
    ("ours", "theirs"), [([7.0, None], [7, 8]), (["7", "x"], [7, 8]), ([" 7 "], ["7"]), ([7], ["7"])]
)
def test_the_same_key_is_the_same_however_it_is_written(ours, theirs):
    made = JoinedColumns("k", None, "d").keep(as_keys(pd.Series(theirs)), None, pd.DataFrame({"s.x": theirs}))
    assert made.positions(pd.DataFrame({"k": pd.Series(ours, dtype=object)}))[0] == 0
