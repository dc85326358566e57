"""Columns that say the label itself under another name: a model that read them would only look right."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.tables.table import Table
from core.tables.values.columns import as_text, kind_of
from core.tables.values.empty_cells import is_filled
from core.tables.values.names import as_class

FEWEST_ROWS, FEWEST_OF_CLASS = 50, 5
"""Labelled rows, and rows of the rarest class, below which nothing is said. Where 50 rows have no exception,
at most 6 % of all have one (rule of three, 95 %: Hanley and Lippman-Hand 1983)."""
STRAIGHT = 1 - 1e-9
"""Correlation with an amount from which on a column is that amount, perhaps in another unit."""
WHY = "Says the label itself in every row. If it was known before: --include {name}."
PAIR = 2


def label_copies(table: Table, names: Iterable[str], label: str) -> tuple[str, ...]:
    """The columns that have one value of their own for each class, or are filled for one class alone.

    Of amounts: those that are the amount, in this unit or another. Rows without a label do not count.

    >>> y = ["left", "stayed"] * 40
    >>> columns = {"y": y, "copy": [len(c) for c in y], "why": ["price", None] * 40, "x": range(80)}
    >>> label_copies(Table(pd.DataFrame(columns), "a.csv"), ["copy", "why", "x"], "y")
    ('copy', 'why')
    """
    column = table.frame[label]
    if kind_of(column) == "number" and column.nunique() > FEWEST_ROWS:
        amounts = _numbers(column)
        return tuple(name for name in names if _is_amount(_numbers(table.frame[name]), amounts))
    labels = as_class(table, label)
    counts = labels.value_counts()
    if counts.sum() < FEWEST_ROWS or len(counts) < PAIR or counts.min() < FEWEST_OF_CLASS:
        return ()
    known = replace(table, frame=table.frame[labels.notna()])
    first = replace(known, frame=known.frame.head(FEWEST_ROWS))  # nearly every column is told by these
    truth = pd.factorize(labels.dropna())[0]
    return tuple(
        name
        for name in names
        if _says_class(as_text(first, name), truth[:FEWEST_ROWS], len(counts))
        and _says_class(as_text(known, name), truth, len(counts))
    )


def _says_class(values: pd.Series, truth: npt.NDArray[np.intp], classes: int) -> bool:
    filled = is_filled(values)
    if _one_to_one(filled, truth):
        return True
    # many values can only tell by whether there is one
    many = values.iloc[:FEWEST_ROWS].nunique() > classes
    return not many and _one_to_one(pd.factorize(values.where(filled, ""))[0], truth)


def _one_to_one(values: npt.ArrayLike, truth: npt.NDArray[Any]) -> bool:
    """Whether each value stands beside one class, and each class beside one value."""
    pairs = np.unique(np.column_stack([np.asarray(values, dtype=np.intp), truth]), axis=0)
    return len(pairs) == len(np.unique(pairs[:, 0])) == len(np.unique(pairs[:, 1]))


def _is_amount(numbers: pd.Series, amounts: pd.Series) -> bool:
    known = amounts.notna()
    values = numbers[known]
    if len(values) < FEWEST_ROWS or values.isna().any() or values.nunique() < FEWEST_OF_CLASS:
        return False
    return bool(abs(values.corr(amounts[known])) >= STRAIGHT)


def _numbers(column: pd.Series) -> pd.Series:
    return pd.to_numeric(column, errors="coerce").astype("float64")
