"""Segments that nobody named: the values of a column with few of them, and the quarters of a number."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True, slots=True)
class SliceRules:
    """What is cut beside the segments that people named.

    Attributes:
        columns: so many further columns, in the order in which the model reads them: with the quarters of
            eight there are 32 looks, whose bounds by Bonferroni lie 3.0 standard errors out in place of 1.6.
        values: texts with more different values are names or descriptions and no segment.
        pieces: of a number: quarters. Halves hide a fault at one end, tenths hold too few rows each.
        rows: fewest rows of a segment, as `SegmentRules.rows`.
    """

    columns: int = 8
    values: int = 12
    pieces: int = 4
    rows: int = 30


RULES = SliceRules()


def slices(
    features: pd.DataFrame, named: "dict[str, pd.Series[Any]]", rules: SliceRules = RULES
) -> "dict[str, pd.Series[Any]]":
    """Column -> the segment of each row (n), missing where it is in none: the named ones first.

    Args:
        features: what the model reads, n rows.
        named: segment columns that people named.
        rules: what else is cut.

    >>> rows = pd.DataFrame({"town": ["a", "b"] * 4, "x": range(8), "id": list("abcdefgh")})
    >>> made = slices(rows, {}, SliceRules(values=4))
    >>> list(made), sorted(set(made["x"]))
    (['town', 'x'], ['0 to 1.75', '1.75 to 3.5', '3.5 to 5.25', '5.25 to 7'])
    """
    made = dict(named)
    for name in features.columns:
        if len(made) >= len(named) + rules.columns:
            break
        column = None if name in made else _cut(features[name], rules)
        if column is not None:
            made[str(name)] = column
    return made


def _cut(column: "pd.Series[Any]", rules: SliceRules) -> "pd.Series[Any] | None":
    """The segments of one column; None where it has none."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return None
    numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if not numeric:
        texts = column[column.notna()]
        if any(isinstance(value, bytes) for value in texts):
            return None
        return column.astype(object) if 1 < texts.astype(str).nunique() <= rules.values else None
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    known = np.isfinite(numbers)
    edges = np.unique(
        np.quantile(numbers[known], np.linspace(0, 1, rules.pieces + 1)) if known.any() else 0.0
    )
    if len(edges) < 3:  # noqa: PLR2004 -- two pieces
        return None
    names = np.array([f"{low:.4g} to {high:.4g}" for low, high in pairwise(edges)], dtype=object)
    place = np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, len(names) - 1)
    return pd.Series(names[place], index=column.index).where(known)
