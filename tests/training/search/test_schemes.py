"""Broken here: an experiment is judged on rows that its model, or a copy of them, has learnt from."""

import numpy as np
import pytest

from core.training.search.schemes import SchemeRules, forward, in_folds, scheme_for


@pytest.mark.parametrize("n", [400, 1_003])
def test_every_judged_row_is_newer_than_what_its_model_learnt_from(n):
    scheme = forward(np.arange(n, dtype=np.uint64))
    assert all(learn.max() < test.min() for learn, test in scheme.parts)
    judged = scheme.judged_rows()
    assert np.array_equal(judged, np.arange(n - int(0.4 * n), n))
    assert len(scheme.parts) == 4


def test_a_copy_of_a_judged_row_is_not_learnt_from():
    copies = np.arange(500, dtype=np.uint64)
    copies[3] = copies[320]
    learn = next(learn for learn, test in forward(copies).parts if 320 in test)
    assert 3 not in learn
    assert 4 in learn
    assert 3 in forward(copies).parts[1][0]


def test_rows_without_an_order_or_few_rows_are_judged_by_folds():
    strata, copies = np.arange(600) % 2, np.arange(600, dtype=np.uint64)
    names = {
        scheme_for(strata[:n], copies[:n], ordered=ordered, seed=0).name.split(":")[0].split(" ")[0]
        for n, ordered in ((600, False), (399, True))
    }
    assert names == {"stratified"}
    assert scheme_for(strata[:400], copies[:400], ordered=True, seed=0).name.startswith("forward")


def test_folds_judge_every_row_once():
    scheme = in_folds(np.arange(90) % 3, np.arange(90, dtype=np.uint64) // 2, 0, SchemeRules(blocks=4))
    assert sorted(scheme.judged_rows()) == list(range(90))
    assert all(not set(learn // 2) & set(test // 2) for learn, test in scheme.parts)
