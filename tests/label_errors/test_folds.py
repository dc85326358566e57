"""Folds: a copy of a row never defends it, rare classes are learnt, each time is judged by itself."""

import numpy as np
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st

from core.label_errors.cv_splits import neighbouring_splits, shuffled_splits, time_blocks
from core.stats.folds import ALWAYS_TRAINING, assign


@settings(max_examples=50)
@over(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 15)), min_size=12, max_size=120), st.integers(0, 9)
)
def test_splits_are_disjoint_keep_groups_together_and_judge_each_row_once(rows, seed):
    given = np.array([label for label, _ in rows])
    group = np.unique([number for _, number in rows], return_inverse=True)[1]
    fold = assign(given, group, k=3, seed=seed)
    splits = shuffled_splits(given, group, repeats=1, k=3, seed=seed)
    for split in splits:
        assert not set(split.train) & set(split.test)
        assert not set(group[split.train]) & set(group[split.test])
    judged = np.concatenate([split.test for split in splits]) if splits else np.array([])
    assert sorted(judged) == sorted(np.flatnonzero(fold != ALWAYS_TRAINING))


def test_a_class_with_fewer_rows_than_folds_is_always_learnt_and_never_judged():
    given = np.array([0] * 30 + [1] * 30 + [2] * 3)
    splits = shuffled_splits(given, np.arange(63))
    for split in splits:
        assert set(np.flatnonzero(given == 2)) <= set(split.train)
        assert 2 not in given[split.test]


def test_rows_without_a_spread_in_time_or_too_few_have_no_blocks():
    assert time_blocks(np.arange(100.0)) is None
    assert time_blocks(np.ones(10_000)) is None


def test_a_row_is_judged_by_its_own_time_only():
    times = np.arange(9000.0)
    block = time_blocks(times)
    given = np.tile([0, 1], 4500)
    splits = neighbouring_splits(given, np.arange(9000), block)
    assert np.bincount(block).min() > 1400
    for split in splits:
        assert np.abs(block[split.train][:, None] - block[split.test][None, :5]).max() <= 1
    assert sorted(np.concatenate([s.test for s in splits])) == list(range(9000))
