"""A pair of classes is named where it is beyond chance, and a rule is not praised for chance."""

from itertools import count

import numpy as np
import pytest
from scipy.stats import binomtest
from statsmodels.stats.proportion import proportion_confint

from core.annotation.class_pairs.differences import change, differing
from core.annotation.class_pairs.most_confused import most_confused
from core.annotation.rules import RULES
from core.annotation.votes import Votes


def votes(classes="abc", **rows):
    """So many rows with these labels, a letter a person."""
    number = count()
    cast = [
        (str(row), str(person), label)
        for labels, times in rows.items()
        for row in (next(number) for _ in range(times))
        for person, label in enumerate(labels)
    ]
    return Votes.from_names(*zip(*cast, strict=True), tuple(classes))


def test_a_pair_beyond_chance_is_named_with_the_numbers_of_a_hand_and_of_scipy():
    pair = most_confused(votes(aa=10, bb=10, cc=10, ab=30, ac=2, bc=2))
    assert (pair.classes, pair.rows, pair.differ, pair.named) == (("a", "b"), 30, 34, True)
    side = pair.sides[0]
    assert (side.rows, side.value) == (32, 30 / 32)
    # of 64 rows a and b have 26, c has 12: wrong labels as they occur 26 / 38, evenly 52 / (26 + 64)
    assert side.chance == pytest.approx(max(26 / 38, 52 / 90))
    exact = binomtest(30, 32).proportion_ci(1 - RULES.pairs.alpha / 3, "exact")
    assert (side.low, side.high) == pytest.approx((exact.low, exact.high))


def test_few_rows_name_nothing_but_are_counted():
    pair = most_confused(votes(aa=10, bb=10, cc=10, ab=6, ac=2, bc=2))
    assert (pair.named, pair.rows, pair.differ) == (False, 6, 10)
    assert most_confused(votes(aa=10, bb=3)) is None


def test_a_class_that_is_hard_beside_every_other_names_no_pair():
    assert not most_confused(votes("abcd", aa=50, bb=50, cc=50, dd=50, ab=40, ac=40, ad=40)).named


def test_a_rare_pair_is_named_before_a_common_one_that_is_not_beyond_chance():
    """Most rows alone would name a and b, which are common."""
    common = {"aa": 400, "bb": 400, "cc": 40, "dd": 40, "ab": 30, "ac": 12, "ad": 12, "bc": 12, "bd": 12}
    pair = most_confused(votes("abcd", **common, cd=29))
    assert (pair.classes, pair.named) == (("c", "d"), True)


def test_of_two_classes_there_is_one_pair():
    pair = most_confused(votes(aa=3, ab=RULES.pairs.least_rows))
    assert (pair.named, pair.sides) == (True, ())
    assert not most_confused(votes(aa=3, ab=RULES.pairs.least_rows - 1)).named


def test_a_row_with_three_classes_speaks_of_no_pair():
    pair = most_confused(votes(aaa=9, abc=50, aab=7))
    assert (pair.rows, pair.differ) == (7, 7)


def test_differing_is_that_of_two_people_whatever_the_number_of_votes():
    """Three people differ on a row more often than two, though each two of them do not."""
    rng = np.random.default_rng(0)
    three = np.stack([n := rng.binomial(3, 0.9, 20_000), 3 - n], axis=1)
    assert differing(three).value == pytest.approx(2 * 0.9 * 0.1, abs=0.01)
    two = differing(np.array([[1, 1]] * 12 + [[2, 0]] * 28 + [[1, 0]] * 9))
    low, high = proportion_confint(12, 40, method="wilson")
    assert (two.value, two.low, two.high, two.rows) == pytest.approx((0.3, low, high, 40))
    assert differing(np.zeros((0, 2), dtype=np.int64)).rows == 0


def test_a_rule_is_praised_where_intervals_have_nothing_in_common_and_rows_are_enough():
    often, seldom = ([[1, 1]] * k + [[2, 0]] * (60 - k) for k in (30, 4))
    assert change(differing(np.array(often)), differing(np.array(seldom))) == "less"
    assert change(differing(np.array(seldom)), differing(np.array(often))) == "more"
    assert change(differing(np.array(often)), differing(np.array(often))) is None
    assert change(differing(np.array(often)), differing(np.array([[2, 0]] * 19))) is None
