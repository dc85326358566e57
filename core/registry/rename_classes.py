"""A model whose classes are written otherwise than the labels: asked under the names of the labels."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd


def rename_classes(estimator: Any, means: Mapping[str, str]) -> Any:
    """The estimator, behind other names where one of its classes means a class of the model.

    Args:
        estimator: with `classes_`, or a regressor, which stays as it is.
        means: name of the estimator -> class of the model (`core.model.Roles.means`).
    """
    names = set(map(str, getattr(estimator, "classes_", ())))
    return Renamed(estimator, means) if names & set(means) else estimator


class Renamed:
    """An estimator with the names of its classes exchanged.

    Attributes:
        classes_: (K,) in the order of the estimator's own.
    """

    def __init__(self, estimator: Any, means: Mapping[str, str]) -> None:
        self._estimator, self._means = estimator, dict(means)
        self.classes_ = self._names(estimator.classes_)

    def __getattr__(self, name: str) -> Any:
        """What is not about names of classes is the estimator's own."""
        if name.startswith("_"):  # copies and pickles look for these before anything is set
            raise AttributeError(name)
        return getattr(self._estimator, name)

    def predict(self, rows: pd.DataFrame) -> npt.NDArray[np.object_]:
        """(n,) its own decisions, renamed."""
        return self._names(self._estimator.predict(rows))

    def predict_proba(self, rows: pd.DataFrame) -> npt.NDArray[np.float64]:
        """(n, K) in the order of `classes_`."""
        return np.asarray(self._estimator.predict_proba(rows), dtype=np.float64)

    def _names(self, values: Any) -> npt.NDArray[np.object_]:
        texts = [str(value) for value in np.asarray(values, dtype=object).reshape(-1)]
        return np.array([self._means.get(text, text) for text in texts], dtype=object)


def rename_output(raw: Any, means: Mapping[str, str]) -> Any:
    """What a model of any kind returned, with its names of classes exchanged, in cells and in columns.

    >>> rename_output(np.array(["leaves", "stays"]), {"leaves": "1", "stays": "0"}).tolist()
    ['1', '0']
    """
    if not means:
        return raw
    if isinstance(raw, pd.DataFrame):
        columns = {name: means.get(str(name), name) for name in raw.columns}
        return raw.replace(dict(means)).rename(columns=columns)
    if isinstance(raw, pd.Series):
        return raw.replace(dict(means))
    values = np.asarray(raw, dtype=object)
    is_text = np.asarray(raw).dtype.kind in "OUS"
    if values.ndim == 1 and is_text and not any(isinstance(value, Mapping) for value in values):
        return np.array([means.get(str(value), value) for value in values], dtype=object)
    return raw
