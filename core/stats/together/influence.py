"""What one row contributes to a metric: by how much it would move were that row to count a little more.

Contributions of n rows have mean 0; the mean of their squares over n is the variance of the metric (the
infinitesimal jackknife, Jaeckel 1972; Efron 1982, chapter 6). The difference of those of two models on the
same rows is what a paired comparison with rows that belong together rests on.
"""

from collections.abc import Callable

import numpy as np

from core.stats.arrays import Floats, Ints

STEP = 1e-6
"""Relative weight by which a derivative is taken: half the digits of a double."""
BATCH = 256
"""Cells whose derivatives are taken at once: 256 matrices of 100 classes are 20 MB."""


def of_cells(truth: Ints, predicted: Ints, classes: int, score: Callable[[Floats], Floats]) -> Floats:
    """(n,) contributions to a metric of the confusion matrix.

    Args:
        truth: class numbers, shape (n,).
        predicted: class numbers, shape (n,).
        classes: how many there are.
        score: (draws, K, K) label by prediction -> (draws,) values.

    >>> accuracy = lambda m: np.einsum("dkk->d", m) / m.sum((1, 2))
    >>> of_cells(np.array([0, 1, 1, 0]), np.array([0, 1, 0, 0]), 2, accuracy).round(3).tolist()
    [0.25, 0.25, -0.75, 0.25]
    """
    matrix = np.bincount(truth * classes + predicted, minlength=classes**2).reshape(classes, classes)
    return _centre(slopes(matrix.astype(np.float64), score)[truth, predicted])


def slopes(matrix: Floats, score: Callable[[Floats], Floats]) -> Floats:
    """(K, K) by how much a metric moves for each row that a cell has more, times the rows; 0 of empty cells.

    Args:
        matrix: (K, K) rows by label and prediction.
        score: (draws, K, K) -> (draws,) values.

    >>> accuracy = lambda m: np.einsum("dkk->d", m) / m.sum((1, 2))
    >>> slopes(np.array([[2.0, 0.0], [1.0, 1.0]]), accuracy).round(3).tolist()
    [[0.25, 0.0], [-0.75, 0.25]]
    """
    n, rows = matrix.sum(), matrix.ravel()
    cells = np.flatnonzero(rows)
    by_cell = np.zeros(matrix.size)
    for first in range(0, len(cells), BATCH):
        some = cells[first : first + BATCH]
        moved = np.tile(rows, (2 * len(some), 1))
        at = np.arange(len(some))
        moved[at, some] += n * STEP
        moved[at + len(some), some] -= np.minimum(n * STEP, rows[some] / 2)
        steps = moved[at, some] - moved[at + len(some), some]
        values = score(moved.reshape(-1, *matrix.shape))
        by_cell[some] = (values[: len(some)] - values[len(some) :]) / steps * n
    return by_cell.reshape(matrix.shape)


def of_means(rows: Floats, score: Callable[[Floats], Floats]) -> Floats:
    """(n,) contributions to a function of means over the rows.

    Args:
        rows: (n, m), e.g. their squared errors.
        score: (draws, m) means -> (draws,) values.

    >>> of_means(np.array([[1.0], [3.0]]), lambda means: means[:, 0] ** 2).round(3).tolist()
    [-4.0, 4.0]
    """
    means = rows.mean(axis=0)
    steps = np.diag(STEP * (np.abs(means) + rows.std(axis=0) + np.finfo(float).tiny))
    slopes = (score(means + steps) - score(means - steps)) / (2 * np.diag(steps))
    return _centre(rows @ slopes)


def _centre(values: Floats) -> Floats:
    centred: Floats = values - values.mean()
    return np.nan_to_num(centred)
