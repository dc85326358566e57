"""What a model said about rows, and labels as class numbers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import RetrainError
from core.frames.aligned import aligned
from core.retraining.paired import Floats


@dataclass(frozen=True, slots=True)
class Answers:
    """What a model said about the rows: `probabilities` (n, classes), `predicted` class numbers (n,)."""

    probabilities: Floats
    predicted: npt.NDArray[np.intp]

    def at(self, rows: npt.NDArray[Any]) -> "Answers":
        """The answers for some of the rows."""
        return Answers(self.probabilities[rows], self.predicted[rows])


def probabilities(model: Any, X: pd.DataFrame, classes: tuple[str, ...]) -> Floats:
    """Probabilities in the order of `classes`, shape (n, classes); 0 for a class the model has not seen."""
    return aligned(model.predict_proba(X), model.classes_, classes)


def of(chances: Floats) -> Answers:
    """What the probabilities (n, classes) amount to."""
    return Answers(chances, chances.argmax(axis=1))


def numbers(y: "pd.Series[Any]", classes: tuple[str, ...]) -> npt.NDArray[np.intp]:
    """Class numbers of string labels.

    Raises:
        RetrainError: a label is not one of the classes.

    >>> numbers(pd.Series(["b", "a"]), ("a", "b")).tolist()
    [1, 0]
    """
    codes = pd.Index(classes).get_indexer(pd.Index(y.astype(object)))
    if (codes < 0).any():
        strange = sorted({str(label) for label in y[codes < 0]})[:5]
        raise RetrainError(
            f"Labels that are no class of the model: {', '.join(strange)}.",
            f"The classes are {', '.join(classes)}. Correct the labels.",
        )
    return codes
