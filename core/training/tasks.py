"""What differs between classes and numbers in training and comparing: one protocol, two strategies."""

from typing import Any, Protocol

import numpy.typing as npt
import pandas as pd

from core.stats.arrays import Bools, Floats, Ints
from core.stats.predictions import Predictions, Truth


class Task(Protocol):
    """A task: how labels are read, what a model returns, and when two models differ.

    n rows, K classes (0 for regression).
    """

    @property
    def classes(self) -> tuple[str, ...]:
        """In the order of the scores; none for regression."""

    def truth(self, labels: "pd.Series[Any]") -> Truth:
        """(n,) labels in the terms of predictions.

        Raises:
            RetrainError: a label is not one of the classes, or not a number.
        """

    def targets(self, labels: "pd.Series[Any]") -> npt.NDArray[Any]:
        """(n,) labels as an estimator learns them."""

    def strata(self, targets: npt.NDArray[Any]) -> Ints:
        """(n,) number of the stratum of each row, which folds spread evenly."""

    def run(self, model: Any, X: pd.DataFrame) -> Predictions:
        """What the model returns for n rows, in the order of the classes."""

    def blank(self, n: int) -> Predictions:
        """Predictions for n rows, to be filled in."""

    def differences(self, champion: Predictions, challenger: Predictions) -> Floats:
        """(n,) how far apart the two are: 0 or 1 for classes, the distance for numbers."""

    def disagreements(self, truth: Truth, champion: Predictions, challenger: Predictions) -> Bools:
        """(n,) rows of another class, or of numbers farther apart than the champion's mean error."""

    def flips(self, truth: Truth, champion: Predictions, challenger: Predictions) -> dict[str, int]:
        """How many rows the challenger fixed and broke, and differs on without being better or worse."""

    def decided_otherwise(self, one: Predictions, other: Predictions) -> int:
        """Rows whose decision changed; numbers are compared by their size alone."""

    def check_outputs(self, model: Any, rows: pd.DataFrame) -> tuple[bool, str]:
        """Whether what the model returns is of the right shape and range, and what was seen."""


def task_of(classes: tuple[str, ...], threshold: float | None = None) -> Task:
    """The strategy for a model with these classes; none are a regression.

    `threshold`: the score from which on the positive class is decided, in place of the model's own decisions.

    >>> task_of(("no", "yes")).classes, task_of(()).classes
    (('no', 'yes'), ())
    """
    # Here, so that both can name the protocol.
    from core.training.classification import Classification
    from core.training.regression import Regression

    return Classification(classes, threshold) if classes else Regression()
