"""Which of the rows without a label to ask experts about first: those that the model is least sure of."""

import numpy as np

from core.annotation.rules import RULES, FirstRules
from core.stats.arrays import Floats, Ints


def margins(scores: Floats) -> Floats:
    """(n,) how far the likeliest class lies before the next, of (n, K) probabilities; missing ones are 0.

    >>> margins(np.array([[0.5, 0.3, 0.2], [0.1, 0.9, 0.0]])).round(2).tolist()
    [0.2, 0.8]
    """
    first, second = -np.partition(-np.nan_to_num(scores), 1, axis=1)[:, :2].T
    return np.asarray(first - second)


def first_labels(margin: Floats, vectors: Floats, count: int, rules: FirstRules = RULES.first) -> Ints:
    """Row numbers, the first to ask about first: the least sure, and not the same question again and again.

    Each row that is taken halves what the rows that are most like it are worth (Settles 2009, section 7.1,
    on redundancy within a batch; `tests/benchmarks/first_labels_gain.py`).

    Args:
        margin: (n,) from `margins`.
        vectors: (n, d) in which rows that are alike are near.
        count: most rows.
        rules: how many are alike, and what is left of their worth.

    >>> sure = np.array([0.0, 0.05, 0.2])
    >>> first_labels(sure, np.array([[0.0], [0.1], [9.0]]), 3, FirstRules(alike=1)).tolist()
    [0, 2, 1]
    """
    worth, squares = 1 - margin, np.einsum("ij,ij->i", vectors, vectors)
    alike = min(rules.alike, len(worth) - 1)
    queue = np.empty(min(count, len(worth)), dtype=np.int64)
    for place in range(len(queue)):
        row = int(worth.argmax())
        queue[place] = row
        if alike > 0:
            distance = squares - 2 * vectors @ vectors[row]
            distance[row] = np.inf
            near = np.argpartition(distance, alike - 1)[:alike]
            worth[near] *= rules.left
        worth[row] = -np.inf
    return queue
