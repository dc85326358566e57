"""Fits run side by side, come in their order, and are called off where nobody asks for them."""

from functools import partial
from threading import Event

import pytest

from core.stats.executors.side_by_side import run_on, side_by_side


def test_fits_run_beside_each_other_and_come_in_their_order():
    """The first waits for the second: with one at a time it would wait for ever."""
    second = Event()
    assert list(side_by_side([lambda: second.wait(30), lambda: second.set() or "second", lambda: 3], 2)) == [
        True, "second", 3,
    ]  # fmt: skip


@pytest.mark.parametrize("at_once", [1, 2])
def test_who_has_seen_enough_leaves_the_rest_unfitted(at_once):
    begun = []
    fits = side_by_side((partial(begun.append, number) for number in range(9)), at_once)
    next(fits)
    fits.close()
    assert 1 <= len(begun) <= at_once


@pytest.mark.parametrize("at_once", [1, 2])
def test_what_a_fit_refuses_is_told(at_once):
    def refuse():
        raise ValueError("one class")

    fits = side_by_side([lambda: 1, refuse, lambda: 3], at_once)
    assert next(fits) == 1
    with pytest.raises(ValueError, match="one class"):
        next(fits)


def test_another_executor_serves_its_block_alone():
    with run_on(lambda fits, _at_once: (fit() + 1 for fit in fits)):
        assert list(side_by_side([lambda: 1, lambda: 2])) == [2, 3]
    assert list(side_by_side([lambda: 1, lambda: 2])) == [1, 2]
