"""What correcting a label is worth: the order in which to ask the experts."""

import numpy as np
from scipy.stats import rankdata
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from core.label_errors.rules import RULES, ImpactRules
from core.stats.arrays import Floats, Ints
from core.stats.intervals import Z95


def impact(p_error: Floats, worth: Floats, rules: ImpactRules = RULES.impact) -> Floats:
    """(n,) P(error) x (0.5 + rank of the influence, from 0 to 1): what an answer is worth.

    >>> impact(np.array([0.8, 0.2]), np.array([1.0, 3.0])).round(2).tolist()
    [0.8, 0.3]
    """
    return p_error * (rules.floor + rankdata(worth) / len(worth))


def influence(
    vectors: Floats,
    labels: Ints,
    suggested: Ints,
    q: Floats,
    seed: int = 0,
    *,
    rules: ImpactRules = RULES.impact,
) -> Floats:
    """(n,) predicted drop of the loss on confident rows if a row's label is switched to the suggestion.

    A softmax regression stands for the model; its change is one Newton step with a Hessian per class
    (influence functions: Koh and Liang 2017). With u_k = H_k^-1 g_k, g the gradient of the loss on the
    confident rows, switching row x from a to b changes that loss by x'u_b - x'u_a to first order.

    Args:
        vectors: (n, d) standardised features.
        labels: (n,) class numbers as given.
        suggested: (n,) class numbers.
        q: (n, K) mixture; rows above `rules.confident`, as their likeliest class, are the yardstick.
        seed: of the subsample for large n.
        rules: penalty, yardstick, size of the subsample.
    """
    X = np.hstack([vectors, np.ones((len(vectors), 1))])
    rows = _subsample(len(X), seed, rules.hessian_rows)
    with threadpool_limits(1, user_api="blas"):  # matrices this small are slower with more threads
        return _influence(X, rows, labels, suggested, q, rules)


def _influence(X: Floats, rows: Ints, labels: Ints, suggested: Ints, q: Floats, rules: ImpactRules) -> Floats:
    P = surrogate(X, labels, q.shape[1], rows, rules.penalty)
    sure = q.max(axis=1) > rules.confident
    if not sure.any():
        return np.zeros(len(X))
    truth = np.eye(q.shape[1])[q[sure].argmax(axis=1)]
    gradient = X[sure].T @ (P[sure] - truth) / sure.sum()
    scale = len(X) / len(rows)
    steps = np.column_stack(
        [_solve(X[rows], P[rows, k], gradient[:, k], scale, rules.penalty) for k in range(q.shape[1])]
    )
    moved = X @ steps
    number = np.arange(len(X))
    return np.asarray(moved[number, labels] - moved[number, suggested])


def surrogate(X: Floats, labels: Ints, K: int, rows: Ints, penalty: float) -> Floats:
    """(n, K) probabilities of a softmax regression on the given labels; absent classes get zero."""
    model = LogisticRegression(C=1 / penalty, fit_intercept=False, max_iter=300, tol=1e-3)
    model.fit(X[rows], labels[rows])
    raw = model.predict_proba(X)
    P = np.zeros((len(X), K))
    P[:, model.classes_] = raw
    return P


def _solve(X: Floats, p: Floats, gradient: Floats, scale: float, penalty: float) -> Floats:
    hessian = scale * (X.T * (p * (1 - p))) @ X + penalty * np.eye(X.shape[1])
    return np.asarray(np.linalg.solve(hessian, gradient))


def _subsample(n: int, seed: int, most: int) -> Ints:
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, most, replace=False))


def gain_curve(p_error: Floats, share_low: float, share_high: float, points: int = 60) -> dict[str, Floats]:
    """Answers given in this order -> wrong labels found, expected and with a 95 % band.

    Args:
        p_error: (m,) in the order of the queue.
        share_low: lower end of the estimated number of errors, as a share of the estimate.
        share_high: its upper end.
        points: how many points the curve keeps.
    """
    expected = np.cumsum(p_error)
    chance = Z95 * np.sqrt(np.cumsum(p_error * (1 - p_error)))
    asked_so_far = np.unique(np.linspace(1, len(p_error), points).astype(np.int64))
    at = asked_so_far - 1
    low = np.clip(expected * share_low - chance, 0, None)
    high = np.minimum(expected * share_high + chance, np.arange(1, len(p_error) + 1))
    return {
        "answers": np.concatenate([[0], asked_so_far]).astype(float),
        "fixed": np.concatenate([[0.0], expected[at]]),
        "low": np.concatenate([[0.0], np.minimum(low, expected)[at]]),
        "high": np.concatenate([[0.0], np.maximum(high, expected)[at]]),
    }
