"""Which annotation errors are likely beforehand: classes need not be mislabelled alike."""

import numpy as np
from scipy.stats import chi2

from core.label_errors.rules import RULES, NoiseRules
from core.stats.arrays import Floats


def error_weights(joint: Floats, rules: NoiseRules = RULES.noise) -> Floats:
    """(K, K) how likely rows of the true (column) class are given as each other (row) class; 1 is usual.

    Where the confident joint does not show for certain that classes differ, all are 1: few errors would say
    more than they know. Dispersion of counts: Fisher (1950). A class's share of errors and the classes that
    it is mixed up with are drawn towards what all classes have in common, like Gamma and Dirichlet priors.

    Args:
        joint: (K, K) rows by given (row) and true (column) class, from `confident_joint`.
        rules: how sure it must be, and weights of the priors.

    >>> error_weights(np.array([[900.0, 40.0], [0.0, 60.0]])).round(1).tolist()
    [[1.0, 8.2], [0.0, 1.0]]
    >>> error_weights(np.array([[480.0, 20.0], [20.0, 480.0]])).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    K, sizes = len(joint), joint.sum(axis=0)
    wrong = sizes - np.diag(joint)
    usual = float(wrong.sum() / sizes.sum())
    expected = sizes[sizes > 0] * usual
    even = np.ones((K, K))
    if usual == 0 or chi2.sf(((wrong[sizes > 0] - expected) ** 2 / expected).sum(), K - 1) > rules.differ:
        return even
    rates = (wrong + rules.class_errors) / (sizes + rules.class_errors / usual)
    shares = (joint + rules.pair_errors / (K - 1)) / (wrong + rules.pair_errors)
    return np.where(np.eye(K, dtype=bool), even, shares * (K - 1) * rates / usual)
