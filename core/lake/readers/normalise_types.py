"""Columns from other programs as the few kinds that are read here: numbers, texts, moments and bytes."""

from collections.abc import Collection, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from core.lake.readers import vectors
from core.lake.readers.limits import is_text

EXACT_DIGITS = 15
"""Decimal digits that a float keeps whatever they are."""
EXACT_WHOLE = 2**53
"""Whole numbers up to here are floats without loss: with empty cells among them they become floats."""
UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
"""Parts of a second: durations become seconds."""
TARGETS = (
    (pa.types.is_boolean, pa.string()),
    (pa.types.is_time, pa.string()),
    (pa.types.is_null, pa.string()),
    (pa.types.is_float16, pa.float64()),
    (pa.types.is_fixed_size_binary, pa.binary()),
    (pa.types.is_large_binary, pa.binary()),
)


def plain(
    columns: Mapping[str, pa.ChunkedArray], beside: Collection[str] = ()
) -> tuple[pa.Table, dict[str, str]]:
    """The columns as ones of those kinds; and those that cannot be read, each with what is wrong.

    A column of vectors becomes a column for each of their places, behind the others and under no name of
    them or of those `beside`.

    What cannot be read matters only where the column is needed: `core.tables.table.require_columns` tells.
    """
    readable, unread = {}, {}
    nested = {name: column for name, column in columns.items() if pa.types.is_nested(column.type)}
    for name, column in columns.items():
        if name in nested:
            continue
        try:
            readable[name] = _cast(column, column.type)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            unread[name] = _unfit(column.type, str(error).splitlines()[0].rstrip(".")[:200])
    for name, column in nested.items():
        try:
            numbers = vectors.of_arrow(column)
            places = vectors.columns(name, numbers, {*columns, *readable, *beside})
        except vectors.NoVectorError as error:
            unread[name] = str(error)
        else:
            readable |= {place: pa.chunked_array([pa.array(values)]) for place, values in places.items()}
    return pa.table(readable), unread


def _unfit(kind: pa.DataType, reason: str) -> str:
    return f"of the type {kind} cannot be read ({reason}): write numbers, texts or dates of our time"


def _cast(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if is_text(kind):
        return column
    if isinstance(kind, pa.BaseExtensionType):
        return _cast(pc.cast(column, kind.storage_type), kind.storage_type)
    if pa.types.is_dictionary(kind):
        return _cast(column.cast(kind.value_type), kind.value_type)
    return _number(column, kind)


def _number(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_decimal(kind):
        return _decimal(column)
    if pa.types.is_integer(kind) and column.null_count and _beyond(column):
        return column.cast(pa.string())
    if pa.types.is_duration(kind):
        return pc.divide(column.cast(pa.int64()).cast(pa.float64()), float(UNITS[kind.unit]))
    return _as_target(column, kind)


def _as_target(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    target = next((target for fits, target in TARGETS if fits(kind)), kind)
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        target = pa.timestamp("us", getattr(kind, "tz", None))
    return column.cast(options=pc.CastOptions(target, allow_time_truncate=True))


def _decimal(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Whole numbers as such; others as floats where no digit is lost, else as the text that they are.

    An id of 19 digits, or an amount to the cent of a trillion, must not come out as its neighbour.
    """
    try:
        return _number(column.cast(pa.int64()), pa.int64())
    except pa.ArrowInvalid:  # decimals behind the point, or more digits than 64 bits have
        digits = column.cast(pa.string())  # a cast to floats at once gives .37031000000000003 for .37031
        significant = pc.utf8_ltrim(pc.replace_substring(pc.utf8_rtrim(digits, "0"), ".", ""), "-0")
        longest = pc.max(pc.utf8_length(significant)).as_py() or 0
        return digits.cast(pa.float64()) if longest <= EXACT_DIGITS else digits


def _beyond(column: pa.ChunkedArray) -> bool:
    limits = pc.min_max(column)
    return bool(max(abs(limits["min"].as_py() or 0), abs(limits["max"].as_py() or 0)) > EXACT_WHOLE)
