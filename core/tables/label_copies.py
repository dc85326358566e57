"""Columns that say the label itself under another name: a model that read them would only look right."""

from collections.abc import Iterable
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
    known, counts = labels.notna(), labels.value_counts()
    if known.sum() < FEWEST_ROWS or len(counts) < PAIR or counts.min() < FEWEST_OF_CLASS:
        return ()
    truth = pd.factorize(labels[known])[0]
    return tuple(name for name in names if _says_class(as_text(table, name)[known], truth))


def _says_class(values: pd.Series, truth: npt.NDArray[np.intp]) -> bool:
    if values.iloc[:FEWEST_ROWS].nunique() > len(np.unique(truth)):
        # many values can only tell by whether there is one
        return _one_to_one(is_filled(values).to_numpy(), truth)
    filled = is_filled(values)
    return any(_one_to_one(cells, truth) for cells in (pd.factorize(values.where(filled, ""))[0], filled))


def _one_to_one(values: npt.ArrayLike, truth: npt.NDArray[Any]) -> bool:
    """Whether each value stands beside one class, and each class beside one value."""
    pairs = np.unique(np.column_stack([np.asarray(values, dtype=np.intp), truth]), axis=0)
    count = len(np.unique(truth))
    return len(pairs) == count == len(np.unique(pairs[:, 0]))


def _is_amount(numbers: pd.Series, amounts: pd.Series) -> bool:
    known = amounts.notna()
    values = numbers[known]
    if len(values) < FEWEST_ROWS or values.isna().any() or values.nunique() < FEWEST_OF_CLASS:
        return False
    return bool(abs(values.corr(amounts[known])) >= STRAIGHT)


def _numbers(column: pd.Series) -> pd.Series:
    return pd.to_numeric(column, errors="coerce").astype("float64")
