"""Reasons are sentences with the right numbers, and say nothing where there is nothing to say."""

from dataclasses import replace

import numpy as np
import pytest

from core.label_errors.classification.reasons import REASONS, Evidence
from core.label_errors.neighbours import Neighbours
from core.label_errors.strategy import Explained, reasons_of

NEAR = Neighbours(np.array([[1, 2, 3, 4]]), np.ones((1, 4)), np.array([False]))
PLAIN = Evidence(
    explained=Explained(rows=np.array([0]), near=NEAR, worth=np.array([0.1])),
    classes=("1", "7"),
    labels=np.array([0, 1, 1, 1, 0]),
    suggested=np.array([1, 0, 0, 0, 1]),
    members=np.array([[[0.1, 0.9]] * 5, [[0.05, 0.95]] * 5]),
    q=np.array([[0.08, 0.92]] * 5),
    doubt=np.full(5, 0.3),
    swaps=np.array([[0.94, 0.06], [0.01, 0.99]]),
    twins=np.array([0]),
    moved=np.zeros(5, dtype=bool),
)


def explain(evidence):
    return reasons_of(REASONS, evidence, evidence.explained.rows)


def changed(evidence, **changes):
    of_rows = {name: changes.pop(name) for name in list(changes) if name in Explained.__slots__}
    return replace(evidence, explained=replace(evidence.explained, **of_rows), **changes)


def test_a_plain_suspect_has_the_three_usual_reasons():
    assert explain(PLAIN) == {
        0: {
            "models": "2 of 2 models, trained without this row, say 7 (92 %), not 1",
            "neighbours": "3 of 4 most similar rows are labelled 7",
            "common mix-up": "1 is given for true 7 in about 6 % of rows, the most common mix-up",
        }
    }


@pytest.mark.parametrize(
    ("name", "changes", "sentence"),
    [
        ("identical rows", {"twins": np.array([1])}, "An identical row carries another label"),
        ("identical rows", {"twins": np.array([3])}, "3 identical rows carry another label"),
        ("ambiguous", {"doubt": np.full(5, 0.9)}, "The models are split: ambiguous, ask a second expert"),
        (
            "unusual row",
            {"near": replace(NEAR, far=np.array([True]))},
            "Far from everything else: an unusual row, not necessarily wrong",
        ),
        (
            "changed relation",
            {"moved": np.ones(5, dtype=bool), "changed": "Mar 2016"},
            "The relation changed around Mar 2016: likely not a wrong label",
        ),
        (
            "features",
            {"contributions": np.array([[2.0, 0.0, 1.0]]), "features": ("lead", "idle", "kind")},
            "lead and kind speak for 7",
        ),
        (
            "features",
            {"contributions": np.array([[2.0, 0.0]]), "features": ("lead", "idle")},
            "lead speaks for 7",
        ),
        (
            "worth",
            {"worth": np.array([0.9])},
            "Correcting it moves the model further than 90 % of the others do",
        ),
    ],
)
def test_each_reason_says_its_numbers(name, changes, sentence):
    assert REASONS[name](changed(PLAIN, **changes), 0) == sentence


@pytest.mark.parametrize("name", sorted(set(REASONS) - {"models", "neighbours", "common mix-up"}))
def test_a_reason_that_does_not_hold_is_silent(name):
    assert REASONS[name](PLAIN, 0) is None


def test_models_and_neighbours_on_the_side_of_the_given_label_are_no_reason():
    against = replace(PLAIN, members=1 - PLAIN.members, labels=np.zeros(5, dtype=int), swaps=np.eye(2))
    assert explain(against) == {0: {}}
