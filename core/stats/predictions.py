"""Predictions of a model for some rows, as arrays, and what each of them costs.

Paired comparisons are computed from them; metrics that are a mean loss by the differences of rows.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from core.stats.arrays import Floats, Ints

LEAST_PROBABILITY = 1e-15
"""A probability of 0 for what happens would cost without end; scikit-learn 1.x cut at the same place."""

Truth: TypeAlias = npt.NDArray[Any]
"""(n,) labels in the same terms: class numbers, or of a regression the labels themselves."""


@dataclass(frozen=True, slots=True)
class Predictions:
    """Predictions for n rows.

    Attributes:
        probabilities: (n, classes); (n, 0) for regression.
        predicted: (n,) class numbers as the model decided, which need not be the most probable class; or for
            regression the expected numbers.
    """

    probabilities: Floats
    predicted: npt.NDArray[Any]

    @classmethod
    def from_outputs(cls, outputs: Floats, threshold: float | None = None) -> "Predictions":
        """What probabilities (n, classes), or numbers (n,), amount to where no decision is known.

        >>> Predictions.from_outputs(np.array([[0.2, 0.8], [0.7, 0.3]])).predicted.tolist()
        [1, 0]
        """
        if outputs.ndim == 1:
            return cls(np.empty((len(outputs), 0)), outputs)
        return cls(outputs, decisions(outputs, threshold))

    @property
    def outputs(self) -> Floats:
        """What `from_outputs` takes: the probabilities, or the numbers."""
        return self.probabilities if self.probabilities.shape[1] else self.predicted

    @property
    def classes(self) -> int:
        """Number of classes; 0 for regression."""
        return int(self.probabilities.shape[1])

    def at(self, rows: npt.NDArray[Any]) -> "Predictions":
        """The predictions for some of the rows, by position or by mask."""
        return Predictions(self.probabilities[rows], self.predicted[rows])


def decisions(probabilities: Floats, threshold: float | None = None) -> Ints:
    """(n, K) probabilities -> (n,) numbers of the classes that they amount to.

    The most probable one; of two classes with a threshold the last, positive one from that score on.

    >>> scores = np.array([[0.8, 0.2], [0.7, 0.3], [0.5, 0.5]])
    >>> decisions(scores).tolist(), decisions(scores, 0.3).tolist()
    ([0, 0, 0], [0, 1, 1])
    """
    if threshold is None or probabilities.shape[1] != 2:  # noqa: PLR2004 -- two classes
        return np.asarray(probabilities.argmax(axis=1))
    return np.asarray(probabilities[:, 1] >= threshold, dtype=np.int64)


def log_losses(truth: Truth, predictions: Predictions) -> Floats:
    """Log-loss of each row, shape (n,).

    >>> two = Predictions.from_outputs(np.array([[0.5, 0.5], [1.0, 0.0]]))
    >>> log_losses(np.array([1, 1]), two).round(2).tolist()
    [0.69, 34.54]
    """
    of_truth: Floats = predictions.probabilities[np.arange(len(truth)), truth]
    return -np.log(np.clip(of_truth, LEAST_PROBABILITY, 1))


def brier_scores(truth: Truth, predictions: Predictions) -> Floats:
    """Brier score of each row: of two classes the usual one, 0..1; of more the sum over them, 0..2.

    >>> two = Predictions(np.array([[0.9, 0.1], [0.3, 0.7]]), np.array([0, 1]))
    >>> brier_scores(np.array([0, 0]), two).round(2).tolist()
    [0.01, 0.49]
    """
    classes = predictions.classes
    squares: Floats = ((predictions.probabilities - np.eye(classes)[truth]) ** 2).sum(axis=1)
    return squares / 2 if classes == 2 else squares  # noqa: PLR2004 -- two classes


def absolute_errors(truth: Truth, predictions: Predictions) -> Floats:
    """Absolute error of each row of a regression.

    >>> amounts = Predictions(np.empty((2, 0)), np.array([1.5, 4.0]))
    >>> absolute_errors(np.array([1.0, 5.0]), amounts).tolist()
    [0.5, 1.0]
    """
    return np.asarray(np.abs(predictions.predicted - truth))


def relative_errors(truth: Truth, predictions: Predictions) -> Floats:
    """Absolute error of each row of a regression over the size of its label, which is not 0.

    >>> amounts = Predictions(np.empty((2, 0)), np.array([1.5, 4.0]))
    >>> relative_errors(np.array([1.0, -5.0]), amounts).tolist()
    [0.5, 1.8]
    """
    return np.asarray(np.abs(predictions.predicted - truth) / np.abs(truth))
