"""Columns whose cells are lists of numbers, of one length: a column for each place of the vector."""

from collections.abc import Container, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.lake.readers.limits import MOST_CELLS, MOST_COLUMNS
from core.stats.arrays import Floats
from core.tables.roles.feature_guess import FEWEST_DIMENSIONS

NESTED = "holds lists or records: write one value a cell"
UNEVEN = "holds lists of {} to {} numbers: of a vector every row has as many, or none"
TOO_LONG = "holds vectors of {:,} numbers: too many for {:,} rows; at most {:,} a row are read"
TWICE = "holds vectors, whose numbers would be called as the column {!r} is"


class NoVectorError(ValueError):
    """Why lists are no vectors, in words that follow the name of the column."""


def is_list(kind: pa.DataType) -> bool:
    """Whether the cells are lists of numbers."""
    lists = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
    numbers = (pa.types.is_floating, pa.types.is_integer)
    return any(fits(kind) for fits in lists) and any(fits(kind.value_type) for fits in numbers)


def of_arrow(column: pa.ChunkedArray) -> Floats:
    """(n, d) numbers of a column of lists; rows without a list are missing.

    Raises:
        NoVectorError: the cells are no lists of numbers; these differ in length, are too short or too long.

    >>> of_arrow(pa.chunked_array([[[1.0] * 7 + [None], None]]))[:, -2:].tolist()
    [[1.0, nan], [nan, nan]]
    """
    if not is_list(column.type):
        raise NoVectorError(NESTED)
    lengths = pc.list_value_length(column)
    shortest, longest = (pc.min_max(lengths)[end].as_py() for end in ("min", "max"))
    numbers = _empty(len(column), shortest, longest)
    filled = pc.is_valid(column).to_numpy()
    numbers[filled] = pc.list_flatten(column).to_numpy().reshape(-1, longest)
    return numbers


def of_lists(cells: Sequence[Any]) -> Floats:
    """(n, d) numbers of lists as JSON has them, or None.

    Raises:
        NoVectorError: a cell is something else, or the lists differ in length, are too short or too long.

    >>> of_lists([[1] * 7 + [2.5], None])[:, -2:].tolist()
    [[1.0, 2.5], [nan, nan]]
    """
    lists = [cell for cell in cells if cell is not None]
    if not all(isinstance(cell, list) and all(map(_is_number, cell)) for cell in lists):
        raise NoVectorError(NESTED)
    lengths = [len(cell) for cell in lists]
    numbers = _empty(len(cells), min(lengths, default=None), max(lengths, default=None))
    filled = np.array([cell is not None for cell in cells])
    numbers[filled] = np.array(lists, dtype=np.float64)
    return numbers


def columns(name: str, numbers: Floats, others: Container[str]) -> dict[str, Floats]:
    """The columns `NAME_0`, `NAME_1` ... of a vector.

    Raises:
        NoVectorError: a column of the file is called so.

    >>> sorted(columns("emb", np.zeros((2, 3)), {"id"}))
    ['emb_0', 'emb_1', 'emb_2']
    """
    names = [f"{name}_{place}" for place in range(numbers.shape[1])]
    twice = next((place for place in names if place in others), None)
    if twice is not None:
        raise NoVectorError(TWICE.format(twice))
    return dict(zip(names, numbers.T, strict=True))


def _empty(rows: int, shortest: int | None, longest: int | None) -> Floats:
    if shortest is None or longest is None or longest < FEWEST_DIMENSIONS:
        raise NoVectorError(NESTED)
    if shortest < longest:
        raise NoVectorError(UNEVEN.format(shortest, longest))
    if longest > MOST_COLUMNS or rows * longest > MOST_CELLS:
        raise NoVectorError(TOO_LONG.format(longest, rows, min(MOST_COLUMNS, MOST_CELLS // rows)))
    return np.full((rows, longest), np.nan)


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))
