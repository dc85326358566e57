"""Broken here: a probability stands under another class than the one it was given for."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.tables.values.align_probabilities import align_probabilities

CLASSES = ("a", "b", "c", "d")


@given(st.permutations(CLASSES), st.integers(1, 4), st.integers(0, 99))
def test_every_class_keeps_its_own_column_and_an_unseen_one_is_zero(order, seen, seed):
    known = order[:seen]
    said = np.random.default_rng(seed).dirichlet(np.ones(seen), 5)
    made = align_probabilities(said, np.array(known, dtype=object), CLASSES)
    assert made.shape == (5, 4)
    for column, name in enumerate(CLASSES):
        expected = said[:, known.index(name)] if name in known else np.zeros(5)
        np.testing.assert_array_equal(made[:, column], expected)


def test_a_class_that_the_model_has_no_more_is_left_out():
    assert align_probabilities(np.array([[0.25, 0.75]]), ["old", "b"], ("a", "b")).tolist() == [[0.0, 0.75]]


def test_classes_that_were_numbers_are_found_by_their_text():
    assert align_probabilities(np.array([[0.25, 0.75]]), np.array([1, 0]), ("0", "1")).tolist() == [
        [0.75, 0.25]
    ]
