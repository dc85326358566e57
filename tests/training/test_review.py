"""Reviewing stops as early as it can, and stops for a wrong claim as seldom as it says."""

import numpy as np
import pytest

from core.training.comparison.review import review, sentence
from tests.benchmarks.review_rates import stops

LEVEL = 0.0304
"""Of the first look at a holdout."""


def test_equal_models_are_decided_in_at_most_one_of_twenty_however_often_one_looks():
    found = stops(0.5, 800, 400, LEVEL)
    assert np.mean(found != 0) <= 2 * (LEVEL + 3 * np.sqrt(LEVEL * (1 - LEVEL) / 400))


def test_a_challenger_five_points_worse_is_stopped_after_few_rows():
    """Of models that differ on a tenth of the rows it is right on a quarter of those."""
    found = stops(0.25, 300, 400, LEVEL, seed=1)
    assert (found < 0).mean() > 0.98
    assert np.median(np.abs(found)) <= 35


def test_rows_on_which_neither_is_right_are_no_evidence():
    with_ties, without = review(300, 12, 3, 40, LEVEL), review(300, 12, 3, 0, LEVEL)
    assert with_ties.evidence == without.evidence
    assert with_ties.reviewed == 55


@pytest.mark.parametrize(
    ("wins", "losses", "verdict", "words"),
    [
        (19, 3, "better", "the challenger is right more often"),
        (3, 19, "worse", "the challenger is right less often"),
        (12, 9, "open", "That it is right more often is"),
        (9, 12, "open", "That it is right less often is"),
    ],
)
def test_it_says_what_is_decided_and_what_is_left(wins, losses, verdict, words):
    made = review(300, wins, losses, 0, LEVEL)
    assert made.verdict == verdict
    assert words in sentence(made)
    assert ("need not be reviewed" in sentence(made)) is (verdict != "open")
    assert made.progress * (wins - losses) >= 0
    assert (abs(made.progress) == 1) is (verdict != "open")


def test_a_later_look_asks_for_more():
    assert review(300, 12, 1, 0, 0.0304).verdict == "better"
    assert review(300, 12, 1, 0, 0.0006).verdict == "open"


def test_rows_on_which_neither_is_right_have_to_be_reviewed_as_well():
    without, with_ties = review(300, 9, 3, 0, LEVEL), review(300, 9, 3, 12, LEVEL)
    assert 0 < without.left < with_ties.left == 2 * without.left
    assert review(300, 19, 3, 0, LEVEL).left == 0
    assert review(300, 9, 9, 0, LEVEL).left is None
    assert review(300, 0, 0, 0, LEVEL).left is None
