"""Training and comparing models of numbers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import RetrainError
from core.stats.arrays import Bools, Floats, Ints
from core.stats.predictions import Predictions, Truth, absolute_errors

TENTHS = np.linspace(0.1, 0.9, 9)


@dataclass(frozen=True, slots=True)
class Regression:
    """The task of expecting a number.

    Attributes:
        neutral: errors that differ by less than this share of the champion's mean error are equally good: the
            same tenth from which on Health calls a larger error worse (`core.health.performance.tolerance`).
    """

    neutral: float = 0.1

    @property
    def classes(self) -> tuple[str, ...]:
        """None."""
        return ()

    def truth(self, labels: "pd.Series[Any]") -> Truth:
        """The labels as numbers.

        Raises:
            RetrainError: a label is not a number.

        >>> Regression().truth(pd.Series(["2.5"])).tolist()
        [2.5]
        """
        values = pd.to_numeric(labels, errors="coerce").to_numpy(dtype=np.float64)
        strange = labels[~np.isfinite(values)].map(str).head(5).tolist()
        if strange:
            raise RetrainError(
                f"Labels that are not numbers: {', '.join(strange)}.",
                "Correct the labels: each must be a number.",
            )
        return values

    def targets(self, labels: "pd.Series[Any]") -> npt.NDArray[Any]:
        """The labels as numbers."""
        return self.truth(labels)

    def strata(self, targets: npt.NDArray[Any]) -> Ints:
        """The tenths of the labels."""
        return np.searchsorted(np.quantile(targets, TENTHS), targets).astype(np.int64)

    def run(self, model: Any, X: pd.DataFrame) -> Predictions:
        """The expected numbers."""
        return Predictions.from_outputs(np.asarray(model.predict(X), dtype=np.float64))

    def blank(self, n: int) -> Predictions:
        """Zeros."""
        return Predictions.from_outputs(np.zeros(n))

    def differences(self, champion: Predictions, challenger: Predictions) -> Floats:
        """How far apart the numbers are."""
        return np.asarray(np.abs(champion.predicted - challenger.predicted))

    def disagreements(self, truth: Truth, champion: Predictions, challenger: Predictions) -> Bools:
        """Numbers farther apart than the champion is off on average."""
        usual = float(absolute_errors(truth, champion).mean())
        return self.differences(champion, challenger) > usual

    def flips(self, truth: Truth, champion: Predictions, challenger: Predictions) -> dict[str, int]:
        """Closer to the truth, farther from it, and about as close (see `neutral`)."""
        before, after = absolute_errors(truth, champion), absolute_errors(truth, challenger)
        least = self.neutral * before.mean()
        fixed, broken = before - after > least, after - before > least
        return {
            "fixed": int(fixed.sum()),
            "broken": int(broken.sum()),
            "neutral": int((~fixed & ~broken).sum()),
        }

    def decided_otherwise(self, one: Predictions, other: Predictions) -> int:  # noqa: ARG002
        """None: a number decides nothing."""
        return 0

    def check_outputs(self, model: Any, rows: pd.DataFrame) -> tuple[bool, str]:
        """One finite number for each row."""
        outputs = np.asarray(model.predict(rows), dtype=np.float64)
        proper = outputs.shape == (len(rows),) and bool(np.isfinite(outputs).all())
        return proper, f"{len(rows):,} rows in, {len(outputs):,} numbers out"
