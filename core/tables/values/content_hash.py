"""Content hashes: the same content is the same, whatever file it came in."""

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

TUPLE_SEED, TUPLE_FACTOR, TUPLE_STEP, TUPLE_END = 0x345678, np.uint64(1_000_003), 82_520, 97_531
"""How CPython 3.7 made the hash of a tuple of those of its parts; `pandas.util.hash_pandas_object` does."""
BLOCK = 100_000
"""Rows whose hashes are made at once."""
EXACT_WHOLE = 2**53
"""Whole numbers up to here are doubles without loss (IEEE 754: a significand of 53 bits)."""


def row_hashes(
    frame: pd.DataFrame, columns: Sequence[str] | None = None, *, rounded: bool = False
) -> npt.NDArray[np.uint64]:
    """One number a row, equal for equal rows; whole floats equal integers.

    `columns`: only these, in this order.
    `rounded` takes every number as a double, so that some whole numbers beyond 2^53 are the same.

    >>> hashes = row_hashes(pd.DataFrame({"a": [1, 2, 1], "b": ["x", "x", "x"]}))
    >>> bool(hashes[0] == hashes[2]), bool(hashes[0] == hashes[1])
    (True, False)
    >>> far = pd.DataFrame({"a": [2**60, 2**60 + 1]})
    >>> [len(set(row_hashes(far, rounded=rounded))) for rounded in (False, True)]
    [2, 1]
    """
    names = list(frame.columns if columns is None else columns)
    hashes = np.full(len(frame), TUPLE_SEED, dtype=np.uint64)
    factor = TUPLE_FACTOR
    for at, name in enumerate(names):
        for first in range(0, len(frame), BLOCK):  # a copy of all cells is as large as the file
            cells = frame[name].iloc[first : first + BLOCK]
            hashes[first : first + BLOCK] ^= pd.util.hash_array(_plain(cells, rounded=rounded).to_numpy())
        hashes *= factor
        factor += np.uint64(TUPLE_STEP + 2 * (len(names) - at))
    hashes += np.uint64(TUPLE_END)
    return hashes


def content_hash(frame: pd.DataFrame, *, rounded: bool = False) -> str:
    """A name for the content: columns (in any order) and rows (in this order).

    Deliveries of older versions are stored under the `rounded` name; it differs from the other one only where
    a whole number beyond 2^53 is no double.

    >>> one, two = pd.DataFrame({"a": [1], "b": ["x"]}), pd.DataFrame({"b": ["x"], "a": [1]})
    >>> content_hash(one) == content_hash(two), content_hash(one) == content_hash(one.assign(a=2))
    (True, False)
    """
    columns = sorted(map(str, frame.columns))
    digest = hashlib.sha256("\x1f".join(columns).encode())
    digest.update(row_hashes(frame, columns, rounded=rounded).tobytes())
    return digest.hexdigest()[:32]


def known_hashes(frame: pd.DataFrame, content: str) -> frozenset[str]:
    """The content hash, which is known, and the `rounded` one.

    >>> [len(known_hashes(pd.DataFrame({"a": [value]}), "f3b1")) for value in (2**53 - 1, 2**60 + 1)]
    [1, 2]
    """
    whole = [name for name in frame.columns if pd.api.types.is_integer_dtype(frame[name].dtype)]
    far = any((frame[name].abs() >= EXACT_WHOLE).any() for name in whole)
    return frozenset({content, content_hash(frame, rounded=True)} if far else {content})


def _plain(column: pd.Series, *, rounded: bool) -> pd.Series:
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        column = column.dt.tz_convert(None)
    if pd.api.types.is_datetime64_any_dtype(column):
        return column.astype("datetime64[us]").astype("int64")
    if not pd.api.types.is_numeric_dtype(column):
        return column.astype(object).where(column.notna(), None)
    doubles = column.astype("float64")
    if rounded or not pd.api.types.is_integer_dtype(column):
        return doubles
    return _exact(column, doubles)


def _exact(column: pd.Series, doubles: pd.Series) -> pd.Series:
    """The bits of the doubles, which pandas hashes alike; numbers that are no doubles get bits of a text."""
    far = np.flatnonzero(doubles.abs() >= EXACT_WHOLE)
    values = column.iloc[far].to_numpy(dtype=column.dtype.name.lower())
    sizes = np.abs(values).astype(np.uint64)
    lowest = sizes & (~sizes + np.uint64(1))
    lost = far[sizes // lowest >= EXACT_WHOLE]  # more than 53 bits from the highest to the lowest
    bits = doubles.to_numpy(copy=True).view(np.uint64)
    if len(lost):
        texts = column.iloc[lost].astype(str).to_numpy(dtype=object)
        bits[lost] = pd.util.hash_array(texts, categorize=False)
    return pd.Series(bits, column.index)
