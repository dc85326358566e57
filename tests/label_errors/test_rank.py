"""The queue: what is highest comes first, what needs no question last; flags take the likeliest."""

import numpy as np
import pytest

from core.label_errors.rank import flag, order
from core.stats import arrays
from core.stats.arrays import highest, highest_of_columns


def test_the_highest_row_comes_first_and_of_equal_ones_the_second_number_decides():
    first, then = np.array([0.5, 0.9, 0.5, 0.1]), np.array([0.2, 0.1, 0.8, 0.9])
    assert order(first, then, np.ones(4, dtype=bool)).tolist() == [1, 2, 0, 3]


def test_rows_that_need_no_question_stand_last_whatever_they_are_worth():
    impact, unsettled = np.array([0.5, 0.9, 0.1]), np.array([True, False, True])
    assert order(impact, impact, unsettled).tolist() == [0, 2, 1]


@pytest.mark.parametrize("count", [0, 1, 7, 30])
def test_the_highest_without_sorting_are_those_of_a_stable_sort(count):
    values = np.random.default_rng(0).integers(0, 8, 30).astype(float)
    expected = np.zeros(30, dtype=bool)
    expected[np.argsort(-values, kind="stable")[:count]] = True
    assert highest(values, count).tolist() == expected.tolist()


@pytest.mark.parametrize("cells", [1, 12, 200])
def test_the_highest_of_all_columns_in_one_pass_are_those_of_each_by_itself(cells, monkeypatch):
    """With ties, with no rows and with all of them, whatever the size of a block."""
    monkeypatch.setattr(arrays, "BLOCK_CELLS", cells)
    matrix = np.random.default_rng(1).integers(0, 6, (50, 4)).astype(float)
    counts = [0, 3, 17, 50]
    rows = highest_of_columns(matrix, counts)
    for values, count, chosen in zip(matrix.T, counts, rows, strict=True):
        assert chosen.tolist() == sorted(np.argsort(-values, kind="stable")[:count])


def test_no_row_that_fits_its_label_is_flagged_however_many_errors_are_expected():
    p_error, suspicious = np.array([0.9, 0.4, 0.3]), np.array([True, False, True])
    assert flag(p_error, suspicious, np.ones(3, dtype=bool), 3.0).tolist() == [True, False, True]
