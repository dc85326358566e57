"""Moments in the forms in which files write them.

Read are ISO dates (`2016-01-31`, `2016-01-31T14:05+02:00`), dates with points, which are written day first
(`31.1.2016 14:05`), and epochs: seconds, milliseconds, microseconds or nanoseconds, told apart by their size
(1973 to 2286). Dates with slashes are refused: 1/2/2016 is a day in January here and in February there, and
a file of one month may not say which. So are dates before 1900 and after 2299.
"""

import re

import numpy as np
import pandas as pd

EPOCH_UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
MICROSECONDS = EPOCH_UNITS["us"]
EPOCH_FIRST, EPOCH_AFTER = 1e8, 1e10
"""Seconds: the ranges of the units do not touch."""
FIRST, AFTER = pd.Timestamp("1900-01-01"), pd.Timestamp("2300-01-01")
"""Dates beyond are mistakes, or say "never": 9999-12-31 is written as an empty cell."""
POINTED = r"^\s*(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d{1,6})?))?)?\s*$"
POINT_ZERO = r"\.0*$"
ZONE = r"\d{1,2}:?\d{2}(?::?\d{2}(?:[.,]\d+)?)? *(?:[Zz]|[+-]\d{2}(?::?\d{2})?)$"
"""The end of a text that says its zone, behind a time of day: the end of 2016-01-31 is none. Without \\s, for
which pandas takes thirty times as long."""
NUMBER = re.compile(r"[+-]?\d{9,19}(\.\d*)?")
WRITE_DATES = "Write dates like 2016-01-31 or 2016-01-31T14:05."
ZONE_HINT = (
    "Write all dates of a column with their zone (2016-01-31T14:05+02:00), or none, which is read as UTC."
)
DATE_HINT = (
    f"{WRITE_DATES} 31.1.2016 and epoch seconds or milliseconds are read too; "
    "1/2/2016 is not, because it may be a day in January or in February. "
    "A date that is not known is left empty."
)


def moments(column: pd.Series) -> pd.Series:
    """The column in microseconds without a time zone (those with one are turned to UTC); NaT if unread.

    >>> moments(pd.Series(["2016-01-01T02:00+02:00", "1.2.2016"])).dt.strftime("%d %b %Y").tolist()
    ['01 Jan 2016', '01 Feb 2016']
    >>> moments(pd.Series(["1451606400", "1451606400000", "1/2/2016"])).dt.year.tolist()
    [2016.0, 2016.0, nan]
    """
    if pd.api.types.is_datetime64_any_dtype(column):
        times = column
    elif pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        times = _epochs(column)
    else:
        texts = column.astype(object).where(column.notna(), None)
        if pd.api.types.infer_dtype(texts, skipna=True) not in {"string", "empty"}:
            texts = texts.map(lambda cell: cell if cell is None else str(cell))
        times = dates(texts)
        rest = times.isna() & texts.notna()
        numbers = texts[rest][texts[rest].map(lambda cell: bool(NUMBER.fullmatch(str(cell).strip())))]
        if len(numbers):
            times = times.where(~times.index.isin(numbers.index), _text_epochs(numbers))
    if isinstance(times.dtype, pd.DatetimeTZDtype):
        times = times.dt.tz_convert("UTC").dt.tz_localize(None)
    times = times.astype("datetime64[us]")
    strange = (times < FIRST) | (times >= AFTER)
    return times.where(~strange, pd.NaT) if strange.any() else times


def has_zone(column: pd.Series) -> pd.Series:
    """Which cells say their time zone; epochs are UTC, and count as such.

    >>> has_zone(pd.Series(["2016-01-31T14:05+02:00", "2016-01-31 14:05", "1451606400"])).tolist()
    [True, False, True]
    """
    if pd.api.types.is_datetime64_any_dtype(column) or pd.api.types.is_numeric_dtype(column):
        naive = isinstance(column.dtype, np.dtype) and column.dtype.kind == "M"
        return pd.Series(not naive, column.index)
    texts = column.astype("str").str.strip()
    ends = texts.str.contains(ZONE, regex=True, na=False)
    return (ends | texts.str.fullmatch(NUMBER.pattern, na=False)).astype(bool)


def dates(texts: pd.Series) -> pd.Series:
    """Dates that are written as such, without time zone; NaT for everything else.

    >>> dates(pd.Series(["2024-05-01", "soon"])).tolist()
    [Timestamp('2024-05-01 00:00:00'), NaT]
    """
    times = pd.to_datetime(texts, errors="coerce", format="ISO8601", utc=True).dt.tz_localize(None)
    rest = times.isna() & texts.notna()
    if rest.any():
        parts = texts[rest].astype(str).str.extract(POINTED)
        parts = parts[parts[0].notna()].fillna("0").astype("float64")
        parts.columns = pd.Index(["day", "month", "year", "hour", "minute", "second"])
        if len(parts):
            pointed = pd.to_datetime(parts, errors="coerce")
            times = times.where(~times.index.isin(pointed.index), pointed.reindex(times.index))
    return times


def _text_epochs(texts: pd.Series) -> pd.Series:
    """Whole numbers are read as such: a double has no place for the last digits of nanoseconds."""
    numbers = texts.astype(str).str.strip().str.replace(POINT_ZERO, "", regex=True)
    broken = numbers.str.contains(".", regex=False)
    parts = [_epochs(numbers[~broken].map(int)), _epochs(numbers[broken].astype("float64"))]
    times: pd.Series = pd.concat([part for part in parts if len(part)]).reindex(texts.index)
    return times


def _epochs(numbers: pd.Series) -> pd.Series:
    """Whole numbers are cut to the microsecond, as dates are; others are rounded."""
    whole = not pd.api.types.is_float_dtype(numbers)
    sizes = numbers.abs().to_numpy(dtype="float64", na_value=np.nan)
    times = np.full(len(sizes), np.datetime64("NaT", "us"))
    for scale in EPOCH_UNITS.values():
        fits = (sizes >= EPOCH_FIRST * scale) & (sizes < EPOCH_AFTER * scale)
        finer, coarser = max(1, MICROSECONDS // scale), max(1, scale // MICROSECONDS)
        values = numbers[fits]
        values = values * finer // coarser if whole else (values * finer / coarser).round()
        times[fits] = values.to_numpy(dtype="int64").astype("datetime64[us]")
    return pd.Series(times, numbers.index)
