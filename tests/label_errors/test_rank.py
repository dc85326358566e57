"""The queue: what is worth most comes first, what needs no question last."""

import numpy as np

from core.label_errors.rank import order


def test_the_worthiest_row_comes_first_and_then_the_likelier_error():
    impact, p_error = np.array([0.5, 0.9, 0.5, 0.1]), np.array([0.2, 0.1, 0.8, 0.9])
    assert order(impact, p_error, np.ones(4, dtype=bool)).tolist() == [1, 2, 0, 3]


def test_rows_that_need_no_question_stand_last_whatever_they_are_worth():
    impact, unsettled = np.array([0.5, 0.9, 0.1]), np.array([True, False, True])
    assert order(impact, impact, unsettled).tolist() == [0, 2, 1]
