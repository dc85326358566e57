"""Training and comparing models of classes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.pipeline import Pipeline

from core.errors import RetrainError
from core.stats.arrays import Bools, Floats, Ints
from core.stats.predictions import Predictions, Truth
from core.tables.values.align_probabilities import align_probabilities
from core.tables.values.classes import class_spellings

ROUNDING = 1e-6
"""Probabilities of float32 add up to 1 within 1e-7 a class; with a dozen classes this is far beyond."""


@dataclass(frozen=True, slots=True)
class Classification:
    """The task of naming one of `classes`; of two the positive one is last, decided from `threshold` on."""

    classes: tuple[str, ...]
    threshold: float | None = None

    def truth(self, labels: "pd.Series[Any]") -> Truth:
        """Class numbers.

        Raises:
            RetrainError: a label is not one of the classes.

        >>> Classification(("a", "b")).truth(pd.Series(["b", "a"])).tolist()
        [1, 0]
        """
        codes = pd.Index(self.classes).get_indexer(pd.Index(labels.astype(object)))
        if (codes < 0).any():
            strange = sorted({str(label) for label in labels[codes < 0]})[:5]
            raise RetrainError(
                f"Labels that are no class of the model: {', '.join(strange)}.",
                f"The classes are {', '.join(self.classes)}. Correct the labels.",
            )
        return codes

    def targets(self, labels: "pd.Series[Any]") -> npt.NDArray[Any]:
        """The class names."""
        return labels.to_numpy(dtype=object)

    def strata(self, targets: npt.NDArray[Any]) -> Ints:
        """The classes that occur."""
        return np.unique(targets.astype(str), return_inverse=True)[1].astype(np.int64)

    def run(self, model: Any, X: pd.DataFrame) -> Predictions:
        """Probabilities and the model's own decision; probability 0 for a class that it has not seen.

        With a threshold the decision is made from the probabilities.
        """
        if type(model) is Pipeline and len(model) > 1:  # its columns are made once, for both questions
            model, X = model[-1], model[:-1].transform(X)
        probabilities = align_probabilities(model.predict_proba(X), model.classes_, self.classes)
        if self.threshold is not None:
            return Predictions.from_outputs(probabilities, self.threshold)
        return Predictions(probabilities, self._decisions(model.predict(X), probabilities))

    def _decisions(self, names: Any, probabilities: Floats) -> npt.NDArray[np.intp]:
        """Class numbers of what `predict` named; the most probable class where that is none of these."""
        texts = pd.Series(np.asarray(names, dtype=object).reshape(-1)).map(str)
        spelling = class_spellings(texts.unique(), self.classes)
        codes = pd.Index(self.classes).get_indexer(pd.Index(texts.map(lambda name: spelling.get(name, name))))
        return np.where(codes < 0, probabilities.argmax(axis=1), codes)

    def blank(self, n: int) -> Predictions:
        """Probabilities of 0."""
        return Predictions.from_outputs(np.zeros((n, len(self.classes))))

    def differences(self, champion: Predictions, challenger: Predictions) -> Floats:
        """1 where the classes differ."""
        return np.asarray(champion.predicted != challenger.predicted, dtype=np.float64)

    def disagreements(self, truth: Truth, champion: Predictions, challenger: Predictions) -> Bools:  # noqa: ARG002
        """Rows of other classes."""
        return self.differences(champion, challenger) > 0

    def flips(self, truth: Truth, champion: Predictions, challenger: Predictions) -> dict[str, int]:
        """Wrong and now right; right and now wrong; wrong in another way."""
        right, now_right = champion.predicted == truth, challenger.predicted == truth
        other = champion.predicted != challenger.predicted
        return {
            "fixed": int((~right & now_right).sum()),
            "broken": int((right & ~now_right).sum()),
            "neutral": int((other & ~right & ~now_right).sum()),
        }

    def decided_otherwise(self, one: Predictions, other: Predictions) -> int:
        """Rows of another class."""
        return int((one.predicted != other.predicted).sum())

    def check_outputs(self, model: Any, rows: pd.DataFrame) -> tuple[bool, str]:
        """Probabilities of known classes that are none below 0 and add up to 1."""
        outputs = model.predict_proba(rows)
        strange = sorted({str(name) for name in model.classes_} - set(self.classes))
        if strange:
            return False, f"answers with unknown classes: {', '.join(strange)}"
        gap = np.abs(outputs.sum(axis=1) - 1).max()
        proper = bool(np.isfinite(outputs).all() and outputs.min() >= 0 and gap < ROUNDING)
        missing = len(self.classes) - len(model.classes_)
        note = f", {missing} classes were not in its training rows" if missing else ""
        return proper, f"{len(rows):,} rows in, {outputs.shape[1]} probabilities out{note}"
