"""Guess which columns a model reads, and by which health is broken down."""

from collections.abc import Collection

import pandas as pd

from core.errors import SchemaError
from core.frames.columns import ColumnKind
from core.frames.table import Table
from core.frames.why import Why

ANSWER_NAMES = ("prediction", "predicted", "predicted_label", "y_pred", "score", "probability", "proba")
FEW_VALUES = 8
MANY_SEGMENTS = 3
LONG_TEXT = 40
UNIQUE_SHARE = 0.5


def features(
    table: Table, include: Collection[str], kinds: dict[str, ColumnKind], taken: set[str | None], why: Why
) -> tuple[str, ...]:
    """The columns that the model reads: all that play no other part and from which can be learnt.

    Raises:
        SchemaError: none is left.
    """
    kept: list[str] = []
    dropped: list[str] = []
    for name, kind in kinds.items():
        if name in taken:
            continue
        useless = kind in {"time", "bytes"} or name.lower() in ANSWER_NAMES
        useless = useless or (kind == "text" and _is_name(table.frame[name]))
        (dropped if useless and name not in include else kept).append(name)
    if dropped:
        reason = "dates, answers, or a name of its own in every row"
        why.say(f"Not used as features: {', '.join(dropped)} ({reason}).")
        why.of |= {name: _why_not(name, kinds[name]) for name in dropped}
    if not kept:
        raise SchemaError(
            f"{table.source}: no column is left as a feature.", "Exclude fewer columns with --exclude."
        )
    why.say(f"{len(kept)} features: {', '.join(kept)}.")
    return tuple(kept)


def _why_not(name: str, kind: ColumnKind) -> str:
    if name.lower() in ANSWER_NAMES:
        return "By its name an answer of a model, which it must not learn from."
    if kind in {"time", "bytes"}:
        return "Dates and bytes are not read as features."
    return "Nearly every row has a value of its own: nothing can be learnt from it."


def segments(
    table: Table, kinds: dict[str, ColumnKind], features: tuple[str, ...], why: Why
) -> tuple[str, ...]:
    """The features by which health is told besides: texts with few different values."""
    counts = {name: table.frame[name].nunique() for name in features if kinds[name] == "text"}
    few = sorted((count, name) for name, count in counts.items() if 1 < count <= FEW_VALUES)[:MANY_SEGMENTS]
    names = tuple(name for _, name in few)
    if names:
        why.say(f"Segments: {', '.join(names)} (texts with few different values).")
        why.of |= {
            name: f"A text with {counts[name]} different values: health is told for each." for name in names
        }
    return names


def _is_name(column: pd.Series) -> bool:
    """A short text that nearly every row has for itself: nothing can be learned from it."""
    many = column.nunique() > UNIQUE_SHARE * len(column) and len(column) > FEW_VALUES
    return bool(many and not is_long(column))


def is_long(column: pd.Series) -> bool:
    """Whether these are texts to read, rather than names."""
    return bool(column.dropna().map(lambda value: len(str(value))).mean() > LONG_TEXT)
