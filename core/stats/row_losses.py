"""Losses of single rows: metrics that are their mean are compared by the differences of rows."""

import numpy as np

from core.stats.arrays import Floats
from core.stats.predictions import Predictions, Truth

LEAST_PROBABILITY = 1e-15
"""A probability of 0 for what happens would cost without end; scikit-learn 1.x cut at the same place."""


def log_losses(truth: Truth, predictions: Predictions) -> Floats:
    """Log-loss of each row, shape (n,).

    >>> two = Predictions.from_outputs(np.array([[0.5, 0.5], [1.0, 0.0]]))
    >>> log_losses(np.array([1, 1]), two).round(2).tolist()
    [0.69, 34.54]
    """
    of_truth: Floats = predictions.probabilities[np.arange(len(truth)), truth]
    return -np.log(np.clip(of_truth, LEAST_PROBABILITY, 1))


def brier_scores(truth: Truth, predictions: Predictions) -> Floats:
    """Brier score of each row: of two classes the usual one, 0..1; of more the sum over them, 0..2."""
    classes = predictions.classes
    squares: Floats = ((predictions.probabilities - np.eye(classes)[truth]) ** 2).sum(axis=1)
    return squares / 2 if classes == 2 else squares  # noqa: PLR2004 -- two classes


def absolute_errors(truth: Truth, predictions: Predictions) -> Floats:
    """Absolute error of each row of a regression."""
    return np.asarray(np.abs(predictions.predicted - truth))
