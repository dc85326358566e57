"""Broken here: scores of the other class, another threshold or a lost class go unseen, or are seen in any."""

import numpy as np
import pytest

from core.health.attribution.fault_messages import fault_message
from core.health.change.fit.predictions import output_misfits
from tests.benchmarks.label_fit_rates import CHANGES, FOUR, LOST, TWO, counted, four, said, two

BROKEN = {
    "scores of the other class": "turned",
    "a threshold of .4 for .5": "decisions",
    "one prediction in twenty turned": "decisions",
    "one prediction in ten turned": "decisions",
    "the model gives the next likely one": "no_class",
}


def rate(kind, name, n, times=60):
    rng = np.random.default_rng(1)
    make, change = (four, LOST[name]) if kind == "no_class" else (two, CHANGES[name])
    before = make(rng, 5000)
    return np.mean([kind in said(before, make(rng, n, **change)) for _ in range(times)])


@pytest.mark.parametrize("kind", ["turned", "decisions", "no_class"])
@pytest.mark.parametrize("n", [50, 1000])
def test_what_fits_is_no_misfit(kind, n):
    quiet = [name for name in (LOST if kind == "no_class" else CHANGES) if BROKEN.get(name) != kind]
    assert {name: rate(kind, name, n) for name in quiet} == dict.fromkeys(quiet, 0)


@pytest.mark.parametrize(("name", "kind"), BROKEN.items())
def test_what_is_broken_is_called_in_the_first_chunk(name, kind):
    assert rate(kind, name, 200) >= (0.9 if "twenty" in name or kind == "no_class" else 1)


@pytest.mark.parametrize(("below", "called"), [(3.2, False), (3.4, True)])
def test_scores_are_turned_from_one_in_two_thousand_on(below, called):
    """100 of each class: the standard deviation of the area by chance is .0409."""
    before, now = two(np.random.default_rng(0), 2000), counted(TWO, *rows_with_area(0.5 - below * 0.0409))
    assert ("turned" in {fault.kind for fault in output_misfits(TWO, before, now)}) is called


def test_scores_that_caretaker_makes_are_never_called_turned_by_a_service():
    """A world that turned was told as a fault of a service, and no search tried the newest rows."""
    before, now = two(np.random.default_rng(0), 2000), counted(TWO, *rows_with_area(0.1))
    assert "turned" in {fault.kind for fault in output_misfits(TWO, before, now)}
    assert "turned" not in {fault.kind for fault in output_misfits(TWO, before, now, scored_here=True)}


def rows_with_area(area, n=100):
    """Labels, scores and predictions of 2 n rows: negatives lie at .5, so many positives above as asked."""
    above = round(area * n)
    positive = np.concatenate([np.full(above, 0.7), np.full(n - above, 0.3)])
    score = np.concatenate([positive, np.full(n, 0.5)])
    y = np.repeat([1, 0], n)
    return y, np.column_stack([1 - score, score]), (score > 0.5).astype(int)


def test_scores_that_never_ranked_cannot_be_turned():
    rng = np.random.default_rng(0)
    assert "turned" not in said(two(rng, 2000, slope=0.0), two(rng, 2000, turned=True))


@pytest.mark.parametrize(("odd", "called"), [(19, False), (21, True)])
def test_one_prediction_in_fifty_may_leave_the_threshold(odd, called):
    assert ("decisions" in said(decided(0), decided(odd))) is called


@pytest.mark.parametrize(("odd", "judged"), [(19, True), (21, False)])
def test_decisions_that_never_followed_the_scores_are_not_judged(odd, judged):
    assert ("decisions" in said(decided(odd), decided(400))) is judged


def decided(odd, n=1000):
    """1,000 rows at scores of .2 and .8, of which so many are decided the other way."""
    y = np.arange(n) % 2
    score = np.where(y == 1, 0.8, 0.2)
    prediction = np.where(np.arange(n) < odd, 1 - y, y)
    return counted(TWO, y, np.column_stack([1 - score, score]), prediction)


def test_the_threshold_that_fits_now_is_told():
    rng = np.random.default_rng(1)
    (fault,) = output_misfits(TWO, two(rng, 5000), two(rng, 5000, threshold=0.3))
    text = str(fault_message(fault, "May 2024"))
    assert text.endswith("(0 % then) (they follow a threshold of 0.30 now) since May 2024")
    (fault,) = output_misfits(TWO, two(rng, 5000), two(rng, 5000, odd=0.2))
    assert fault.value == ""


def test_a_prediction_of_several_classes_is_none_that_has_less_than_its_share():
    rng = np.random.default_rng(1)
    before, y = four(rng, 2000), rng.integers(0, 4, 500)
    scores = np.where(np.eye(4)[y] == 1, 0.7, 0.1)
    assert said(before, counted(FOUR, y, scores, y)) == set()
    assert "decisions" in said(before, counted(FOUR, y, scores, (y + 1) % 4))


@pytest.mark.parametrize(("n", "called"), [(131, False), (132, True)])
def test_a_class_that_chance_leaves_out_is_not_lost(n, called):
    """A tenth of the predictions misses 132 rows with a chance of .9 ** 132 = 9e-7."""
    y = np.arange(1000) % 10
    before = labels_and_predictions(np.where(y == 9, 3, y % 3))
    now = labels_and_predictions(np.arange(n) % 3)
    assert ("no_class" in said(before, now)) is False  # its labels are gone as well
    unlabelled = labels_and_predictions(np.arange(n) % 3, labelled=np.zeros(n, dtype=bool))
    assert ("no_class" in said(before, unlabelled)) is called


def labels_and_predictions(y, labelled=None):
    scores = np.where(np.eye(4)[y] == 1, 0.7, 0.1)
    return counted(FOUR, y, scores, y, labelled)
