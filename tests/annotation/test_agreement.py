"""Agreement is what the literature and other packages compute, and its interval says how little is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import fleiss_kappa

from core.annotation.agreement import cohen_kappa, krippendorff_alpha
from core.annotation.rules import RULES
from core.annotation.votes import Votes
from core.errors import LabelError

CLASSES = tuple("12345")


def table(*people, classes=CLASSES):
    """Votes of one text a person, a letter a row; a point where they did not vote."""
    votes = [
        (str(row), str(person), label)
        for person, labels in enumerate(people)
        for row, label in enumerate(labels)
        if label != "."
    ]
    return Votes.from_names(*zip(*votes, strict=True), classes)


def test_alpha_of_the_example_of_its_author():
    """Krippendorff (2011), example C: four observers, twelve units, some missing."""
    votes = table("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
    alpha = krippendorff_alpha(votes)
    assert alpha.value == pytest.approx(0.743, abs=5e-4)
    assert (alpha.rows, alpha.people) == (11, 4)


def test_alpha_of_two_observers_and_two_classes():
    """Krippendorff (2011), example A."""
    votes = table("0100000010", "1110010000", classes=("0", "1"))
    assert krippendorff_alpha(votes).value == pytest.approx(0.095, abs=5e-4)


def test_kappa_of_a_textbook_table():
    """20 times both yes, 15 times both no, 5 and 10 times different: .4."""
    votes = table("y" * 25 + "n" * 25, "y" * 20 + "n" * 5 + "y" * 10 + "n" * 15, classes=("y", "n"))
    kappa = cohen_kappa(votes, (0, 1))
    assert kappa.value == pytest.approx(0.4)
    assert (kappa.observed, kappa.rows) == (pytest.approx(0.7), 50)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from("123"), st.sampled_from("123")), min_size=2, max_size=60))
def test_kappa_is_that_of_scikit_learn(pairs):
    a, b = ("".join(labels) for labels in zip(*pairs, strict=True))
    kappa = cohen_kappa(table(a, b), (0, 1))
    if len({*a, *b}) == 1:
        assert kappa.value is None
    else:
        assert kappa.value == pytest.approx(cohen_kappa_score([*a], [*b]))
        assert kappa.low <= kappa.value <= kappa.high


@settings(max_examples=30)
@given(st.lists(st.text("123", min_size=4, max_size=4), min_size=2, max_size=40))
def test_alpha_of_full_tables_is_the_kappa_of_fleiss_but_for_the_number_of_labels(rows):
    """One minus alpha is one minus kappa times (N - 1) / N, of N labels."""
    votes = table(*("".join(labels) for labels in zip(*rows, strict=True)))
    alpha = krippendorff_alpha(votes)
    if alpha.value is None:
        assert len(set("".join(rows))) == 1
        return
    total = 4 * len(rows)
    expected = 1 - (1 - fleiss_kappa(votes.by_row)) * (total - 1) / total
    assert alpha.value == pytest.approx(expected)


def test_rows_of_one_vote_say_nothing():
    shared = table("1212", "1222")
    more = table("121211111", "1222.....")
    assert krippendorff_alpha(more).value == krippendorff_alpha(shared).value
    assert cohen_kappa(more, (0, 1)).value == cohen_kappa(shared, (0, 1)).value
    assert krippendorff_alpha(more).rows == 4


def test_people_who_share_no_row_have_no_agreement():
    apart = table("12..", "..12")
    assert cohen_kappa(apart, (0, 1)).value is None
    assert krippendorff_alpha(apart).rows == 0


def test_five_rows_without_a_difference_prove_little():
    """Rows drawn anew would say: certain."""
    few, many = (krippendorff_alpha(table("12121" * n, "12121" * n)) for n in (1, 80))
    assert few.value == many.value == 1
    assert few.low < 0.3
    assert 0.9 < many.low < 1


def test_intervals_hold_the_truth():
    """Of labels that are right in .9 and .8 of 60 rows, drawn 60 times."""
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, (60, 60))
    first, second = (np.where(rng.random(truth.shape) < right, truth, 1 - truth) for right in (0.9, 0.8))
    observed = 0.9 * 0.8 + 0.1 * 0.2
    hits = 0
    for a, b in zip(first, second, strict=True):
        kappa = cohen_kappa(table("".join(map(str, a)), "".join(map(str, b)), classes=("0", "1")), (0, 1))
        hits += kappa.low <= 2 * observed - 1 <= kappa.high
    assert hits >= 53  # a 95 % interval misses more than 7 of 60 in 1 of 100 cases


def test_the_same_votes_have_the_same_interval():
    votes = table("1212312" * 10, "1222312" * 10)
    assert krippendorff_alpha(votes) == krippendorff_alpha(votes)
    assert RULES.agreement.draws >= 1000


def test_what_are_no_votes_is_refused():
    with pytest.raises(LabelError, match="'7' is not a class"):
        table("17")
    with pytest.raises(LabelError, match="twice"):
        Votes.from_names(["r", "r"], ["ann", "ann"], ["1", "2"], CLASSES)
