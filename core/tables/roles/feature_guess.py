"""Guess which columns a model reads, and by which health is broken down."""

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import SchemaError
from core.model import Roles
from core.tables.label_copies import WHY, label_copies
from core.tables.roles.requested_roles import NONE, RequestedRoles
from core.tables.roles.role_reasons import Why
from core.tables.table import Table, vector_of
from core.tables.values.columns import ColumnKind
from core.tables.values.timestamps import moments

ANSWERED = "The answer of a model, by its name and values: no model may learn from it."
RESERVED = "_"
"""How the names begin that Caretaker's own columns have in the lake."""
FEWEST_COUNTED, MANY_ROWS = 50, 10_000
COUNTED = "A counter: it grows from row to row, so every later row has a value that was never seen."
IN_ORDER = 0.99
"""Rank correlation with the order of the rows from which whole numbers are a counter, not an input."""
FEW_VALUES = 8
MANY_SEGMENTS = 3
LONG_TEXT = 40
EMBEDDINGS = frozenset({"emb", "embed", "embedding", "embeddings", "vec", "vector"})
FEWEST_DIMENSIONS = 8
"""Fewer numbered columns are more likely single inputs. Convention."""
UNIQUE_SHARE = 0.5


def features(
    table: Table,
    requested: RequestedRoles,
    kinds: dict[str, ColumnKind],
    used: set[str | None],
    predictions: Collection[str],
    time: str | None,
    why: Why,
) -> tuple[str, ...]:
    """The columns that the model reads: all that play no other part and from which can be learnt.

    Args:
        table: the file.
        requested: what was said: of the label none may be a copy; what is included is a feature anyway.
        kinds: what each column holds.
        used: columns that play another part.
        predictions: columns of a model's predictions, maybe of an older model.
        time: the column by which the rows are in order; None is the order of the file.
        why: is told the reasons.

    Raises:
        SchemaError: none is left.
    """
    include = requested.include
    names: list[str] = []
    dropped: dict[str, str] = {}
    order = _order(table, time)
    for name, kind in kinds.items():
        if name in used:
            continue
        useless = None if name in include else _useless(table.frame[name], kind, order)
        if name in predictions:
            useless = ANSWERED
        if useless:
            dropped[name] = useless
        else:
            names.append(name)
    copies = label_copies(table, [name for name in names if name not in include], requested.label)
    dropped |= {name: WHY.format(name=name) for name in copies}
    names = [name for name in names if name not in copies]
    if not names:  # a counter is better than nothing to read
        names = [name for name, reason in dropped.items() if reason == COUNTED] or list(copies)
        dropped = {name: reason for name, reason in dropped.items() if name not in names}
    if copies:
        so = "but nothing else is there to read" if copies[0] in names else "and no feature"
        why.say(f"{', '.join(map(repr, copies))}: the label itself in every row, {so}.")
    if dropped:
        reason = "dates, counters, answers, copies of the label, or a name of its own in every row"
        why.say(f"Not used as features: {', '.join(dropped)} ({reason}).")
        why.of |= dropped
    if not names:
        raise SchemaError(
            f"{table.source}: no column is left as a feature.",
            "Exclude fewer columns with --exclude; name columns that were known before with --include.",
        )
    why.say(f"{len(names)} features: {', '.join(names)}.")
    return tuple(names)


def require_free_names(table: Table, roles: Roles) -> None:
    """Data are stored under their own names beside ours, which begin with an underscore.

    Raises:
        SchemaError: a column that is to be data has such a name.
    """
    data = (*roles.features, *roles.segments, *roles.embedding, roles.item, roles.group)
    reserved = next((name for name in data if name and name.startswith(RESERVED)), None)
    if reserved is not None:
        raise SchemaError(
            f"{table.source}: column {reserved!r} starts with an underscore, which is kept for Caretaker.",
            "Rename the column. It may be the id, the time, the label or an answer under this name.",
        )


def embedding(
    table: Table, requested: RequestedRoles, kinds: Mapping[str, ColumnKind], why: Why
) -> tuple[str, ...]:
    """The columns of a vector that another model made of the row, in the order of the file.

    Raises:
        SchemaError: there are none of the name that was said, or one holds no numbers.

    >>> frame = pd.DataFrame({f"emb_{n}": [0.5, 0.1] for n in range(8)} | {"price": [1, 2]})
    >>> kinds: dict[str, ColumnKind] = dict.fromkeys(frame.columns, "number")
    >>> len(embedding(Table(frame, "a.csv"), RequestedRoles("y"), kinds, Why()))
    8
    """
    if requested.embedding == (NONE,):
        return ()
    if not requested.embedding:
        columns = [n for n in kinds if vector_of(n).lower() in EMBEDDINGS and n not in requested.exclude]
        if len(columns) < FEWEST_DIMENSIONS or any(kinds[name] != "number" for name in columns):
            return ()
        why.say(f"{columns[0]!r} to {columns[-1]!r} are a vector of another model, by their names.", *columns)
        return tuple(columns)
    columns = [name for name in kinds if {name, vector_of(name)} & {*map(vector_of, requested.embedding)}]
    strange = [name for name in columns if kinds[name] != "number"]
    if strange or not columns:
        problem = f"column {strange[0]!r} holds no numbers" if strange else "no column is called so"
        raise SchemaError(
            f"{table.source}: {' and '.join(requested.embedding)} cannot be an embedding: {problem}.",
            "Name the columns, or what comes before their numbers: --embedding emb for emb_0, emb_1, ...",
        )
    return tuple(columns)


def _useless(column: pd.Series, kind: ColumnKind, order: npt.NDArray[np.intp]) -> str | None:
    """Why nothing can be learnt from a column; None where something can."""
    if str(column.name).startswith(RESERVED):
        return "A name that starts with an underscore is kept for Caretaker: rename it to use it."
    if kind in {"time", "bytes"}:
        return "Dates and bytes are not read as features."
    if kind == "text" and _is_name(column):
        return "Nearly every row has a value of its own: nothing can be learnt from it."
    if kind == "number" and _is_counter(column, order):
        return COUNTED
    return None


def _order(table: Table, time: str | None) -> npt.NDArray[np.intp]:
    """Positions of rows, spread over the file, in order of their time."""
    spread = np.arange(0, len(table.frame), max(1, len(table.frame) // MANY_ROWS))
    if time is None:
        return spread
    return spread[np.argsort(moments(table.frame[time].iloc[spread]).to_numpy(), kind="stable")]


def _is_counter(column: pd.Series, order: npt.NDArray[np.intp]) -> bool:
    """Whole numbers that follow the order of the rows: invoice numbers, seconds since 1970.

    Rows of one day may stand in any order, so the ranks decide, not each step.

    >>> numbers, order = pd.Series(range(100, 900, 7)), np.arange(115)
    >>> _is_counter(numbers, order), _is_counter(numbers % 50, order)
    (True, False)
    """
    numbers = pd.to_numeric(column.iloc[order], errors="coerce").reset_index(drop=True).dropna()
    if numbers.nunique() < FEWEST_COUNTED or not (numbers % 1 == 0).all():
        return False
    places = pd.Series(numbers.index, numbers.index)
    return bool(abs(numbers.rank().corr(places)) >= IN_ORDER)


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
    """Whether these are texts to read, rather than names.

    >>> complaint = "a text that goes on and on, as a complaint or a letter does"
    >>> is_long(pd.Series([complaint] * 3)), is_long(pd.Series(["Ulm"]))
    (True, False)
    """
    return bool(column.dropna().astype(str).str.len().mean() > LONG_TEXT)
