"""One column: what it holds, and its conversion with errors that name the cell.

A CSV brings everything as text and a Parquet file brings types; after this module both are the same.
"""

import re
from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.tables.table import CellsError, Table
from core.tables.values.empty_cells import is_filled
from core.tables.values.timestamps import DATE_HINT, WRITE_DATES, ZONE_HINT, dates, has_zone, moments

ColumnKind = Literal["number", "text", "time", "bytes"]
EMPTY = frozenset({""})
TRUTH = frozenset({"True", "False", "TRUE", "FALSE"})
GROUPED = re.compile(r"[-+]?(\d{1,3}([ ,.'\u00a0\u202f]\d{3})+([.,]\d+)?|\d+,\d+)")
PLUS = r"^\s*\+(?=[\d.])"
WHOLE = re.compile(r"-?(0|[1-9]\d*)(\.0+)?")
WHOLE_LIMIT = 1e15
LARGEST = int(np.finfo("float64").max)
MOSTLY = 0.95
DATED = 1000
"""So many cells tell whether a column holds dates."""
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
    present = column[is_filled(column)]
    if column.dtype != "str" and pd.api.types.infer_dtype(present, skipna=False) == "bytes":
        return "bytes"
    values, places = _distinct(present)
    if _numeric(values, places):
        return "number"
    return "time" if _dates(values, places) else "text"


def as_number(table: Table, name: str) -> pd.Series:
    """The column as integers or floats, missing as NaN.

    Raises:
        SchemaError: a cell is not a finite number.

    >>> as_number(Table(pd.DataFrame({"x": ["1", "", "2.5"]}), "a.csv"), "x").tolist()
    [1.0, nan, 2.5]
    """
    column = table.frame[name]
    if column.dtype.kind in "mM":
        column = column.astype(object)
    numbers = _as_numbers(column)
    values = _doubles(numbers)
    bad = _unread(column, ~np.isfinite(values))
    if len(bad):
        cell = column.iloc[bad[0]]
        hint = "Correct the cell, or leave it empty if the value is unknown."
        if isinstance(cell, str) and GROUPED.fullmatch(cell.strip()):
            hint = "Write 1234.5: a point before the decimals, nothing between thousands."
        raise CellsError(table, name, bad, cell_problem(column, "is not a number"), hint)
    whole = pd.api.types.is_integer_dtype(numbers) and not numbers.isna().any()
    if whole and (len(numbers) == 0 or numbers.max() <= np.iinfo("int64").max):
        return numbers.astype("int64")
    return pd.Series(values, column.index, copy=False)


def _as_numbers(column: pd.Series) -> pd.Series:
    """Numbers as pandas reads them; whole ones beyond the largest double are none."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iuf":
        return column  # pandas would copy it
    column = _without_plus(column)
    try:
        numbers: pd.Series = pd.to_numeric(column, errors="coerce")
        _doubles(numbers)
    except OverflowError:
        small = column.map(lambda cell: not isinstance(cell, int) or abs(cell) <= LARGEST)
        numbers = pd.to_numeric(column.where(small, "inf"), errors="coerce")
    return numbers


def _doubles(numbers: pd.Series) -> npt.NDArray[np.float64]:
    """The column itself where it is one of doubles, with which nobody may do anything but read."""
    if isinstance(numbers.dtype, np.dtype):
        return numbers.to_numpy(dtype="float64")
    return numbers.to_numpy(dtype="float64", na_value=np.nan)


def _without_plus(column: pd.Series) -> pd.Series:
    """Texts without the plus before a number: with it, pandas misses the nearest double in three of ten.

    >>> _without_plus(pd.Series(["+1.5", "1e+5", "+-1", 2.0])).tolist()
    ['1.5', '1e+5', '+-1', 2.0]
    """
    if column.dtype == object:
        texts = column[column.map(lambda cell: type(cell) is str).to_numpy(dtype=bool)]
    elif column.dtype == "str":
        texts = column
    else:
        return column
    signed = texts[texts.astype("str").str.contains("+", regex=False, na=False).to_numpy(dtype=bool)]
    if signed.empty:
        return column
    plain = signed.astype(object).str.replace(PLUS, "", regex=True)
    return column.astype(object).where(~column.index.isin(plain.index), plain.reindex(column.index))


def as_time(table: Table, name: str, *, required: bool = False) -> pd.Series:
    """The column as moments without a time zone (those with one are turned to UTC).

    Raises:
        SchemaError: a cell is not a date, or is missing where one is required.

    >>> as_time(Table(pd.DataFrame({"day": ["2024-05-01", ""]}), "a.csv"), "day").tolist()
    [Timestamp('2024-05-01 00:00:00'), NaT]
    """
    column = table.frame[name]
    times = moments(column)
    bad = _unread(column, times.isna().to_numpy())
    if len(bad):
        raise CellsError(table, name, bad, cell_problem(column, "is not a date"), DATE_HINT)
    _refuse_mixed_zones(table, name, times)
    if required and times.isna().any():
        bad = np.flatnonzero(times.isna())
        raise CellsError(table, name, bad, lambda _: "the date is missing", WRITE_DATES, empty=True)
    return times


def _refuse_mixed_zones(table: Table, name: str, times: pd.Series) -> None:
    """Beside moments with a zone, one without may be of any: the rarer ones do not fit."""
    column, known = table.frame[name], times.notna()
    with_zone = has_zone(column) & known
    without = known & ~with_zone
    if not with_zone.any() or not without.any():
        return
    rarer = without if without.sum() <= with_zone.sum() else with_zone
    problem = "names no time zone" if rarer is without else "names a time zone"
    raise CellsError(
        table,
        name,
        np.flatnonzero(rarer),
        cell_problem(column, f"{problem}, and other rows do otherwise"),
        ZONE_HINT,
    )


def as_text(table: Table, name: str) -> pd.Series:
    """The column as texts; whole numbers lose their ".0", empty texts are missing (None).

    Raises:
        SchemaError: a cell holds bytes that are no text.

    >>> as_text(Table(pd.DataFrame({"a": [1.0, None, 2.5]}), "f"), "a").tolist()
    ['1', None, '2.5']
    """
    column = table.frame[name]
    if pd.api.types.is_float_dtype(column):
        texts = _float_texts(column)
    elif _all_texts(column):
        texts = column.astype(object)
    else:
        texts = column.astype(object).map(_text)
        bad = np.flatnonzero(texts.isna() & column.notna())
        if len(bad):
            raise CellsError(
                table, name, bad, cell_problem(column, "is not a text"), "Write it as UTF-8 text."
            )
    known = column.notna().to_numpy()
    if texts.isin(EMPTY | TRUTH).any():
        known = known & ~texts.isin(EMPTY).to_numpy()
        truth = texts.isin(TRUTH).to_numpy() & known
        texts = texts.where(~truth, texts[truth].str.lower())
    return texts if known.all() else texts.where(known, None)


def as_bytes(table: Table, name: str) -> pd.Series:
    """The column as bytes, e.g. encoded images.

    Raises:
        SchemaError: a cell holds something else.
    """
    column = table.frame[name]
    good = column.map(lambda value: isinstance(value, bytes) and len(value) > 0)
    bad = np.flatnonzero(~good.to_numpy(dtype=bool))
    if len(bad):
        hint = "Images come as encoded bytes (PNG, JPEG) in a Parquet file."
        raise CellsError(table, name, bad, lambda _: "there is no image", hint, empty=True)
    return column.astype(object)


def convert(table: Table, name: str, kind: ColumnKind) -> pd.Series:
    """The column as that kind.

    Raises:
        SchemaError: a cell does not fit.
    """
    return {"number": as_number, "text": as_text, "time": as_time, "bytes": as_bytes}[kind](table, name)


def value_texts(column: pd.Series) -> pd.Series:
    """The values as the texts by which rows are counted, None for an empty cell: 1.0 is 1.

    A column of whole numbers in which one cell is empty arrives as floats; its segments are still whole.

    >>> value_texts(pd.Series([1.0, None, 2.5])).tolist(), value_texts(pd.Series(["1.0", "b"])).tolist()
    (['1', None, '2.5'], ['1.0', 'b'])
    """
    if pd.api.types.is_float_dtype(column):
        texts = _float_texts(column)
    else:
        texts = column.astype(object).map(str, na_action="ignore")
    return texts.where(column.notna(), None)


def _unread(column: pd.Series, failed: npt.NDArray[np.bool_]) -> npt.NDArray[np.intp]:
    """Positions of the cells that hold something, but nothing that could be read."""
    places = np.flatnonzero(failed)
    return np.asarray(places[is_filled(column.iloc[places]).to_numpy()])


def _all_texts(column: pd.Series) -> bool:
    return column.dtype == "str" or pd.api.types.infer_dtype(column, skipna=True) in {"string", "empty"}


def _text(value: object) -> str | None:
    """A cell as text, whatever type the file gave it; None if it has none."""
    if isinstance(value, bytes):
        try:
            text = value.decode()
        except UnicodeDecodeError:
            return None
        return None if "\x00" in text else text
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return None if isinstance(value, list | dict | np.ndarray) else str(value)


def _float_texts(column: pd.Series) -> pd.Series:
    values = column.to_numpy(dtype="float64", na_value=np.nan)
    texts = np.full(len(values), None, dtype=object)
    whole = np.isfinite(values) & (np.floor(values) == values)
    small = whole & (np.abs(values) < WHOLE_LIMIT)
    texts[small] = values[small].astype("int64").astype(str)
    texts[whole & ~small] = [str(int(value)) for value in values[whole & ~small]]
    texts[~whole] = [str(value) for value in values[~whole].tolist()]
    return pd.Series(texts, column.index, dtype=object)


def _distinct(present: pd.Series) -> tuple[pd.Series, npt.NDArray[np.intp]]:
    """What the cells hold in order of appearance, and which of it each cell holds; of texts each one once."""
    if present.dtype != "str":
        return present, np.arange(len(present))
    places, values = pd.factorize(present)
    return pd.Series(values), places


def _numeric(values: pd.Series, places: npt.NDArray[np.intp]) -> bool:
    numbers = pd.to_numeric(values, errors="coerce")
    share = numbers.notna().to_numpy()[places].mean() if len(places) else 0.0
    return bool(share == 1.0 or (share >= MOSTLY and numbers.nunique() > MANY_VALUES))


def _dates(values: pd.Series, places: npt.NDArray[np.intp]) -> bool:
    if not len(places) or not _all_texts(values):
        return False
    first = places[:DATED]
    known = dates(values.head(int(first.max()) + 1)).notna().to_numpy()
    return bool(known[first].mean() >= MOSTLY)


def cell_problem(column: pd.Series, problem: str) -> Callable[[int], str]:
    """Position -> what is wrong with the cell there, which is quoted."""
    return lambda position: f"{_quote(column.iloc[position])} {problem}"


def _quote(value: object) -> str:
    text = str(value)
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")
