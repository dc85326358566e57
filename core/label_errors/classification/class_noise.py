"""Which annotation errors are likely beforehand: classes need not be mislabelled alike."""

import numpy as np
from scipy.stats import chi2, combine_pvalues, hypergeom, norm

from core.label_errors.rules import RULES, NoiseRules
from core.stats.arrays import Floats, Ints, highest_of_columns

CONTINUITY = 0.5
"""Half a row: a normal distribution stands for counts."""


def plain_counts(q: Floats, labels: Ints, rules: NoiseRules = RULES.noise) -> Floats:
    """(K, K) how the plainest rows of each class (column) are labelled (row): its anchors, and some more.

    Where classes overlap, counts over all rows take what nobody could tell for errors; among the rows that
    are surest to belong to a class only errors contradict it (Liu and Tao 2016). Of two classes a rare one
    may have no row that is likelier to belong to it where many are given as the other, so there all count.

    Args:
        q: (n, K) out-of-fold probabilities.
        labels: (n,) class numbers as given.
        rules: how many of the rows of a class are plain.

    >>> q = np.column_stack([np.linspace(0.99, 0.01, 80), np.linspace(0.01, 0.99, 80)])
    >>> labels = (np.arange(80) >= 40).astype(int)
    >>> labels[0] = 1
    >>> plain_counts(q, labels).tolist()
    [[19.0, 0.0], [1.0, 20.0]]
    """
    K = q.shape[1]
    sizes = np.bincount(labels, minlength=K).tolist()
    plain = [min(size, max(rules.plain, int(rules.plain_share * size))) for size in sizes]
    least = rules.plain_least if K > 2 else 0.0  # noqa: PLR2004 -- as above
    counts = np.zeros((K, K))
    for k, rows in enumerate(highest_of_columns(q, plain)):
        counts[:, k] = np.bincount(labels[rows[q[rows, k] >= least]], minlength=K)
    return counts


def error_weights(counts: Floats, rules: NoiseRules = RULES.noise) -> Floats:
    """(K, K) how likely rows of the true (column) class are given as each other (row) class; 1 is usual.

    Where neither the classes' shares of errors nor what they are given as differ for certain, all are 1: few
    errors would say more than they know. So they are where classes are given as each other both ways alike:
    people err both ways, most where rows are hard, of which the plain ones say nothing; and where models are
    weak no row is plain. Of two classes one must be mislabelled many times as often as the other.

    Otherwise the share of a class is drawn towards that of all, and what it is given as towards what all
    wrong rows are given as, like Gamma and Dirichlet priors.

    Args:
        counts: (K, K) rows by given (row) and true (column) class, from `plain_counts`.
        rules: how sure it must be, and weights of the priors.

    >>> error_weights(np.array([[900.0, 40.0], [0.0, 60.0]])).round(1).tolist()
    [[1.0, 9.8], [0.0, 1.0]]
    >>> error_weights(np.array([[480.0, 20.0], [20.0, 480.0]])).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    K, sizes = len(counts), counts.sum(axis=0)
    same = np.eye(K, dtype=bool)
    pairs = np.where(same, 0.0, counts)
    wrong, given_as = pairs.sum(axis=0), pairs.sum(axis=1)
    if not _differ(sizes, wrong, given_as, rules.differ):
        return np.ones((K, K))
    if K > 2 and _both_ways_alike(pairs, sizes) >= rules.alike:  # noqa: PLR2004 -- of two one must err more
        return np.ones((K, K))
    usual = float(wrong.sum() / sizes.sum())
    rates = (wrong + rules.class_errors) / (sizes + rules.class_errors / usual)
    if K == 2 and rates.max() < rules.one_way * rates.min():  # noqa: PLR2004 -- as above
        return np.ones((K, K))
    common = (given_as + rules.pair_errors / K) / (wrong.sum() + rules.pair_errors)
    expected = np.where(same, 0.0, common[:, None])
    shares = (pairs + rules.pair_errors * expected / expected.sum(axis=0)) / (wrong + rules.pair_errors)
    return np.where(same, 1.0, shares * (K - 1) * rates / usual)


def _differ(sizes: Floats, wrong: Floats, given_as: Floats, level: float) -> bool:
    """Whether wrong rows spread over true or over given classes as chance would hardly (Bonferroni).

    Dispersion of counts (Fisher 1950). With two classes the second is the first.
    """
    if not wrong.any():
        return False
    chances = [_dispersion(wrong, sizes * wrong.sum() / sizes.sum())]
    if len(sizes) > 2:  # noqa: PLR2004 -- as above
        chances.append(_dispersion(given_as, (wrong.sum() - wrong) / (len(wrong) - 1)))
    return min(chances) * len(chances) < level


def _both_ways_alike(pairs: Floats, sizes: Floats) -> float:
    """Chance of these differences if of any two classes either were given as the other alike (Bonferroni).

    Held against each other are the two classes of every pair, and what is given as a class against what of it
    is given as others: of many classes the errors of one pair are too few to tell.

    Args:
        pairs: (K, K) errors by given (row) and true (column) class.
        sizes: (K,) rows of the true classes.
    """
    return min(1.0, 2 * min(_pairs_alike(pairs, sizes), _classes_alike(pairs, sizes)))


def _pairs_alike(pairs: Floats, sizes: Floats) -> float:
    """Exact for each two classes (hypergeometric, twice the smaller tail), then combined (Fisher 1950)."""
    one, other = np.triu_indices(len(sizes), 1)
    rows, errors = sizes[one] + sizes[other], pairs[one, other] + pairs[other, one]
    tails = (
        hypergeom.sf(pairs[one, other] - 1, rows, sizes[other], errors),
        hypergeom.cdf(pairs[one, other], rows, sizes[other], errors),
    )
    chances = np.minimum(2 * np.minimum(*tails), 1.0)
    telling = np.clip(chances[chances < 1], np.finfo(float).tiny, 1.0)
    return float(combine_pvalues(telling).pvalue) if telling.size else 1.0


def _classes_alike(pairs: Floats, sizes: Floats) -> float:
    """By the normal distribution of a sum of hypergeometric counts, with a correction for continuity."""
    errors, rows = pairs + pairs.T, np.maximum(sizes[:, None] + sizes, 1.0)
    share = sizes / rows
    spread = errors * share * (1 - share) * (rows - errors) / np.maximum(rows - 1, 1.0)
    over = np.abs(pairs.sum(axis=1) - (errors * share).sum(axis=1)) - CONTINUITY
    deviation = np.sqrt(np.maximum(spread.sum(axis=1), np.finfo(float).tiny))
    return float(min(1.0, len(sizes) * 2 * norm.sf(np.maximum(over, 0) / deviation).min()))


def _dispersion(counts: Floats, expected: Floats) -> float:
    some = expected > 0
    statistic = ((counts[some] - expected[some]) ** 2 / expected[some]).sum()
    return float(chi2.sf(statistic, int(some.sum()) - 1))
