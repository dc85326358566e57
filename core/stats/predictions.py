"""Predictions of a model for some rows, as arrays: what paired comparisons are computed from."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from core.stats.arrays import Floats

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
    def from_outputs(cls, outputs: Floats) -> "Predictions":
        """What probabilities (n, classes), or numbers (n,), amount to where no decision is known.

        >>> Predictions.from_outputs(np.array([[0.2, 0.8], [0.7, 0.3]])).predicted.tolist()
        [1, 0]
        """
        if outputs.ndim == 1:
            return cls(np.empty((len(outputs), 0)), outputs)
        return cls(outputs, outputs.argmax(axis=1))

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
