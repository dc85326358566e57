"""Where training data end and the production log begins."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.errors import DataError

HINT = "Say a date such as 2015-12-01 (rows before it are training data) or a share such as 0.5."


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows are training data, and up to when (a date, or a number of rows) in words."""

    training: "pd.Series[Any]"
    until: str


def training_window(times: pd.Series, until: str) -> Window:
    """The rows before a date, or the first share of the rows, which are in order of arrival.

    Raises:
        DataError: it is neither a date nor a share, or no row would be training data.

    >>> days = pd.Series(pd.to_datetime(["2015-11-30", "2015-12-01"]))
    >>> training_window(days, "2015-12-01").training.tolist()
    [True, False]
    >>> training_window(pd.Series([pd.NaT] * 4, dtype="datetime64[us]"), "0.5").until
    '2'
    """
    share = _share(until)
    by_time = bool(times.notna().all())
    if share is None and not by_time:
        raise DataError("Without a column of dates there is no training until a date.", HINT)
    if share == 1.0:
        training = pd.Series(np.ones(len(times), dtype=bool), times.index)
        return Window(training, times.max().isoformat() if by_time else str(len(times)))
    count = int(len(times) * share) if share is not None else 0
    if by_time:
        moment = _date(until) if share is None else times.sort_values().iloc[count]
        window = Window(times < moment, moment.isoformat())
    else:
        window = Window(pd.Series(np.arange(len(times)) < count, times.index), str(count))
    if not window.training.any():
        raise DataError(f"No row is training data until {until}.", HINT)
    return window


def _share(until: str) -> float | None:
    try:
        share = float(until)
    except ValueError:
        return None
    if not 0 < share <= 1:
        raise DataError(f"{until} is not a share between 0 and 1.", HINT)
    return share


def _date(until: str) -> pd.Timestamp:
    try:
        return pd.Timestamp(until)
    except ValueError as error:
        raise DataError(f"{until!r} is not a date.", HINT) from error
