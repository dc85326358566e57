"""Every number that decides what is shown of suspects and why, at its boundary, with its error rates."""

from dataclasses import replace

import numpy as np
import pytest

from core.label_errors.classification.reasons import REASONS
from core.label_errors.cv_splits import time_blocks
from core.label_errors.impact import influence
from core.label_errors.label_noise import (
    Errors,
)
from core.label_errors.neighbours import nearest
from core.label_errors.rank import flag
from core.label_errors.regression.gross_errors import gross
from core.label_errors.regression.strategy import NumberRows
from core.label_errors.rules import RULES, SearchRules
from core.label_errors.search import rows_to_explain, search
from tests.label_errors.test_reasons import NEAR, PLAIN, changed

REFUSAL = RULES.refusal


def searched(known):
    return known >= REFUSAL.least_knowledge


@pytest.mark.parametrize(("surest", "any_worth"), [(0.48, False), (0.52, True)])
def test_rows_above_one_half_are_the_yardstick_of_influence(surest, any_worth):
    rng = np.random.default_rng(9)
    labels = np.tile([0, 1, 2], 20)
    q = np.full((60, 3), (1 - surest) / 2)
    q[np.arange(60), labels] = surest
    worth = influence(rng.normal(size=(60, 2)), labels, (labels + 1) % 3, q)
    assert bool((worth != 0).any()) is any_worth


def test_influence_of_numbers_is_the_leverage_of_a_ridge_times_the_step():
    rows = NumberRows(
        ids=("a", "b", "c", "d"),
        given_labels=np.array([1.0, 2.0, 3.0, 14.0]),
        current=np.array([1.0, 2.0, 3.0, 14.0]),
        settled=np.zeros(4, dtype=bool),
        group=np.arange(4),
    )
    x = np.array([-1.0, 1.0, -1.0, 1.0])
    judgement = _number_judgement(rows, expected=np.array([1.0, 2.0, 3.0, 4.0]))
    leverage = 1 / (4 + 1) + 1 / 4
    assert judgement.influence(x[:, None]) == pytest.approx([0, 0, 0, 10 * np.sqrt(leverage)])


def test_ten_neighbours_and_one_in_a_hundred_is_far():
    vectors = np.random.default_rng(10).normal(size=(2000, 4))
    near = nearest(vectors, np.arange(2000))
    assert near.rows.shape == (2000, 10)
    assert near.far.sum() == 20


@pytest.mark.parametrize(
    ("name", "at", "below"),
    [
        ("ambiguous", {"doubt": np.full(5, 0.75)}, {"doubt": np.full(5, 0.749)}),
        (
            "common mix-up",
            {"swaps": np.array([[0.97, 0.03], [0.01, 0.99]])},
            {"swaps": np.array([[0.97, 0.0299], [0.01, 0.99]])},
        ),
        ("worth", {"worth": np.array([0.8])}, {"worth": np.array([0.799])}),
        (
            "features",
            {"contributions": np.array([[0.101]]), "features": ("a",)},
            {"contributions": np.array([[0.1]]), "features": ("a",)},
        ),
        (
            "neighbours",
            {"near": replace(NEAR, rows=np.array([[1, 2, 0]]))},
            {"near": replace(NEAR, rows=np.array([[1, 2, 0, 4]]))},
        ),
        ("identical rows", {"twins": np.array([1])}, {"twins": np.array([0])}),
    ],
)
def test_reasons_begin_at_their_threshold(name, at, below):
    assert REASONS[name](changed(PLAIN, **at), 0) is not None
    assert REASONS[name](changed(PLAIN, **below), 0) is None


def test_three_features_are_named_at_most():
    four = {"contributions": np.array([[4.0, 3.0, 2.0, 1.0]]), "features": tuple("abcd")}
    assert REASONS["features"](changed(PLAIN, **four), 0) == "a, b and c speak for 7"


def test_as_many_rows_are_flagged_as_are_expected_to_be_wrong():
    p = np.array([0.9, 0.8, 0.7, 0.6])
    suspicious, unsettled = np.array([True, True, False, True]), np.array([True, True, True, False])
    assert flag(p, suspicious, unsettled, 1.4).tolist() == [True, False, False, False]
    assert flag(p, suspicious, unsettled, 1.6).tolist() == [True, True, False, False]
    assert flag(p, suspicious, unsettled, 99).tolist() == [True, True, False, False]
    assert flag(p, suspicious, unsettled, 0.0).sum() == 1
    assert flag(p, np.zeros(4, dtype=bool), unsettled, 3).sum() == 0


@pytest.mark.parametrize(("high", "number"), [(60.0, 60), (100.0, 100), (1000.0, 100)])
def test_where_the_number_is_vague_one_session_is_flagged(planted, high, number):
    vague = replace(
        planted.judgement, p_error=planted.judgement.p_error / 1000, errors=Errors(1.0, 0.0, high, 0)
    )
    assert search(vague, planted.vectors).flagged.sum() == number


def test_a_thousand_suspects_and_fifty_others_are_explained():
    queue, none, every = np.arange(5000), np.zeros(5000, dtype=bool), np.ones(5000, dtype=bool)
    assert len(rows_to_explain(queue, every, none)) == 1000
    assert rows_to_explain(queue, none, none).tolist() == list(range(50))
    assert len(rows_to_explain(queue[::-1], none, every)) == 100
    assert SearchRules() == RULES.search


def _number_judgement(rows, expected, half=1.0):
    from core.label_errors.drift import Change
    from core.label_errors.regression.strategy import NumberJudgement

    n = len(expected)
    zeros = np.zeros(n)
    return NumberJudgement(
        rows=rows, judged=np.ones(n, dtype=bool), members=expected[None], names=("m",), weights=np.ones(1),
        losses=np.zeros(1), prior=zeros, p_error=zeros, errors=Errors(0, 0, 0, 0), knowledge=1.0,
        refused=None, changed=Change(None, np.zeros(n, dtype=bool)), expected=expected, low=expected - half,
        high=expected + half, z=zeros, digits=RULES.residuals.digits,
    )  # fmt: skip


def test_a_suggestion_has_the_digits_that_its_interval_allows():
    rows = NumberRows(
        ids=("a", "b"),
        given_labels=np.array([0.0, 9.123]),
        current=np.array([0.0, 9.123]),
        settled=np.zeros(2, dtype=bool),
        group=np.arange(2),
    )
    expected = np.array([1.23456, 2.34567])
    assert _number_judgement(rows, expected, 1.05).suggested == pytest.approx([1.2, 2.3])
    assert _number_judgement(rows, expected, 0.95).suggested == pytest.approx([1.23, 2.35])


def test_normal_noise_is_no_gross_error_and_two_percent_of_them_are():
    rng = np.random.default_rng(11)
    least = RULES.residuals.least_evidence
    clean = [gross(rng.normal(size=800)).evidence for _ in range(40)]
    dirty = []
    for _ in range(20):
        z = rng.normal(size=800)
        z[:16] *= 12
        dirty.append(gross(z).evidence)
    assert sum(evidence >= least for evidence in clean) <= 1
    assert sum(evidence < least for evidence in dirty) == 0


def test_labels_of_a_changed_world_lie_four_from_the_old_model_and_two_from_the_new():
    n = 4000
    rng = np.random.default_rng(12)
    X = rng.normal(size=(n, 2))
    times = np.arange(float(n))
    true = 50 * X[:, 0] + rng.normal(scale=5, size=n)
    counted = {}
    for distance in (3.6, 4.4):
        frozen = np.where(times >= n / 2, true + distance * 5 * 1.03, true)
        rows = NumberRows(
            ids=tuple(map(str, range(n))), given_labels=true, current=true,
            settled=np.zeros(n, dtype=bool), group=np.arange(n), times=times, block=time_blocks(times),
            frozen=frozen,
        )  # fmt: skip
        moved = rows.judge({"m": 50 * X[:, 0]}, {}, X).changed
        counted[distance] = moved.rows[n // 2 :].mean()
    assert counted[3.6] < 0.35
    assert counted[4.4] > 0.6


def test_nine_in_ten_labels_lie_in_their_interval():
    from tests.label_errors.test_amounts import world

    built = world()
    labels, judgement = built.rows.given_labels, built.judgement
    inside = (judgement.low <= labels) & (labels <= judgement.high)
    assert inside.mean() == pytest.approx(0.9, abs=0.002)
