"""Names of rows and of classes: columns of ids and labels, and what two cells share that say the same."""

import re
import unicodedata
from collections.abc import Collection

import numpy as np
import pandas as pd

from core.tables.table import CellsError, Table
from core.tables.values.columns import WHOLE, as_text, cell_problem
from core.tables.values.empty_cells import is_no_class

UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""Signs without width: soft hyphens, zero-width spaces, byte order marks in the middle of a file."""
POINT_ZERO = re.compile(r"\.0+$")
EXACT_DOUBLE, EXACT_SINGLE = 2.0**53, 2.0**24
"""Below, whole numbers are floating point numbers without loss (IEEE 754: 53 and 24 bits)."""
SHORTENED = re.compile(r"\d(\.\d+)?E\+\d{2}")
"""How Excel writes a long number in a narrow cell."""
ROUNDED_HINT = "Send ids as texts or whole numbers: a floating point number keeps 15 digits."
BLANKS = re.compile(r"\s+")
"""Also spaces that do not break (U+00A0, U+202F), as Word and web pages write them."""


def plain_name(text: str) -> str:
    r"""The name that a person reads: composed characters (NFC, Unicode Annex 15), single spaces, none around.

    >>> plain_name(" not\u00a0 paid "), plain_name("Mu\u0308ll") == "M\u00fcll"
    ('not paid', True)
    """
    return BLANKS.sub(" ", unicodedata.normalize("NFC", text).translate(UNSEEN)).strip()


def as_class(table: Table, name: str, known: Collection[str] = ()) -> pd.Series:
    """The column as names of classes (`plain_name`); texts that stand for an empty cell are no label at all.

    A name that is a class already (`known`) stays what it is.

    >>> as_class(Table(pd.DataFrame({"y": ["yes ", "NA", "no", "?"]}), "f"), "y").tolist()
    ['yes', None, 'no', None]
    """
    texts = as_text(table, name)
    places, distinct = pd.factorize(texts)  # -1 where nothing stands
    names = [text if text in known else plain_name(text) for text in distinct]
    every = {*names, *known}
    meant = [
        cls if text in known or not is_no_class(cls, every) else None
        for text, cls in zip(distinct, names, strict=True)
    ]
    return pd.Series(np.array([*meant, None], dtype=object)[places], texts.index, dtype=object)


def as_ids(table: Table, name: str) -> pd.Series:
    """The column as ids without spaces around them; where all are whole numbers, 80000.0 is 80000.

    Raises:
        SchemaError: ids lost digits where they were made floating point numbers.

    "007" and "1.10" stay what they are: one id that is no whole number makes all of the column texts.

    >>> as_ids(Table(pd.DataFrame({"a": ["80000.0", "17"]}), "f"), "a").tolist()
    ['80000', '17']
    >>> as_ids(Table(pd.DataFrame({"a": ["1.0", "1.10", "007 "]}), "f"), "a").tolist()
    ['1.0', '1.10', '007']
    """
    _refuse_rounded(table, name)
    texts = as_text(table, name)
    if texts.isna().any():
        stripped = [text.strip() if isinstance(text, str) else "" for text in texts]
    else:
        stripped = list(map(str.strip, texts))
    ids = pd.Series(stripped, texts.index, dtype=object)
    if "" in stripped:
        ids = ids.where(ids != "", None)
    if any("." in text for text in stripped) and ids.dropna().str.fullmatch(WHOLE).all():
        ids = ids.str.replace(POINT_ZERO, "", regex=True).where(ids.notna(), None)
    return ids.astype(object)


def _refuse_rounded(table: Table, name: str) -> None:
    """Two ids of 18 digits that a program took as floating point numbers may be the same one by now."""
    column = table.frame[name]
    if pd.api.types.is_float_dtype(column):
        most = EXACT_SINGLE if column.dtype == "float32" else EXACT_DOUBLE
        bad = (column.abs() >= most).to_numpy(dtype=bool, na_value=False)
    elif pd.api.types.is_numeric_dtype(column) or column.dtype.kind in "mM":
        return
    elif column.dtype == "str" or pd.api.types.infer_dtype(column, skipna=False) == "string":
        short = column.astype("str").str.contains("E+", regex=False, na=False).to_numpy(dtype=bool)
        bad = short & column.where(short, "").map(_is_rounded).to_numpy(dtype=bool) if short.any() else short
    else:
        bad = column.map(_is_rounded).to_numpy(dtype=bool)
    if bad.any():
        what = "is rounded: the last digits of the id are lost"
        raise CellsError(table, name, np.flatnonzero(bad), cell_problem(column, what), ROUNDED_HINT)


def _is_rounded(cell: object) -> bool:
    if isinstance(cell, float):
        return abs(cell) >= EXACT_DOUBLE
    return isinstance(cell, str) and "E+" in cell and bool(SHORTENED.fullmatch(cell.strip()))
