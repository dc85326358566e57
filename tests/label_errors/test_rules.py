"""Every number that decides whether labels are judged, and by which models, with its error rates (seeded)."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq

from core.label_errors.classification import mixture
from core.label_errors.cv_splits import shuffled_splits, time_blocks
from core.label_errors.drift import change_start
from core.label_errors.regression import residuals
from core.label_errors.rules import RULES
from tests.label_errors.conftest import rows_of

REFUSAL = RULES.refusal


def searched(known):
    return known >= REFUSAL.least_knowledge


def knowledge_of(rng, truth, claimed, n=400):
    """Knowledge of a model that claims .5 +- claimed where a label is 1 with probability .5 +- truth."""
    side = rng.choice([-1.0, 1.0], n)
    labels = (rng.random(n) < 0.5 + truth * side).astype(int)
    p = 0.5 + claimed * side
    return mixture.knowledge(np.column_stack([1 - p, p]), labels)


def test_models_that_know_nothing_on_balance_are_searched_in_under_one_percent():
    """Claims of .8 where .661 is right lose by their sureness what they win: no gain in the long run."""
    even = brentq(lambda a: (0.5 + a) * np.log(1.6) + (0.5 - a) * np.log(0.4), 0, 0.5)
    rng = np.random.default_rng(0)
    rate = np.mean([searched(knowledge_of(rng, even, 0.3)) for _ in range(2000)])
    assert rate < 0.01


def test_models_that_know_half_a_bit_are_refused_in_under_one_percent():
    rng = np.random.default_rng(1)
    assert np.mean([not searched(knowledge_of(rng, 0.35, 0.35)) for _ in range(500)]) < 0.01


def test_the_lower_bound_of_knowledge_is_the_formula():
    rng = np.random.default_rng(2)
    p = rng.uniform(0.2, 0.8, 300)
    labels = (rng.random(300) < p).astype(int)
    q = np.column_stack([1 - p, p])
    shares = np.array([1 - labels.mean(), labels.mean()])
    gain = np.log(np.where(labels == 1, p, 1 - p)) - np.log(shares[labels])
    bound = gain.mean() - 2.33 * gain.std() / np.sqrt(300)
    assert mixture.knowledge(q, labels) == pytest.approx(bound / -np.log(shares[labels]).mean())


def test_the_lower_bound_for_numbers_is_the_formula_without_the_worst_twentieth():
    rng = np.random.default_rng(3)
    labels = rng.normal(size=400)
    labels[:10] = 50
    expected = np.where(np.arange(400) < 200, labels * 0.5, 0.0)
    usual = np.abs(labels - np.median(labels))
    common = usual <= np.quantile(usual, 0.95)
    gain = (usual - np.abs(labels - expected))[common]
    bound = gain.mean() - 2.33 * gain.std() / np.sqrt(len(gain))
    assert residuals.knowledge(expected, labels) == pytest.approx(bound / usual[common].mean())


@pytest.mark.parametrize(("least", "refused"), [(0.99, True), (0.02, False)])
def test_too_little_knowledge_is_refused(planted, least, refused):
    rules = replace(RULES, refusal=replace(REFUSAL, least_knowledge=least))
    judgement = planted.rows.judge(planted.votes, {}, planted.vectors, rules)
    assert (judgement.refused is not None) is refused


@pytest.mark.parametrize(("edge", "refused"), [(0.088, True), (0.096, False)])
def test_the_least_knowledge_is_a_fiftieth_of_what_is_unknown(edge, refused):
    """A model that is right by .5 + edge, on as many rows as it takes to be sure of that."""
    n = 20_000
    side = np.tile([1.0, -1.0], n // 2)
    labels = (np.arange(n) // 2 < (0.5 + edge * side) * n / 2).astype(int)
    p = 0.5 + edge * side
    judgement = rows_of(labels, np.arange(n), names=("no", "yes")).judge(
        {"m": np.column_stack([1 - p, p])}, {}, np.zeros((n, 1))
    )
    assert abs(judgement.knowledge - REFUSAL.least_knowledge) < 0.004
    assert (judgement.refused is not None) is refused


@pytest.mark.parametrize(("rows", "strength"), [(20_000, 30.0), (20_001, 1000.0)])
def test_smoothing_adds_one_uniform_row_to_so_many(rows, strength):
    sure = np.tile([1.0, 0.0], (rows, 1))
    assert mixture.smooth(sure)[0] == pytest.approx([(strength + 0.5) / (strength + 1), 0.5 / (strength + 1)])


@pytest.mark.parametrize(("right", "log_temperature"), [(0.5, 2.0), (1.0, -2.0)])
def test_temperatures_are_sought_between_a_seventh_and_seven(right, log_temperature):
    """Labels that a sure model does not know at all ask for more, labels that it always knows for less."""
    P, labels = np.tile([0.9, 0.1], (200, 1)), (np.arange(200) >= 200 * right).astype(int)
    assert np.log(mixture.fit_temperature(np.log(P), labels)) == pytest.approx(log_temperature, abs=1e-3)


def contradictions(before, after, n=1000):
    """Contradictions in this many of n rows before and after a moment, at regular distances."""
    rows = np.zeros(2 * n, dtype=bool)
    rows[np.linspace(0, n - 1, before).astype(int)] = True
    rows[n + np.linspace(0, n - 1, after).astype(int)] = True
    return change_start(rows, np.ones(2 * n, dtype=bool), np.arange(2.0 * n), np.repeat([0, 1], n))


def z_of(before, after, n=1000):
    p = (before + after) / (2 * n)
    return (after - before) / n / np.sqrt(p * (1 - p) * 2 / n)


@pytest.mark.parametrize(("after", "found"), [(176, False), (180, True)])
def test_a_change_is_five_standard_errors(after, found):
    assert bool(z_of(100, after) > 5) is found
    assert (contradictions(100, after).start == 1000) is found


@pytest.mark.parametrize(("after", "found"), [(4800, False), (5200, True)])
def test_a_change_is_two_points_at_least(after, found):
    assert z_of(3000, after, 100_000) > 15
    assert (contradictions(3000, after, 100_000).start is not None) is found


def test_a_stable_world_changes_in_under_one_percent_and_a_changed_one_nearly_always():
    rng = np.random.default_rng(8)
    times, block = np.arange(6000.0), np.repeat(np.arange(6), 1000)
    known = np.ones(6000, dtype=bool)
    stable = [change_start(rng.random(6000) < 0.2, known, times, block).start for _ in range(400)]
    shares = np.where(times < 3000, 0.2, 0.28)
    moved = [change_start(rng.random(6000) < shares, known, times, block).start for _ in range(100)]
    assert sum(start is not None for start in stable) <= 1
    assert sum(start is not None for start in moved) >= 97


@pytest.mark.parametrize(("rows", "number"), [(2999, None), (3000, 2), (100_000, 8)])
def test_a_stretch_of_time_has_fifteen_hundred_rows_and_there_are_eight_at_most(rows, number):
    block = time_blocks(np.arange(float(rows)))
    assert (None if block is None else int(block.max()) + 1) == number


def test_cross_validation_is_repeated_once():
    splits = shuffled_splits(np.tile([0, 1], 50), np.arange(100))
    assert len(splits) == 10
    assert np.bincount(np.concatenate([split.test for split in splits])).tolist() == [2] * 100


def test_what_an_expert_settled_counts_three_times(planted):
    rows = replace(planted.rows, settled=np.arange(len(planted.true)) == 3)
    assert rows.copies()[[2, 3]].tolist() == [1, 3]
