"""Which cells hold nothing: the one list of texts that stand for an empty cell.

It holds wherever a cell must be a number, a date, a label or a prediction. A column of texts keeps them:
Namibia's code is NA, and Null is a family name.
"""

from collections.abc import Collection

import pandas as pd

MISSING = frozenset({"", "na", "n/a", "#n/a", "<na>", "nan", "nat", "null", "none", "-", "?"})
"""In any case, with spaces around them: what pandas, R, Excel and SQL write, and the two usual signs."""
MINUS, PLUS = "-", "+"


def is_filled(column: pd.Series) -> pd.Series:
    """Which cells hold something: not nothing, and no text that stands for nothing.

    >>> is_filled(pd.Series(["a", "", None, "NA", "-"])).tolist()
    [True, False, False, False, False]
    """
    known = column.notna()
    if column.dtype == "str":
        known &= ~column.str.strip().str.lower().isin(MISSING)
    elif column.dtype == object:
        known &= ~column.map(stands_for_nothing).astype(bool)
    return known.astype(bool)


def stands_for_nothing(value: object) -> bool:
    """Whether it is a text that stands for an empty cell.

    >>> stands_for_nothing(" N/A "), stands_for_nothing("no"), stands_for_nothing(0)
    (True, False, False)
    """
    return isinstance(value, str) and value.strip().lower() in MISSING


def is_no_class(name: str, beside: Collection[str]) -> bool:
    """Whether a label stands for nothing; a minus beside a plus is a class.

    >>> is_no_class("-", {"-", "yes"}), is_no_class("-", {"-", "+"})
    (True, False)
    """
    return stands_for_nothing(name) and not (name == MINUS and PLUS in beside)
