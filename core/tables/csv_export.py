"""Tables that leave as CSV, safe to open in a spreadsheet, and come back as they were."""

import csv
from typing import Literal

import pandas as pd

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""With these a formula may begin, the full-width signs among them (OWASP, CSV Injection)."""


def guard(value: object) -> object:
    """A text that a spreadsheet would run as a formula gets an apostrophe in front.

    A text that looks guarded already gets one more, so that `unguard` gives every text back.

    >>> guard("=1+1"), guard("plain"), guard(-3.5)
    ("'=1+1", 'plain', -3.5)
    """
    return f"'{value}" if isinstance(value, str) and value.lstrip("'").startswith(DANGEROUS) else value


def unguard(value: object) -> object:
    """What `guard` made the cell from.

    >>> unguard("'-1"), unguard("'tis"), unguard("-1")
    ('-1', "'tis", '-1')
    """
    guarded = isinstance(value, str) and value[:1] == "'" and value.lstrip("'").startswith(DANGEROUS)
    return value[1:] if isinstance(value, str) and guarded else value


def to_csv(frame: pd.DataFrame) -> str:
    r"""The table as CSV text: header and cells guarded, no index.

    >>> to_csv(pd.DataFrame({"a": ["@x", "y"], "n": [-1, 2]}))
    "a,n\n'@x,-1\ny,2\n"
    """
    safe = frame.rename(columns=lambda name: guard(str(name))).map(guard)
    broken = any(_breaks_lines(cell) for name in safe for cell in safe[name].array)
    quoting: Literal[0, 2] = csv.QUOTE_NONNUMERIC if broken else csv.QUOTE_MINIMAL
    return safe.to_csv(index=False, lineterminator="\n", quoting=quoting)


def _breaks_lines(cell: object) -> bool:
    """Whether a text has a carriage return, which Python before 3.13 leaves without quotes."""
    return isinstance(cell, str) and "\r" in cell
