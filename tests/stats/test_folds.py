"""Folds: a copy of a row never stands on both sides, classes are spread evenly."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from core.stats.folds import ALWAYS_TRAINING, assign, groups
from core.tables.values.content_hash import row_hashes


def test_identical_rows_are_one_group_whatever_they_hold():
    frame = pd.DataFrame({"a": [1.0, np.nan, 1.0, np.nan], "b": ["x", None, "x", None], "c": [b"p"] * 4})
    assert groups(row_hashes(frame)).tolist() in ([0, 1, 0, 1], [1, 0, 1, 0])


def test_folds_are_stratified():
    given = np.repeat([0, 1], [400, 100])
    fold = assign(given, np.arange(500), k=5)
    assert all(np.bincount(given[fold == f]).tolist() == [80, 20] for f in range(5))


@settings(max_examples=50)
@over(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 15)), min_size=1, max_size=120),
    st.integers(0, 9),
    st.booleans(),
)
def test_a_group_has_one_fold_and_no_row_is_lost(rows, seed, judge_rare):
    given = np.array([label for label, _ in rows])
    group = np.unique([number for _, number in rows], return_inverse=True)[1]
    fold = assign(given, group, k=3, seed=seed, judge_rare=judge_rare)
    assert pd.Series(fold).groupby(group).nunique().eq(1).all()
    assert set(fold) <= ({0, 1, 2} if judge_rare else {0, 1, 2, ALWAYS_TRAINING})
    assert np.array_equal(fold, assign(given, group, k=3, seed=seed, judge_rare=judge_rare))


@pytest.mark.parametrize("judge_rare", [True, False])
def test_a_rare_class_is_judged_only_where_every_row_must_be(judge_rare):
    given = np.repeat([0, 1], [100, 3])
    fold = assign(given, np.arange(103), judge_rare=judge_rare)
    assert (fold[100:] != ALWAYS_TRAINING).all() == judge_rare
    assert np.bincount(fold[:100]).tolist() == [20] * 5


def test_copies_of_many_rows_do_not_fill_one_fold():
    group = np.concatenate([np.repeat(np.arange(10), 20), np.arange(10, 210)])
    fold = assign(np.zeros(400, dtype=np.int64), group)
    assert np.ptp(np.bincount(fold)) <= 20


@pytest.mark.parametrize(("rows", "judged"), [(4, False), (5, True)])
def test_a_class_with_as_many_groups_as_folds_is_judged(rows, judged):
    fold = assign(np.repeat([0, 1], [100, rows]), np.arange(100 + rows), k=5)
    assert (fold[100:] != ALWAYS_TRAINING).all() == judged
