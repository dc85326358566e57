"""The rows of a log as arrays: what profiles are counted from when no lake holds them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.stats.arrays import Bools, Counts, Floats

Column = npt.NDArray[Any]
"""(n,) numbers, NaN where missing; or (n,) texts as objects, None where missing."""
DAY = 86_400
"""Seconds of a day."""


@dataclass(frozen=True, slots=True)
class LogRows:
    """n rows of a log (K classes).

    Attributes:
        labels: (n,) numbers of the classes, -1 where no label counts yet; of a regression numbers, NaN.
        predictions: (n,) likewise.
        scores: (n, K) probabilities, NaN where a row has none; of a regression (n, 0).
        features: column -> (n,) values.
        waiting: (n,) rows whose label may still become known.
        young: (n,) rows too young for a label that counts; None: none of them.
    """

    labels: npt.NDArray[Any]
    predictions: npt.NDArray[Any]
    scores: Floats
    waiting: Bools
    features: Mapping[str, Column] = field(default_factory=dict)
    young: Bools | None = None

    @property
    def counts(self) -> Counts:
        """(3,) all of them, those whose label may still become known, those too young for one."""
        young = 0 if self.young is None else int(self.young.sum())
        return np.array([len(self.labels), int(self.waiting.sum()), young])

    def at(self, rows: npt.NDArray[Any]) -> "LogRows":
        """Some of the rows, by their numbers or by a mask."""
        return LogRows(
            self.labels[rows],
            self.predictions[rows],
            self.scores[rows],
            self.waiting[rows],
            {name: column[rows] for name, column in self.features.items()},
            None if self.young is None else self.young[rows],
        )


def feature_columns(frame: pd.DataFrame, names: Sequence[str]) -> dict[str, Column]:
    """Name -> (n,) values, of these columns of a table; those of bytes are passed over.

    >>> feature_columns(pd.DataFrame({"x": [1, 2]}), ["x"])["x"].tolist()
    [1.0, 2.0]
    """
    times = frame.get("_time")
    read = ((name, column(frame[name], times)) for name in names)
    return {name: values for name, values in read if values is not None}


def column(values: "pd.Series[Any]", times: "pd.Series[Any] | None" = None) -> Column | None:
    """A column as numbers or texts; None for one of bytes.

    Moments are days since the time of their row: later rows have later dates, which is no change. Of rows
    without a time they are days since 1970.

    >>> column(pd.Series([1, 2])).tolist(), column(pd.Series(["a", None])).tolist()
    ([1.0, 2.0], ['a', None])
    >>> arrival, booked = (pd.Series(pd.to_datetime([day])) for day in ("2024-05-03", "2024-05-01"))
    >>> column(arrival, booked).tolist()
    [2.0]
    """
    if pd.api.types.is_datetime64_any_dtype(values):
        seconds = _seconds(values)
        since = seconds if times is None else seconds - _seconds(times).fillna(0)
        return (since / DAY).to_numpy(np.float64)
    if pd.api.types.is_numeric_dtype(values):
        return values.to_numpy(np.float64, na_value=np.nan)
    known = values.dropna()
    if len(known) and isinstance(known.iloc[0], bytes):
        return None
    texts = values.astype(object)
    return texts.where(values.notna(), None).to_numpy(object)


def _seconds(moments: "pd.Series[Any]") -> "pd.Series[Any]":
    """Seconds since 1970; NaN where a moment is not known."""
    return (moments.astype("datetime64[us]").astype("int64") / 1e6).where(moments.notna())
