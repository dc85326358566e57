"""Broken here: experts are asked the same question again and again, or about rows that the model knows."""

import numpy as np

from core.annotation.first_labels import first_labels, margins
from core.annotation.rules import RULES, FirstRules


def by_hand(margin, vectors, count, rules=RULES.first):
    """The same, row by row: all distances, a plain loop."""
    worth, chosen = list(1 - margin), []
    for _ in range(count):
        left = [row for row in range(len(worth)) if row not in chosen]
        best = max(left, key=lambda row: (worth[row], -row))
        chosen.append(best)
        others = [row for row in range(len(worth)) if row != best]
        near = sorted(others, key=lambda row: np.linalg.norm(vectors[row] - vectors[best]))[: rules.alike]
        for row in near:
            worth[row] *= rules.left
    return chosen


def test_it_is_what_a_loop_over_rows_gives():
    rng = np.random.default_rng(4)
    for rows in (2, 7, 60):
        margin, vectors = rng.random(rows), rng.normal(size=(rows, 3))
        rules = FirstRules(alike=min(5, rows - 1))
        assert first_labels(margin, vectors, rows, rules).tolist() == by_hand(margin, vectors, rows, rules)


def test_of_five_copies_one_is_asked_about_before_rows_that_say_something_else():
    vectors = np.vstack([np.zeros((5, 2)), 10 + np.arange(8.0).reshape(4, 2)])
    margin = np.array([0.0, 0.01, 0.02, 0.03, 0.04, 0.3, 0.31, 0.32, 0.33])
    assert first_labels(margin, vectors, 2, FirstRules(alike=4)).tolist() == [0, 5]


def test_one_row_alone_and_more_asked_for_than_there_are():
    assert first_labels(np.array([0.5]), np.zeros((1, 2)), 40).tolist() == [0]


def test_a_margin_is_between_the_two_likeliest_classes():
    scores = np.array([[0.2, 0.5, 0.3], [1.0, 0.0, 0.0], [np.nan, 0.7, 0.1]])
    np.testing.assert_allclose(margins(scores), [0.2, 1.0, 0.6])
