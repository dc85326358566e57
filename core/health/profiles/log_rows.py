"""The rows of a log as arrays: what profiles are counted from when no lake holds them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.stats.arrays import Bools, Floats

Column = npt.NDArray[Any]
"""(n,) numbers, NaN where missing; or (n,) texts as objects, None where missing."""


@dataclass(frozen=True, slots=True)
class LogRows:
    """n rows of a log (K classes).

    Attributes:
        labels: (n,) numbers of the classes, -1 where no label counts yet; of a regression numbers, NaN.
        predictions: (n,) likewise.
        scores: (n, K) probabilities, NaN where a row has none; of a regression (n, 0).
        features: column -> (n,) values.
        waiting: (n,) rows whose label may still become known.
    """

    labels: npt.NDArray[Any]
    predictions: npt.NDArray[Any]
    scores: Floats
    waiting: Bools
    features: Mapping[str, Column] = field(default_factory=dict)

    def at(self, rows: npt.NDArray[Any]) -> "LogRows":
        """Some of the rows, by their numbers or by a mask."""
        return LogRows(
            self.labels[rows],
            self.predictions[rows],
            self.scores[rows],
            self.waiting[rows],
            {name: column[rows] for name, column in self.features.items()},
        )


def log_rows(
    frame: pd.DataFrame, classes: Sequence[str], columns: Sequence[str], counts: Bools, *, delayed: bool
) -> LogRows:
    """Canonical rows (`core.tables.canonical`) as arrays.

    Args:
        frame: n rows.
        classes: of the model, in the order of the scores; none for a regression.
        columns: the features and segments among the columns of the frame; those of bytes are passed over.
        counts: (n,) rows whose label counts already.
        delayed: whether a label that is missing may still become known.

    >>> frame = pd.DataFrame({"_label": ["yes", None], "_prediction": ["yes", "no"], "x": [1, 2]})
    >>> scored, every = frame.assign(_score_0=0.1, _score_1=0.9), np.ones(2, dtype=bool)
    >>> rows = log_rows(scored, ("no", "yes"), ["x"], every, delayed=True)
    >>> rows.labels.tolist(), rows.waiting.tolist()
    ([1, -1], [False, True])
    """
    if classes:
        labels = np.where(counts, _numbers(frame["_label"], classes), -1)
        predictions = _numbers(frame["_prediction"], classes)
        unknown = labels < 0
    else:
        labels = np.where(counts, frame["_label"].to_numpy(np.float64), np.nan)
        predictions = frame["_prediction"].to_numpy(np.float64)
        unknown = np.isnan(labels)
    scores = frame[[f"_score_{k}" for k in range(len(classes))]].to_numpy(np.float64)
    read = ((name, column(frame[name])) for name in columns)
    features = {name: values for name, values in read if values is not None}
    return LogRows(labels, predictions, scores, unknown & delayed, features)


def column(values: "pd.Series[Any]") -> Column | None:
    """A column as numbers (moments in seconds since 1970) or texts; None for one of bytes.

    >>> column(pd.Series([1, 2])).tolist(), column(pd.Series(["a", None])).tolist()
    ([1.0, 2.0], ['a', None])
    """
    if pd.api.types.is_datetime64_any_dtype(values):
        seconds = values.astype("datetime64[us]").astype("int64") / 1e6
        return seconds.where(values.notna()).to_numpy(np.float64)
    if pd.api.types.is_numeric_dtype(values):
        return values.to_numpy(np.float64, na_value=np.nan)
    known = values.dropna()
    if len(known) and isinstance(known.iloc[0], bytes):
        return None
    texts = values.astype(object)
    return texts.where(values.notna(), None).to_numpy(object)


def _numbers(names: "pd.Series[Any]", classes: Sequence[str]) -> npt.NDArray[np.intp]:
    """(n,) positions among the classes, -1 for none of them."""
    return pd.Index(classes).get_indexer(pd.Index(names.astype(object)))
