"""Which values of a record stand out from the training rows: so an expert sees at once where to look."""

from typing import Any

import numpy as np
import pandas as pd
from typing_extensions import TypedDict

from core.annotation.rules import RULES, AnnotationRules


class Usual(TypedDict, total=False):
    """What is usual in one column: a range of numbers or the words that occur; may it be empty?"""

    low: float
    high: float
    words: list[str]
    empty: bool


class Cell(TypedDict):
    """One line of a record as it is shown."""

    name: str
    """The column."""
    value: str
    """Its value, for people."""
    unusual: bool
    """Whether few rows have such a value."""
    usual: str
    """What is usual, for people."""


def usual(reference: pd.DataFrame, rules: AnnotationRules = RULES) -> dict[str, Usual]:
    """What is usual in each column of the training rows.

    >>> usual(pd.DataFrame({"nights": [1, 2, 3], "hotel": ["City", "City", "Resort"]}))["hotel"]["words"]
    ['City', 'Resort']
    """
    return {str(name): _usual(reference[name], rules) for name in reference.columns}


def cells(row: dict[str, Any], known: dict[str, Usual]) -> list[Cell]:
    """A record as lines of name and value, the unusual ones marked and compared.

    >>> cells({"nights": 60}, {"nights": {"low": 1, "high": 21, "empty": False}})
    [{'name': 'nights', 'value': '60', 'unusual': True, 'usual': '1 to 21'}]
    """
    return [_cell(name, value, known.get(name)) for name, value in row.items()]


def display_value(value: Any) -> str:
    """A value in a form for people: numbers to six digits, moments without a zero time, "–" for nothing.

    >>> [display_value(value) for value in (0.30000000000000004, 12.0, None, pd.Timestamp("2016-01-05"))]
    ['0.3', '12', '–', '2016-01-05']
    """
    if _missing(value):
        return "–"
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        return str(value)
    if isinstance(value, float | np.floating):
        return f"{value:.6g}"
    if isinstance(value, pd.Timestamp):
        return str(value.date() if value == value.normalize() else value)
    return str(value)


def _usual(column: pd.Series, rules: AnnotationRules) -> Usual:
    empty = bool(column.isna().mean() > rules.tail)
    if pd.api.types.is_bool_dtype(column) or not pd.api.types.is_numeric_dtype(column):
        counts = column.dropna().astype(str).value_counts(normalize=True)
        words = (
            []
            if len(counts) > rules.many_words
            else [str(word) for word, share in counts.items() if share >= rules.tail]
        )
        return {"words": words, "empty": empty}
    numbers = column.astype(float)
    low = float(numbers.quantile(rules.tail, interpolation="higher"))
    high = float(numbers.quantile(1 - rules.tail, interpolation="lower"))
    return {"low": low, "high": high, "empty": empty} if np.isfinite(low) else {"empty": empty}


def _cell(name: str, value: Any, known: Usual | None) -> Cell:
    unusual, compared = _compare(value, known) if known is not None else (False, "")
    return {"name": name, "value": display_value(value), "unusual": unusual, "usual": compared}


def _compare(value: Any, known: Usual) -> tuple[bool, str]:
    if _missing(value):
        return not known["empty"], "" if known["empty"] else "filled"
    if "low" in known and isinstance(value, int | float | np.number):
        inside = known["low"] <= float(value) <= known["high"]
        return not inside, f"{display_value(known['low'])} to {display_value(known['high'])}"
    words = known.get("words", [])
    return bool(words) and str(value) not in words, ", ".join(words[:3])


def _missing(value: Any) -> bool:
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))
