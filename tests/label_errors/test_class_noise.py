"""Classes that are mislabelled more often than others, or mixed up with one of them, are believed less."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2_contingency, combine_pvalues, fisher_exact
from sklearn.metrics import average_precision_score

from core.label_errors.classification.class_noise import error_weights, plain_counts
from core.label_errors.classification.mixture import suspicion
from core.label_errors.classification.strategy import ClassRows
from core.label_errors.label_noise import confident_joint, error_probability
from core.label_errors.rules import RULES
from core.label_errors.search import search
from core.stats import arrays


def joint(sizes, wrong):
    """Rows by given and true class, where each class is given as the next one."""
    found = np.diag(np.subtract(sizes, wrong).astype(float))
    K = len(sizes)
    found[(np.arange(K) + 1) % K, np.arange(K)] = wrong
    return found


@pytest.mark.parametrize("wrong", [(0, 0), (10, 10), (0, 5), (0, 9), (10, 30), (10, 59), (10, 61)])
def test_two_classes_count_apart_only_beyond_chance_and_where_the_errors_go_one_way(wrong):
    """The dispersion of counts nearly equals the contingency table's, as errors are rare."""
    counts = np.array([wrong, np.subtract(1000, wrong)])
    p = chi2_contingency(counts, correction=False).pvalue if sum(wrong) else 1.0
    weights = error_weights(joint((1000, 1000), wrong))
    one_way = wrong[1] > RULES.noise.one_way * wrong[0]
    assert (weights != 1).any() == (p < RULES.noise.differ and one_way)


@pytest.mark.parametrize("wrong", [(10, 10, 10), (10, 12, 20), (10, 10, 30), (10, 10, 34), (0, 0, 0)])
def test_of_three_classes_errors_count_that_differ_beyond_chance_and_go_one_way(wrong):
    """The third is given as the others more often than they as it; these two are mislabelled alike."""
    counts = np.array([wrong, np.subtract(1000, wrong)])
    differ = chi2_contingency(counts, correction=False).pvalue if sum(wrong) else 1.0
    rare, often = wrong[0] // 2, wrong[2] // 2
    one_way = fisher_exact([[rare, 1000 - rare], [often, 1000 - often]]).pvalue
    apart = combine_pvalues([one_way] * 2).pvalue
    both = 2 * differ < RULES.noise.differ and 2 * apart < RULES.noise.alike
    assert (error_weights(spread_joint(1000, wrong)) != 1).any() == both


def test_classes_that_are_given_as_each_other_both_ways_are_mislabelled_alike():
    """Half of the errors of ten classes are between two that are alike: their rows are hard, not lost."""
    counts = np.diag(np.full(10, 190.0)) + 1
    counts[0, 1] = counts[1, 0] = 50
    assert (error_weights(counts) == 1).all()
    counts[1, 0] = 1
    assert error_weights(counts)[0, 1] > 5


def test_a_small_class_of_which_no_row_is_plain_is_not_taken_for_a_mislabelled_one():
    """Three classes; of the third the surest rows are as likely of the first, and half are given as that."""
    rng = np.random.default_rng(0)
    q = np.full((600, 3), 0.02)
    q[:300, 0], q[300:540, 1] = 0.96, 0.96
    q[540:] = [0.5, 0.05, 0.45]
    labels = np.repeat([0, 1, 2], [300, 240, 60])
    labels[540:570] = 0
    assert plain_counts(q, labels)[:, 2].tolist() == [0, 0, 0]
    assert (error_weights(plain_counts(q, labels)) == 1).all()
    q[540:] = [0.3, 0.05, 0.65]
    order = rng.permutation(600)
    lost = error_weights(plain_counts(q[order], labels[order]))
    assert lost[0, 2] > 5 * lost[0, 1]


def spread_joint(size, wrong):
    """Rows by given and true class of three, where each class is given as the two others alike."""
    counts = np.diag(np.subtract(float(size), wrong))
    return counts + (1 - np.eye(3)) * np.divide(wrong, 2)


def test_a_class_that_is_often_given_as_another_is_suspected_there_first():
    weights = error_weights(joint((900, 100), (0, 30)))
    assert weights[0, 1] > 5 * weights[1, 0]


def test_errors_in_one_direction_make_that_direction_likelier():
    mixed_up = np.diag([500.0, 500.0, 400.0])
    mixed_up[0, 2] = 100
    weights = error_weights(mixed_up)
    assert weights[0, 2] > 4 * weights[1, 2]


def test_of_many_classes_one_that_the_others_are_given_as_is_seen_by_few_errors():
    """Forty classes of twenty rows, one error in every second, all given as the same class."""
    K = 40
    one_way, all_ways = np.diag(np.full(K, 20.0)), np.diag(np.full(K, 20.0))
    for k in range(1, K, 2):
        one_way[0, k], all_ways[(k + 7) % K, k] = 1, 1
    weights = error_weights(one_way)
    # also of a class of which no error was seen
    assert weights[0, 2] > 5 * weights[5, 2]
    assert (error_weights(all_ways) == 1).all()


def test_classes_that_overlap_unevenly_are_not_taken_for_mislabelled_ones():
    """Sound labels: some rows are plain; half of all are of the second class in three of ten cases."""
    rng = np.random.default_rng(0)
    p = rng.choice([0.99, 0.01, 0.3], 4000, p=[0.2, 0.3, 0.5])
    labels = (rng.random(4000) < p).astype(int)
    q = np.column_stack([1 - p, p])
    counts = plain_counts(q, labels)
    assert (error_weights(confident_joint(q, labels), replace(RULES.noise, one_way=0.0)) != 1).any()
    assert (error_weights(counts, replace(RULES.noise, one_way=0.0)) == 1).all()


def test_a_class_without_rows_changes_nothing():
    q = np.column_stack([np.full(50, 0.8), np.full(50, 0.2), np.zeros(50)])
    assert error_weights(plain_counts(q, np.zeros(50, dtype=int))).tolist() == np.ones((3, 3)).tolist()
    assert error_weights(np.diag([50.0, 50.0, 0.0])).tolist() == np.ones((3, 3)).tolist()


def rare_given_as_common():
    """Probabilities by a model that learnt from labels where a third of a rare class is given as another."""
    rng = np.random.default_rng(3)
    true = (rng.random(4000) < 0.1).astype(int)
    wrong = (true == 1) & (rng.random(4000) < 0.33)
    logit = np.where(true == 1, 0.6, -2.5) + rng.normal(size=4000)
    p = 1 / (1 + np.exp(-logit))
    return np.column_stack([1 - p, p]), np.where(wrong, 0, true), wrong


def test_lost_rows_of_a_rare_class_come_first_although_the_models_doubt_its_members_more():
    q, given, wrong = rare_given_as_common()
    weights = error_weights(plain_counts(q, given))
    alike = average_precision_score(wrong, suspicion(q, given).log_ratio)
    assert average_precision_score(wrong, suspicion(q, given, weights).log_ratio) > alike + 0.2


def test_lost_rows_of_a_rare_class_are_flagged_and_its_own_rows_are_not():
    """Sound rows of the rare class, which models doubt, once stood in place of the lost ones."""
    q, given, wrong = rare_given_as_common()
    n = len(given)
    rows = ClassRows(
        ids=tuple(map(str, range(n))),
        names=("common", "rare"),
        given_labels=given,
        current=given,
        settled=np.zeros(n, dtype=bool),
        group=np.arange(n),
    )
    doubted = (given == 1) & suspicion(q, given).likelier
    assert doubted.sum() > 30
    flagged = search(rows.judge({"model": q}, {}, np.zeros((n, 1))), q).flagged
    assert not (flagged & doubted).any()
    assert wrong[flagged].mean() > 10 * wrong.mean()


def test_blocks_change_no_number(monkeypatch):
    q, given, _ = rare_given_as_common()
    weights = np.array([[1.0, 3.0], [0.5, 1.0]])
    whole, counts, plain = suspicion(q, given, weights), confident_joint(q, given), plain_counts(q, given)
    p_error = error_probability(whole.log_ratio, 50.0)
    monkeypatch.setattr(arrays, "BLOCK_CELLS", 7)
    parts = suspicion(q, given, weights)
    for name in ("suggested", "likelier", "log_ratio"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))
    np.testing.assert_allclose(confident_joint(q, given), counts)
    np.testing.assert_array_equal(plain_counts(q, given), plain)
    np.testing.assert_allclose(error_probability(whole.log_ratio, 50.0), p_error)
