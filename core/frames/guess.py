"""Guess what the columns of a first file mean, and say why."""

from dataclasses import dataclass

import pandas as pd

from core.errors import SchemaError
from core.frames.classes import order_classes
from core.frames.columns import ColumnKind, kind_of
from core.frames.spec import Item, Roles, Task
from core.frames.table import Table, require_columns, require_rows

NONE = "none"
ID_NAMES = ("id", "row_id", "uuid", "key")
TIME_KNOWN_NAMES = ("label_available_at", "label_time")
ANSWER_NAMES = ("prediction", "predicted", "predicted_label", "y_pred", "score", "probability", "proba")
FEW_VALUES = 8
FEW_COLUMNS = 3
MANY_SEGMENTS = 3
LONG_TEXT = 40
UNIQUE_SHARE = 0.5


class UnsureRole(SchemaError):
    """A guess would not be safe; `option` is what to say."""

    def __init__(self, message: str, hint: str, option: str) -> None:
        super().__init__(message, hint)
        self.option = option


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person said about the columns; None is guessed, "none" means that there is no such column."""

    label: str
    task: Task | None = None
    id: str | None = None
    time: str | None = None
    prediction: str | None = None
    score: str | None = None
    scores_prefix: str | None = None
    exclude: tuple[str, ...] = ()
    segments: tuple[str, ...] | None = None
    item: Item | None = None
    item_column: str | None = None
    label_available_at: str | None = None
    positive: str | None = None


@dataclass(frozen=True, slots=True)
class Guess:
    """The roles of the columns, with a sentence for everything that was guessed."""

    task: Task
    item: Item
    classes: tuple[str, ...]
    roles: Roles
    reasons: tuple[str, ...]


def guess(table: Table, wanted: Wanted) -> Guess:
    """The roles of the columns of a first file.

    Raises:
        SchemaError: a named column is missing or cannot play its part.
        UnsureRole: two columns could play a part.
    """
    require_rows(table)
    require_columns(table, _named(wanted))
    reasons: list[str] = []
    kinds = {str(name): kind_of(table.frame[name]) for name in table.frame.columns}
    task, classes = order_classes(table, wanted, reasons)
    known = _label_time(wanted, kinds, reasons)
    time = _time(table, wanted, kinds, known, reasons)
    row_id = _id(table, wanted, reasons)
    item, column = _item(table, wanted, kinds, {wanted.label, time, known, row_id}, reasons)
    scores = _scores(table, wanted, classes)
    prediction = _named_or_none(wanted.prediction)
    taken = {wanted.label, time, known, row_id, prediction, column, *scores.values(), *wanted.exclude}
    features = () if column else _features(table, kinds, taken, reasons)
    segments = _segments(table, wanted, kinds, features, reasons)
    roles = Roles(
        label=wanted.label,
        id=row_id,
        time=time,
        prediction=prediction,
        scores=scores,
        label_available_at=known,
        features=features or ((column,) if column else ()),
        segments=segments,
        item=column,
    )
    return Guess(task, item, classes, roles, tuple(reasons))


def _named(wanted: Wanted) -> list[str]:
    single = (
        wanted.label,
        wanted.id,
        wanted.time,
        wanted.prediction,
        wanted.score,
        wanted.item_column,
        wanted.label_available_at,
    )
    names = [name for name in single if name and name != NONE]
    return [*names, *wanted.exclude, *(wanted.segments or ())]


def _named_or_none(name: str | None) -> str | None:
    return None if name == NONE else name


def _label_time(wanted: Wanted, kinds: dict[str, ColumnKind], reasons: list[str]) -> str | None:
    if wanted.label_available_at is not None:
        return _named_or_none(wanted.label_available_at)
    for name in TIME_KNOWN_NAMES:
        if kinds.get(name) == "time" and name not in wanted.exclude:
            reasons.append(f"{name!r} says when a label became known, by its name.")
            return name
    return None


def _time(
    table: Table, wanted: Wanted, kinds: dict[str, ColumnKind], known: str | None, reasons: list[str]
) -> str | None:
    if wanted.time is not None:
        return _named_or_none(wanted.time)
    dates = [n for n, k in kinds.items() if k == "time" and n not in {known, wanted.label, *wanted.exclude}]
    if len(dates) > 1:
        raise UnsureRole(
            f"{table.source}: {' and '.join(map(repr, dates))} are dates; which one is the time of a row?",
            f"Say --time {dates[0]}, or --time {NONE} to go by the order of the rows.",
            "--time",
        )
    if dates:
        reasons.append(f"{dates[0]!r} is the time of a row: the only column of dates.")
        return dates[0]
    reasons.append("There is no column of dates: the order of the rows is the time.")
    return None


def _id(table: Table, wanted: Wanted, reasons: list[str]) -> str | None:
    if wanted.id is not None:
        return _named_or_none(wanted.id)
    for name in table.frame.columns:
        named = str(name).lower() in ID_NAMES or str(name).lower().endswith("_id")
        column = table.frame[name]
        if named and name not in wanted.exclude and column.notna().all() and column.is_unique:
            reasons.append(f"{name!r} identifies a row: its name says so and every value is different.")
            return str(name)
    reasons.append("No column identifies a row: rows are numbered within their file.")
    return None


def _item(
    table: Table,
    wanted: Wanted,
    kinds: dict[str, ColumnKind],
    taken: set[str | None],
    reasons: list[str],
) -> tuple[Item, str | None]:
    free = [n for n in kinds if n not in taken and n not in wanted.exclude and n not in ANSWER_NAMES]
    images = [name for name in free if kinds[name] == "bytes"]
    texts = [name for name in free if kinds[name] == "text" and _is_long(table.frame[name])]
    if wanted.item is None and not images and len(texts) == 1 and 1 < len(free) <= FEW_COLUMNS:
        raise UnsureRole(
            f"{table.source}: is the item of a row the text in {texts[0]!r}, or the whole record?",
            f"Say --item text --item-column {texts[0]}, or --item record.",
            "--item",
        )
    if wanted.item == "record" or (wanted.item is None and not images and not (texts and len(free) == 1)):
        return "record", None
    item: Item = wanted.item or ("image" if images else "text")
    column = wanted.item_column
    if column is None:
        possible = images if item == "image" else texts or [n for n in free if kinds[n] == "text"]
        if len(possible) != 1:
            raise UnsureRole(
                f"{table.source}: {len(possible)} columns could hold the {item}.",
                "Say which with --item-column.",
                "--item-column",
            )
        column = possible[0]
        reasons.append(f"{column!r} holds the {item}.")
    return item, column


def _scores(table: Table, wanted: Wanted, classes: tuple[str, ...]) -> dict[str, str]:
    if wanted.score and wanted.score != NONE:
        return {classes[-1]: wanted.score}
    if wanted.scores_prefix:
        columns = {name: f"{wanted.scores_prefix}{name}" for name in classes}
        require_columns(table, list(columns.values()))
        return columns
    return {}


def _features(
    table: Table, kinds: dict[str, ColumnKind], taken: set[str | None], reasons: list[str]
) -> tuple[str, ...]:
    kept: list[str] = []
    dropped: list[str] = []
    for name, kind in kinds.items():
        if name in taken:
            continue
        useless = kind in {"time", "bytes"} or name.lower() in ANSWER_NAMES
        (dropped if useless or (kind == "text" and _is_name(table.frame[name])) else kept).append(name)
    if dropped:
        reasons.append(
            f"Not used as features: {', '.join(dropped)} (dates, answers, or a name of its own in every row)."
        )
    if not kept:
        raise SchemaError(
            f"{table.source}: no column is left as a feature.", "Exclude fewer columns with --exclude."
        )
    reasons.append(f"{len(kept)} features: {', '.join(kept)}.")
    return tuple(kept)


def _segments(
    table: Table,
    wanted: Wanted,
    kinds: dict[str, ColumnKind],
    features: tuple[str, ...],
    reasons: list[str],
) -> tuple[str, ...]:
    if wanted.segments is not None:
        return wanted.segments
    counts = {name: table.frame[name].nunique() for name in features if kinds[name] == "text"}
    few = sorted((count, name) for name, count in counts.items() if 1 < count <= FEW_VALUES)[:MANY_SEGMENTS]
    names = tuple(name for _, name in few)
    if names:
        reasons.append(f"Segments: {', '.join(names)} (texts with few different values).")
    return names


def _is_name(column: pd.Series) -> bool:
    """A short text that nearly every row has for itself: nothing can be learned from it."""
    many = column.nunique() > UNIQUE_SHARE * len(column) and len(column) > FEW_VALUES
    return bool(many and not _is_long(column))


def _is_long(column: pd.Series) -> bool:
    return bool(column.dropna().map(lambda value: len(str(value))).mean() > LONG_TEXT)
