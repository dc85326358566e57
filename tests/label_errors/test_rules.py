"""Every number that decides, at its boundary, and the two error rates of what it decides (seeded)."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import expit, logit

from core.label_errors.classification import mixture
from core.label_errors.classification.reasons import REASONS
from core.label_errors.cv_splits import shuffled_splits, time_blocks
from core.label_errors.drift import change_start
from core.label_errors.impact import influence
from core.label_errors.label_noise import (
    Errors,
    anchors,
    prior_errors,
    reviewed_errors,
    reviewed_probability,
)
from core.label_errors.neighbours import nearest
from core.label_errors.rank import flag
from core.label_errors.regression import residuals
from core.label_errors.regression.strategy import NumberRows
from core.label_errors.rules import RULES, SearchRules
from core.label_errors.search import rows_to_explain, search
from tests.label_errors.conftest import rows_of
from tests.label_errors.test_reasons import NEAR, PLAIN, changed

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


def plain_class(size, wrong_at):
    """A class whose surest row is row 0, with one contradiction; and another one, as large, without any."""
    labels = np.concatenate([np.zeros(size + 1, dtype=int), np.ones(size + 1, dtype=int)])
    labels[wrong_at] = 1
    labels[-1 - wrong_at] = 1
    p = np.linspace(0.99, 0.01, len(labels))
    return np.column_stack([p, 1 - p]), labels


@pytest.mark.parametrize(("size", "anchor_rows"), [(5000, 100), (200, 30)])
def test_anchors_are_the_surest_fiftieth_of_a_class_and_at_least_thirty(size, anchor_rows):
    """The last anchor is the only one that contradicts: a row fewer and the rate is 0, more and it falls."""
    q, labels = plain_class(size, anchor_rows - 1)
    sizes = np.bincount(labels)
    assert sizes[0] == size
    assert anchors(q, labels)[0] == pytest.approx(sizes[0] / anchor_rows)


def test_a_class_without_contradictions_is_not_certain():
    q, labels = plain_class(200, 150)
    wrong, spread = anchors(q, labels)
    assert wrong == 0
    safe = 0.5 / 31
    assert spread == pytest.approx(np.sqrt(sum(n**2 * safe * (1 - safe) / 30 for n in np.bincount(labels))))


def test_ordinary_doubt_is_not_counted_as_errors():
    """Every label is right, a third of the rows are hard: the lower end must be able to reach 0."""
    rng = np.random.default_rng(4)
    held_zero = 0
    for _ in range(20):
        p = np.concatenate([rng.uniform(0.2, 0.8, 400), rng.choice([0.995, 0.005], 800)])
        q = np.column_stack([1 - p, p])
        errors = prior_errors(q, q[None], (rng.random(1200) < p).astype(int))
        held_zero += errors.low <= 12
    assert held_zero >= 19


def test_planted_errors_are_within_the_interval_in_nearly_all_worlds():
    rng = np.random.default_rng(5)
    inside = 0
    for _ in range(40):
        truth = rng.integers(0, 2, 1500)
        wrong = rng.random(1500) < 0.08
        p = np.where(truth == 1, 0.97, 0.03)
        q = np.column_stack([1 - p, p])
        errors = prior_errors(q, q[None], np.where(wrong, 1 - truth, truth))
        inside += errors.low <= wrong.sum() <= errors.high
    assert inside >= 38


def test_the_estimate_is_half_way_between_anchors_and_joint():
    rng = np.random.default_rng(6)
    p = rng.uniform(0.01, 0.99, 3000)
    labels = (rng.random(3000) < p).astype(int)
    q = np.column_stack([1 - p, p])
    from core.label_errors.label_noise import confident_joint, wrong

    joint, (anchor, spread) = wrong(confident_joint(q, labels)), anchors(q, labels)
    errors = prior_errors(q, q[None], labels)
    assert anchor < joint
    assert errors.value == pytest.approx((joint + anchor) / 2)
    assert errors.low == pytest.approx(max(anchor - 1.96 * spread, 0), rel=1e-3)
    assert errors.high == pytest.approx(joint + 1.96 * np.sqrt(joint * (1 - joint / 3000)), rel=1e-3)


@pytest.mark.parametrize(("rows", "strength"), [(20_000, 30.0), (20_001, 1000.0)])
def test_smoothing_adds_one_uniform_row_to_so_many(rows, strength):
    sure = np.tile([1.0, 0.0], (rows, 1))
    assert mixture.smooth(sure)[0] == pytest.approx([(strength + 0.5) / (strength + 1), 0.5 / (strength + 1)])


@pytest.mark.parametrize(("reviews", "corrected"), [(19, False), (20, True)])
def test_probabilities_are_corrected_from_twenty_answers_on(reviews, corrected):
    p = np.linspace(0.05, 0.95, 100)
    after = reviewed_probability(p, np.arange(100) % 5 < 1 if corrected else np.arange(100) < reviews, p < 0)
    assert (after is not p) is corrected


def test_the_correction_is_the_best_line_under_its_prior():
    """At the best line, what the answers pull by is what the prior holds by: 10 answers of spread 2 and 1."""
    rng = np.random.default_rng(7)
    p = rng.uniform(0.05, 0.95, 500)
    wrong = rng.random(500) < p / 2
    after = logit(reviewed_probability(p, np.ones(500, dtype=bool), wrong))
    x = logit(p)
    slope = (after[1] - after[0]) / (x[1] - x[0])
    offset = after[0] - slope * x[0]
    left = wrong - expit(offset + slope * x)
    assert left.sum() == pytest.approx(10 * offset / 4, abs=0.02)
    assert (left * x).sum() == pytest.approx(10 * (slope - 1), abs=0.02)


def test_errors_after_reviews_are_those_found_and_the_posterior_of_each_stratum():
    p = np.array([0.2] * 10 + [0.7] * 10)
    reviewed = np.isin(np.arange(20), [0, 1, 10, 11])
    wrong = np.isin(np.arange(20), [10, 11])
    low, high = (4 * 0.2) / (4 + 2), (4 * 0.7 + 2) / (4 + 2)
    errors = reviewed_errors(p, reviewed, wrong)
    assert errors.value == pytest.approx(2 + 8 * low + 8 * high)
    variance = sum(64 * r * (1 - r) / 7 + 8 * r * (1 - r) for r in (low, high))
    assert errors.high == pytest.approx(min(errors.value + 1.96 * np.sqrt(variance), 20), rel=1e-3)
    assert errors.reviewed == 4


@pytest.mark.parametrize("edge", [0.02, 0.1, 0.3, 0.6, 0.9])
def test_strata_are_parted_at_their_edges(edge):
    """Of two rows on the sides of an edge, the answer about one says nothing about the other."""
    p = np.array([edge * 0.99, edge * 1.01])
    errors = reviewed_errors(p, np.array([True, False]), np.array([True, False]))
    assert errors.value == pytest.approx(1 + p[1])


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
    score, unsettled = np.array([1, 1, -1, 1]), np.array([True, True, True, False])
    assert flag(p, score, unsettled, 1.4).tolist() == [True, False, False, False]
    assert flag(p, score, unsettled, 1.6).tolist() == [True, True, False, False]
    assert flag(p, score, unsettled, 99).tolist() == [True, True, False, False]
    assert flag(p, score, unsettled, 0.0).sum() == 1
    assert flag(p, np.zeros(4), unsettled, 3).sum() == 0


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
        losses=np.zeros(1), p_error=zeros, errors=Errors(0, 0, 0, 0), knowledge=1.0, refused=None,
        changed=Change(None, np.zeros(n, dtype=bool)), expected=expected, low=expected - half,
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
    clean = [residuals.gross(rng.normal(size=800)).evidence for _ in range(40)]
    dirty = []
    for _ in range(20):
        z = rng.normal(size=800)
        z[:16] *= 12
        dirty.append(residuals.gross(z).evidence)
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
