"""Scores as they arrive: probabilities between 0 and 1 that add up, one for each class."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from core.errors import SchemaError
from core.model import ModelSpec
from core.tables.left_out import Sieve
from core.tables.table import CellsError, Table
from core.tables.values.columns import as_number

SUM_SLACK = 0.02
EDGE = 1e-6
"""A probability may lie so far outside 0..1 from rounding (floats of 32 bits have 7 digits)."""
FAR, MANY = 0.01, 0.05
"""Scores are no probabilities when more than this share of them lies farther outside 0..1 than that."""
FEW_ODD = 3
"""One placeholder (-1, 999) may stand for a missing score; more different values are another scale."""
PERCENT = 100.0
MIXED = "Send rows without an answer in a file of their own: the model in production answers them."


def require_probabilities(table: Table, name: str) -> None:
    """Refuse scores that are percents or logits, also where most of them happen to lie between 0 and 1.

    Raises:
        SchemaError: says what they look like, and what to send.
    """
    numbers = pd.to_numeric(table.frame[name], errors="coerce").dropna()
    far = numbers[~numbers.between(-FAR, 1 + FAR)]
    if len(far) <= max(1, MANY * len(numbers)) and far.nunique() <= FEW_ODD:
        return
    percent = numbers.min() >= 0 and numbers.max() <= PERCENT
    hint = (
        "They look like percents: send them divided by 100."
        if percent
        else "If they are logits, send 1 / (1 + exp(-x)); if they are no probabilities, leave them out."
    )
    error = SchemaError(
        f"{table.source}: the scores {name!r} lie between {numbers.min():.6g} and {numbers.max():.6g}, "
        "and probabilities lie between 0 and 1.",
        hint,
    )
    error.column = name
    raise error


def scores(sieve: Sieve, spec: ModelSpec) -> pd.DataFrame:
    """One probability a class, in the order of the classes.

    Raises:
        SchemaError: the scores are on another scale.
        CellsError: cells that are no probability, or rows that do not add up to 1.
    """
    by_class = {cls: _probability(sieve, column) for cls, column in spec.roles.scores.items()}
    if spec.task == "binary" and len(by_class) == 1:
        other = next(cls for cls in spec.classes if cls not in by_class)
        by_class[other] = 1 - next(iter(by_class.values()))
    return _adding_up(sieve.table, spec.classes, by_class, next(iter(spec.roles.scores.values())))


def _adding_up(
    table: Table, classes: Sequence[str], by_class: Mapping[str, pd.Series], column: str
) -> pd.DataFrame:
    frame = pd.DataFrame({number: by_class.get(cls, 0.0) for number, cls in enumerate(classes)})
    totals = frame.sum(axis=1)
    off = np.flatnonzero((totals - 1).abs() > SUM_SLACK)
    if len(off):
        raise CellsError(
            table,
            column,
            off,
            lambda position: f"the probabilities add up to {totals.iloc[position]:.3f}",
            "They must add up to 1.",
        )
    return frame


def _probability(sieve: Sieve, name: str) -> pd.Series:
    table = sieve.table
    require_probabilities(table, name)
    values = as_number(table, name).astype("float64")
    if values.isna().any():
        missing = np.flatnonzero(values.isna())
        raise CellsError(table, name, missing, lambda _: "the probability is missing", MIXED, empty=True)
    bad = np.flatnonzero(~values.between(-EDGE, 1 + EDGE))
    if len(bad):
        raise CellsError(
            table,
            name,
            bad,
            lambda position: f"{digits(values.iloc[position])} is not a probability",
            "Probabilities lie between 0 and 1.",
        )
    sieve.clipped += int((~values.between(0, 1)).sum())
    return values.clip(0, 1)


def digits(value: float) -> str:
    """All its digits: 1.00002 is not 1.

    >>> digits(1.00002), digits(2.0), digits(-1e-05)
    ('1.00002', '2', '-1e-05')
    """
    return repr(float(value)).removesuffix(".0")
