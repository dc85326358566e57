"""Codes in place of missing values: -999, 0, "NA"; and values of another type."""

from bisect import bisect_right
from collections.abc import Sequence

from core.health.change.chance import rises
from core.health.profiles.layout import Feature
from core.health.rules import RULES, FaultRules
from core.stats.arrays import Counts

NINES = tuple(10.0**digits - 1 for digits in range(1, 7))
NUMBERS = frozenset({0.0, -1.0, *NINES, *(-code for code in NINES), -(2.0**31), 2.0**31 - 1})
"""0, -1, 9, 99 ... with both signs (ICPSR 2020, Guide to Social Science Data Preparation); integer limits."""
WORDS = frozenset(
    {"", "-", "--", "?", ".", "na", "n/a", "#n/a", "nan", "nil", "none", "null", "missing", "undefined"}
    | {"unknown", "not available", "\\n", "(null)", "(none)", "<na>", "nat"}
)
"""What programs write for nothing: pandas, R, SQL, Excel, MySQL dumps."""

Values = Sequence[tuple[str, float]]
"""(value, share of the rows), most frequent first."""


def is_number(text: str) -> bool:
    """Whether a text is a number.

    >>> is_number("-999.0"), is_number("Ulm"), is_number("nan")
    (True, False, False)
    """
    try:
        return float(text) == float(text)  # nan is the only one that differs from itself
    except ValueError:
        return False


def stands_for_missing(text: str, *, numeric: bool) -> bool:
    """Whether a value is used for missing ones; among names 0 and 9 are more often codes of names.

    >>> [stands_for_missing(text, numeric=True) for text in ("-999", "0", "12")]
    [True, True, False]
    >>> [stands_for_missing(text, numeric=False) for text in ("-999", "0", "N/A", "Ulm")]
    [True, False, True, False]
    """
    if is_number(text):
        return float(text) in NUMBERS and (numeric or text not in {"0", "9"})
    return text.strip().lower() in WORDS


def code_of(
    feature: Feature, past: Counts, now: Counts, values: Values, rules: FaultRules = RULES.faults
) -> str:
    """The value that stands for missing ones, "" where none does.

    It is one that was not there before, or whose share rose as that of the missing values fell.

    Args:
        feature: the column.
        past: (M,) rows in its cells before.
        now: (M,) rows in its cells now.
        values: the most frequent values of a number, the most frequent new ones of a category.
        rules: how many rows it must take.
    """
    n, past_n = int(now.sum()), int(past.sum())
    fewer_missing = rises(n - int(now[-1]), n, past_n - int(past[-1]), past_n, rules.coded, rules)
    for value, share in values:
        if not stands_for_missing(value, numeric=feature.numeric) or share >= rules.same:
            continue
        cell = place_of(feature, value)
        strange = cell in feature.strange
        if (strange or fewer_missing) and rises(
            round(share * n), n, int(past[cell]), past_n, rules.coded, rules
        ):
            return value
    return ""


def heaps(
    feature: Feature, past: Counts, now: Counts, values: Values, rules: FaultRules = RULES.faults
) -> Values:
    """Numbers that hold many of the rows now, of a column in which no number did.

    One is where a column is capped, or filled by a default; several are where it is rounded. The rows that a
    number had before are at most those of its cell.

    Args:
        feature: the column.
        past: (M,) rows in its cells before.
        now: (M,) rows in its cells now.
        values: the most frequent ones.
        rules: how many rows it must take.

    >>> import numpy as np
    >>> x = Feature("x", edges=tuple(float(at) for at in range(21)))
    >>> past, now = np.array([0, *[50] * 20, 0, 0]), np.array([0, *[50] * 9, 550, *[0] * 10, 0, 0])
    >>> heaps(x, past, now, [("9.5", 0.52), ("3.2", 0.01)])
    [('9.5', 0.52)]
    """
    n, past_n = int(now.sum()), int(past.sum())
    if not feature.numeric or not past_n or past[:-1].max() >= rules.heaps * past_n:
        return []
    return [
        (value, share)
        for value, share in values
        if rises(round(share * n), n, int(past[place_of(feature, value)]), past_n, rules.heaps, rules)
    ]


def place_of(feature: Feature, value: str) -> int:
    """The cell of a value."""
    if feature.numeric:
        return bisect_right(feature.edges, float(value))
    return feature.values.index(value) if value in feature.values else len(feature.values)


def type_of(feature: Feature, values: Values, rules: FaultRules = RULES.faults) -> str:
    """What a column holds now in place of what it held, "" where it did not change.

    >>> type_of(Feature("town", values=("Ulm", "Bonn")), [("0", 0.6), ("1", 0.4)])
    'numbers in place of texts'
    """
    share = sum(part for _, part in values)
    if share < rules.same:
        return ""
    if feature.numeric:
        many = len(feature.edges) > 2 * len(values)
        few = len(values) > 1  # one value alone is stuck
        whole = all(float(value).is_integer() for value, _ in values)
        was = all(edge.is_integer() for edge in feature.edges[:-1])
        return "a few whole numbers" if many and few and whole and not was else ""
    now, past = (
        {is_number(text) for text in texts} for texts in ([value for value, _ in values], feature.values)
    )
    if len(now) > 1 or len(past) > 1 or now == past:
        return ""
    return "numbers in place of texts" if now == {True} else "texts in place of numbers"
