"""Rows that a database driver hands over as Python values, as Arrow columns."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa

NUMBERS = {pa.int64(), pa.float64()}
MOST_DIGITS = 76
"""Of a decimal in 256 bits (Arrow)."""


def to_arrow(names: Sequence[str], blocks: Iterable[Sequence[Sequence[Any]]]) -> pa.Table:
    """Blocks of rows as one table; a column whose values are of several kinds is text.

    >>> to_arrow(["a"], [[(1,), (None,)], [(2.5,)]])["a"].to_pylist()
    [1.0, None, 2.5]
    >>> to_arrow(["a"], [[(Decimal("1.5"),)], [(Decimal("12345678901234567890"),)]])["a"].to_pylist()
    [Decimal('1.5'), Decimal('12345678901234567890.0')]
    >>> to_arrow(["a"], [[(2**60 + 1,)], [(2.0,)]])["a"].to_pylist()
    ['1152921504606846977', '2']
    """
    tables = [pa.Table.from_arrays(_columns(len(names), rows), list(names)) for rows in blocks]
    if not tables:
        return pa.table({name: pa.nulls(0) for name in names})
    columns = [_as_one([table.column(at) for table in tables]) for at in range(len(names))]
    return pa.Table.from_arrays(columns, list(names))


def _as_one(parts: Sequence[pa.ChunkedArray]) -> pa.ChunkedArray:
    """The blocks of one column below each other; texts where no other type holds all of them."""
    kind = _common({part.type for part in parts})
    try:
        if kind != pa.string():
            return pa.chunked_array([chunk.cast(kind) for part in parts for chunk in part.chunks], kind)
    except pa.ArrowInvalid:  # whole numbers that are no doubles, beside doubles
        kind = pa.string()
    texts = [part if part.type == kind else pa.chunked_array([_texts(part.to_pylist())]) for part in parts]
    return pa.chunked_array([chunk for part in texts for chunk in part.chunks], kind)


def cell_text(value: Any) -> str:
    """A value as text, the same beside whichever others it stands: whole numbers with all their digits.

    >>> cell_text(1e22), cell_text(2.0), cell_text(0.5), cell_text("1.0")
    ('10000000000000000000000', '2', '0.5', '1.0')
    """
    whole = isinstance(value, float) and value == value // 1
    return str(int(value)) if whole else str(value)


def _texts(values: Iterable[Any]) -> pa.Array:
    return pa.array([None if value is None else cell_text(value) for value in values], pa.string())


def _common(kinds: set[pa.DataType]) -> pa.DataType:
    types = kinds - {pa.null()}
    if len(types) <= 1:
        return next(iter(types), pa.null())
    if all(map(pa.types.is_decimal, types)):
        scale = max(kind.scale for kind in types)
        digits = scale + max(kind.precision - kind.scale for kind in types)
        return pa.decimal256(digits, scale) if digits <= MOST_DIGITS else pa.string()
    return pa.float64() if types == NUMBERS else pa.string()


def _columns(count: int, rows: Sequence[Sequence[Any]]) -> list[pa.Array]:
    return [_column([row[at] for row in rows]) for at in range(count)]


def _column(values: list[Any]) -> pa.Array:
    values = [None if isinstance(value, Decimal) and value.is_nan() else value for value in values]
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, TypeError, OverflowError):
        return _texts(values)
