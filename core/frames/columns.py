"""One column: what it holds, and its conversion with errors that name the cell.

A CSV brings everything as text and a Parquet file brings types; after this module both are the same.
"""

from typing import Literal

import numpy as np
import pandas as pd

from core.frames.table import Table, cell_error

ColumnKind = Literal["number", "text", "time", "bytes"]
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none"})
TRUTH = frozenset({"True", "False", "TRUE", "FALSE", "true", "false"})
MOSTLY = 0.95
MANY_VALUES = 20
SHOWN = 40


def kind_of(column: pd.Series) -> ColumnKind:
    """What a column holds. Numbers with a few stray texts count as numbers: the stray cell is an error.

    >>> kind_of(pd.Series(["1", "2.5", ""])), kind_of(pd.Series(["a", "1"]))
    ('number', 'text')
    """
    if pd.api.types.is_bool_dtype(column):
        return "text"
    if pd.api.types.is_numeric_dtype(column):
        return "number"
    if pd.api.types.is_datetime64_any_dtype(column):
        return "time"
    present = column[_present(column)]
    if len(present) and present.map(lambda value: isinstance(value, bytes)).all():
        return "bytes"
    if _numeric(present):
        return "number"
    return "time" if _dates(present) else "text"


def as_number(table: Table, name: str) -> pd.Series:
    """The column as integers or floats, missing as NaN.

    Raises:
        SchemaError: a cell is not a finite number.
    """
    column = table.frame[name]
    present = _present(column)
    numbers = pd.to_numeric(column.where(present, np.nan), errors="coerce")
    bad = np.flatnonzero(present & ~np.isfinite(numbers.to_numpy(dtype=float)))
    if len(bad):
        raise cell_error(
            table,
            name,
            int(bad[0]),
            f"{_shown(column.iloc[bad[0]])} is not a number",
            "Correct the cell, or leave it empty if the value is unknown.",
        )
    whole = not numbers.isna().any() and pd.api.types.is_integer_dtype(numbers)
    return numbers.astype("int64" if whole else "float64")


def as_time(table: Table, name: str, *, required: bool = False) -> pd.Series:
    """The column as moments without a time zone (those with one are turned to UTC).

    Raises:
        SchemaError: a cell is not a date, or is missing where one is required.
    """
    column = table.frame[name]
    present = _present(column)
    if pd.api.types.is_datetime64_any_dtype(column):
        times = column
    elif pd.api.types.is_numeric_dtype(column):
        times = pd.Series(pd.NaT, column.index, dtype="datetime64[us]")
    else:
        times = _parsed(column.where(present, None))
    if isinstance(times.dtype, pd.DatetimeTZDtype):
        times = times.dt.tz_convert("UTC").dt.tz_localize(None)
    bad = np.flatnonzero(times.isna() & (present | required))
    if len(bad):
        value = column.iloc[bad[0]]
        problem = f"{_shown(value)} is not a date" if present.iloc[bad[0]] else "the date is missing"
        raise cell_error(
            table, name, int(bad[0]), problem, "Write dates like 2016-01-31 or 2016-01-31T14:05."
        )
    return times.astype("datetime64[us]")


def as_text(table: Table, name: str) -> pd.Series:
    """The column as texts; whole numbers lose their ".0", empty texts are missing (None).

    >>> as_text(Table(pd.DataFrame({"a": [1.0, None, 2.5]}), "f"), "a").tolist()
    ['1', None, '2.5']
    """
    column = table.frame[name]
    if pd.api.types.is_float_dtype(column):
        texts = column.map(lambda value: str(int(value)) if float(value).is_integer() else str(value))
    else:
        texts = column.map(str)
    known = column.notna() & (texts != "")
    if set(texts[known].unique()) <= TRUTH:
        texts = texts.map(str.lower)
    return texts.astype(object).where(known, None)


def as_bytes(table: Table, name: str) -> pd.Series:
    """The column as bytes, e.g. encoded images.

    Raises:
        SchemaError: a cell holds something else.
    """
    column = table.frame[name]
    good = column.map(lambda value: isinstance(value, bytes) and len(value) > 0)
    bad = np.flatnonzero(~good.to_numpy(dtype=bool))
    if len(bad):
        raise cell_error(
            table,
            name,
            int(bad[0]),
            "there is no image",
            "Images come as encoded bytes (PNG, JPEG) in a Parquet file.",
        )
    return column.astype(object)


def convert(table: Table, name: str, kind: ColumnKind) -> pd.Series:
    """The column as that kind.

    Raises:
        SchemaError: a cell does not fit.
    """
    return {"number": as_number, "text": as_text, "time": as_time, "bytes": as_bytes}[kind](table, name)


def _present(column: pd.Series) -> pd.Series:
    known = column.notna()
    if column.dtype in (object, "str"):
        known &= ~column.map(lambda value: isinstance(value, str) and value.strip().lower() in MISSING)
    return known.astype(bool)


def _numeric(present: pd.Series) -> bool:
    numbers = pd.to_numeric(present, errors="coerce")
    share = numbers.notna().mean() if len(present) else 0.0
    return bool(share == 1.0 or (share >= MOSTLY and numbers.nunique() > MANY_VALUES))


def _dates(present: pd.Series) -> bool:
    texts = present.map(lambda value: isinstance(value, str))
    return bool(len(present) and texts.all() and _parsed(present.head(1000)).notna().mean() >= MOSTLY)


def _parsed(texts: pd.Series) -> pd.Series:
    return pd.to_datetime(texts, errors="coerce", format="ISO8601", utc=True)


def _shown(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")
