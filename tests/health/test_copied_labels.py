"""Broken here: a model whose labels are its own predictions is called perfect, and healthy."""

from dataclasses import replace

import numpy as np
import pytest

from core.health.attribution.fault_messages import fault_message
from core.health.change.fit.copied import NeverWrong, copied_labels, never_wrong
from core.health.change.fit.labels import label_misfits
from core.health.profiles.history import Chunk
from core.health.report.verdict import Verdict, verdict
from core.health.report.verdict_notes import with_gain, with_reference
from core.messages import Code
from tests.benchmarks.label_fit_rates import TWO, counted, two
from tests.health.amounts import LAYOUT, count
from tests.health.open_verdicts import seen
from tests.health.test_outlook import steady


def rows(n, right, score=0.5):
    """So many rows, of which the first are predicted right, all with one score of what was predicted."""
    y = np.arange(n) % 2
    prediction = np.where(np.arange(n) < right, y, 1 - y)
    scores = np.where(np.arange(2) == prediction[:, None], score, 1 - score)
    return counted(TWO, y, scores, prediction)


def copies(rng, n):
    """Rows as ever whose labels are their predictions."""
    score = 1 / (1 + np.exp(-rng.normal(0, 1.5, n)))
    prediction = (score > 0.5).astype(int)
    return counted(TWO, prediction, np.column_stack([1 - score, score]), prediction)


@pytest.mark.parametrize(("n", "called"), [(85, False), (86, True)])
def test_labels_without_an_error_are_copies_where_chance_makes_them_once_in_a_million(n, called):
    """Of 85 % that were right before: .85 ** 86 = 8.5e-7."""
    assert bool(copied_labels(rows(2000, 1700), rows(n, n))) is called


@pytest.mark.parametrize(("score", "called"), [(0.999, False), (0.9, True)])
def test_cases_that_became_easy_are_no_copies(score, called):
    assert bool(copied_labels(rows(2000, 1700), rows(500, 500, score))) is called


def test_one_error_is_enough_to_be_believed():
    assert copied_labels(rows(2000, 1700), rows(500, 499)) == []
    assert copied_labels(rows(2000, 2000), rows(500, 500)) == []


def test_a_period_of_copies_is_not_measured_and_not_healthy(told_by_months):
    rng = np.random.default_rng(0)
    before, log = [two(rng, 800) for _ in range(5)], [two(rng, 800) for _ in range(3)]
    document = told_by_months(TWO, before, [*log, copies(rng, 800)])
    assert document["status"] == "amber"
    assert document["chunks"][-1]["status"] == "grey"
    (alert,) = (alert for alert in document["alerts"] if alert["closed"] is None)
    assert (alert["rule"], alert["code"]) == ("labels", "CT-H140")
    assert "None of 800 labels differs from what the model predicted (" in document["sentence"]


def test_a_reference_period_of_copies_is_told_before_anything_else(told_by_months):
    rng = np.random.default_rng(0)
    months = [copies(rng, 400) for _ in range(8)]
    document = told_by_months(TWO, months[:5], months[5:])
    assert document["status"] == "amber"
    assert document["findings"][0]["code"] == "CT-H141"
    assert "though its scores promise 26 % errors: either they are its own" in document["sentence"]


def test_a_model_that_is_sure_and_right_is_believed():
    assert never_wrong(rows(500, 500, 0.9999)) is None
    assert never_wrong(rows(500, 499, 0.7)) is None


def test_amounts_without_any_error_are_copies():
    rng = np.random.default_rng(0)
    y = rng.normal(size=200)
    before, copied = count(y, y + rng.normal(size=200)), count(y, y)
    assert [fault.kind for fault in label_misfits(LAYOUT, [before], [copied])[0]] == ["copied"]
    assert never_wrong(copied) == NeverWrong(200, None)
    assert "what the model predicted, so they may be" in str(fault_message(copied_labels(before, copied)[0]))


@pytest.mark.parametrize(("gain", "told"), [(0.058, False), (0.062, True)])
def test_a_gain_of_three_tolerances_is_doubted(gain, told):
    found = seen(*steady(20_000, -gain, reference=20_000))
    codes = [message.code for message in with_gain(found, verdict(found, str)).messages]
    assert (Code.MUCH_BETTER in codes) is told


def test_a_gain_that_chance_may_have_made_is_not_doubted():
    found = seen(*steady(40, -0.062, reference=60))
    outcome = Verdict("green", (), ())
    assert found.chunks[-1].signal.high > 0
    assert with_gain(found, outcome) == outcome
    assert with_gain(seen(*steady(20_000, 0.1, reference=20_000)), outcome) == outcome


@pytest.mark.parametrize(("few", "code"), [(4, Code.CLASS_TOO_RARE), (5, Code.NO_REFERENCE)])
def test_a_reference_period_with_hardly_any_label_of_a_class_says_so(few, code):
    """Nobody can tell by the second what the first lacks: 300 of 300 rows have a label."""
    found = seen(*steady(300, 0.0))
    y, scores = (np.arange(300) >= 300 - few).astype(int), np.full((300, 2), 0.5)
    reference = counted(found.history.layout, y, scores, np.zeros(300, dtype=int))
    history = replace(found.history, reference=(Chunk("c", reference),))
    bare = replace(found, baseline=None, history=history)
    (message,) = with_reference(bare, verdict(bare, str)).messages
    assert message.code is code
