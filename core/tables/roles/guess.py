"""Guess what the columns of a first file mean, and say why."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import SchemaError
from core.model import Item, Roles, Task
from core.tables.roles import feature_guess
from core.tables.roles.feature_guess import RESERVED, is_long
from core.tables.roles.group_guess import guess_group
from core.tables.roles.image_columns import holds_pictures
from core.tables.roles.multi_label import require_one_label
from core.tables.roles.prediction_guess import guess_predictions, predictions_without_labels
from core.tables.roles.requested_roles import NONE, Choice, RequestedRoles, UnsureRole
from core.tables.roles.role_reasons import ColumnRole, Why, column_roles
from core.tables.table import Table, require_columns, require_rows
from core.tables.values.classes import class_spellings, order_classes
from core.tables.values.columns import ColumnKind, as_number, kind_of
from core.tables.values.empty_cells import is_filled

ID_NAMES = ("id", "row_id", "uuid", "key")
TIME_KNOWN_NAMES = ("label_available_at", "label_time")
VERSION_NAMES = ("model_version", "_version")
"""A plain "version" is one only beside answers: it could as well be the version of an app, a feature."""
FEW_COLUMNS, PAIR = 3, 2
FEW_AMOUNTS, MANY_AMOUNTS = 20, 100
"""Numbers with more different values than this are amounts: with fractions, and whole ones."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The roles of the columns, with a sentence for everything that was guessed, and one for each column."""

    task: Task
    item: Item
    classes: tuple[str, ...]
    roles: Roles
    reasons: tuple[str, ...]
    columns: tuple[ColumnRole, ...] = ()


def guess(table: Table, requested: RequestedRoles) -> Guess:
    """The roles of the columns of a first file.

    Raises:
        SchemaError: a named column is missing or cannot play its part.
        UnsureRole: two columns could play a part.
    """
    require_rows(table)
    requested = requested.of_columns(table.frame.columns)
    skipped = set(table.unread) & set(requested.exclude)
    require_columns(table, [name for name in _named_columns(requested) if name not in skipped])
    why = Why()
    for name in sorted(set(table.unread) - skipped):
        why.say(f"{name!r} {table.unread[name]}. It is not read.")
    kinds = {str(name): kind_of(table.frame[name]) for name in table.frame.columns}
    requested = predictions_without_labels(table, requested, kinds, why)
    task, classes = outcome(table, requested, why)
    requested, predictions = guess_predictions(table, requested, classes, kinds, why)
    known = _label_time(requested, kinds, why)
    time = _time(table, requested, kinds, known, why)
    row_id = _id(table, requested, why)
    version = _version(requested, kinds, why)
    outputs = {requested.prediction, requested.score, *requested.scores.values(), *predictions}
    embedding = feature_guess.embedding(table, requested, kinds, why)
    item, column = _item(
        table, requested, kinds, {requested.label, time, known, row_id, version, *outputs, *embedding}, why
    )
    scores = _scores(table, requested, classes)
    prediction = _column_or_none(requested.prediction)
    used = {
        requested.label,
        known,
        row_id,
        prediction,
        column,
        *scores.values(),
        version,
        *({time, _column_or_none(requested.group)} - set(requested.include)),
        *requested.exclude,
    }
    features = () if column else feature_guess.features(table, requested, kinds, used, predictions, time, why)
    segments = requested.segments
    if segments is None:
        segments = feature_guess.segments(table, kinds, features, why)
    group = guess_group(table, requested, used, why)
    roles = Roles(
        label=requested.label,
        id=row_id,
        time=time,
        prediction=prediction,
        scores=scores,
        label_available_at=known,
        version=version,
        features=features or ((column,) if column else ()),
        segments=segments,
        item=column,
        means=_meanings(requested.means, classes),
        group=group,
        embedding=embedding,
    )
    feature_guess.require_free_names(table, roles)
    columns = column_roles(table.frame, roles, kinds, why)
    return Guess(task, item, classes, roles, tuple(why.sentences), columns)


def outcome(table: Table, requested: RequestedRoles, why: Why) -> tuple[Task, tuple[str, ...]]:
    """The task and its classes; an amount has none.

    Raises:
        SchemaError: the labels do not fit what was said.
        UnsureRole: they could be amounts or classes.
    """
    truth = requested.label
    if requested.prediction not in {None, NONE} and not is_filled(table.frame[truth]).any():
        truth = str(requested.prediction)  # labels are still to come
    task = requested.task or _amount(table, truth, kind_of(table.frame[truth]), why)
    if task != "regression":
        if not requested.one_label:
            require_one_label(table, requested.label)
        return order_classes(table, requested, why.sentences)
    if requested.positive or requested.scores or {requested.score, requested.scores_prefix} - {None, NONE}:
        raise SchemaError(
            f"{table.source}: the label {requested.label!r} is an amount: it has no classes and no scores.",
            "Name the predicted amount with --prediction, or say --task binary or --task multiclass.",
        )
    return "regression", ()


def _amount(table: Table, label: str, kind: ColumnKind, why: Why) -> Task | None:
    """Regression when the label is a number with many different values; None when it names classes."""
    if kind != "number":
        return None
    values = as_number(table, label).dropna()
    count, whole = values.nunique(), bool((values % 1 == 0).all())
    if whole and count <= FEW_AMOUNTS:
        return None
    if count > (MANY_AMOUNTS if whole else FEW_AMOUNTS):
        why.say(f"{label!r} is an amount (regression): a number with {count:,} different values.", label)
        return "regression"
    raise UnsureRole(
        f"{table.source}: column {label!r} has {count} different numbers; are these amounts or classes?",
        "Say --task regression for amounts, or --task multiclass for classes.",
        "--task",
        (Choice("amounts", {"task": "regression"}), Choice("classes", {"task": "multiclass"})),
    )


def _named_columns(requested: RequestedRoles) -> list[str]:
    names = [name for name in requested.single_columns if name and name != NONE]
    return [*names, *requested.exclude, *(requested.segments or ())]


def _column_or_none(name: str | None) -> str | None:
    return None if name == NONE else name


def _label_time(requested: RequestedRoles, kinds: dict[str, ColumnKind], why: Why) -> str | None:
    if requested.label_available_at is not None:
        return _column_or_none(requested.label_available_at)
    for name in TIME_KNOWN_NAMES:
        if kinds.get(name) == "time" and name not in requested.exclude:
            why.say(f"{name!r} says when a label became known, by its name.", name)
            return name
    return None


def _version(requested: RequestedRoles, kinds: dict[str, ColumnKind], why: Why) -> str | None:
    if requested.version is not None:
        return _column_or_none(requested.version)
    predictions = (requested.prediction, requested.score, requested.scores_prefix)
    has_outputs = bool(requested.scores) or any(name not in {None, NONE} for name in predictions)
    names = (*VERSION_NAMES, "version") if has_outputs else VERSION_NAMES
    for name, kind in kinds.items():
        if name.lower() in names and kind != "bytes" and name not in requested.exclude:
            why.say(f"{name!r} says which version of the model answered, by its name.", name)
            return name
    return None


def _time(
    table: Table, requested: RequestedRoles, kinds: dict[str, ColumnKind], known: str | None, why: Why
) -> str | None:
    if requested.time is not None:
        return _column_or_none(requested.time)
    dates = [
        n for n, k in kinds.items() if k == "time" and n not in {known, requested.label, *requested.exclude}
    ]
    if len(dates) > 1:
        raise UnsureRole(
            f"{table.source}: {' and '.join(map(repr, dates))} are dates; which one is the time of a row?",
            f"Say --time {dates[0]}, or --time {NONE} to go by the order of the rows.",
            "--time",
            (*(Choice(n, {"time": n}) for n in dates), Choice("the order of the rows", {"time": NONE})),
        )
    if dates:
        why.say(f"{dates[0]!r} is the time of a row: the only column of dates.", dates[0])
        return dates[0]
    why.say("There is no column of dates: the order of the rows is the time.")
    return None


def _id(table: Table, requested: RequestedRoles, why: Why) -> str | None:
    if requested.id is not None:
        return _column_or_none(requested.id)
    for name in table.frame.columns:
        named = str(name).lower() in ID_NAMES or str(name).lower().endswith("_id")
        column = table.frame[name]
        if named and name not in requested.exclude and column.notna().all() and column.is_unique:
            reason = f"{name!r} identifies a row: its name says so and every value is different."
            why.say(reason, str(name))
            return str(name)
    why.say("No column identifies a row: rows are numbered within their file.")
    return None


def _item(
    table: Table,
    requested: RequestedRoles,
    kinds: dict[str, ColumnKind],
    used: set[str | None],
    why: Why,
) -> tuple[Item, str | None]:
    free = [n for n in kinds if n not in {*used, *requested.exclude} and not n.startswith(RESERVED)]
    words = [name for name in free if kinds[name] == "text"]
    coded = [name for name in words if holds_pictures(table.frame[name], alone=len(free) == 1)]
    images = [name for name in free if kinds[name] == "bytes" or name in coded]
    texts = [name for name in words if name not in coded and is_long(table.frame[name])]
    if requested.item is None and not images and len(texts) == 1 and 1 < len(free) <= FEW_COLUMNS:
        raise UnsureRole(
            f"{table.source}: is the item of a row the text in {texts[0]!r}, or the whole record?",
            f"Say --item text --item-column {texts[0]}, or --item record.",
            "--item",
            (
                Choice(f"the text in {texts[0]}", {"item": "text", "item_column": texts[0]}),
                Choice("the whole record", {"item": "record"}),
            ),
        )
    if requested.item == "record" or (
        requested.item is None and not images and not (texts and len(free) == 1)
    ):
        return "record", None
    item: Item = requested.item or ("image" if images else "text")
    column = requested.item_column
    if column is None:
        possible = images if item == "image" else texts or [n for n in free if kinds[n] == "text"]
        if len(possible) != 1:
            raise UnsureRole(
                f"{table.source}: {len(possible)} columns could hold the {item}.",
                "Say which with --item-column.",
                "--item-column",
                tuple(Choice(name, {"item": item, "item_column": name}) for name in possible),
            )
        column = possible[0]
        why.say(f"{column!r} holds the {item}.", column)
    return item, column


def _scores(table: Table, requested: RequestedRoles, classes: tuple[str, ...]) -> dict[str, str]:
    if not classes:
        return {}
    if requested.scores:
        return _one_each(table, requested.scores, classes)
    if requested.score and requested.score != NONE:
        if len(classes) > PAIR:
            raise SchemaError(
                f"{table.source}: one --score cannot say how likely each of {len(classes)} classes is.",
                "Name a column for every class with --scores-prefix or --score-of CLASS=COLUMN.",
            )
        return {classes[-1]: requested.score}
    if requested.scores_prefix:
        columns = {name: f"{requested.scores_prefix}{name}" for name in classes}
        require_columns(table, list(columns.values()))
        return columns
    return {}


def _meanings(means: Mapping[str, str], classes: tuple[str, ...]) -> dict[str, str]:
    """Value -> class in the spelling of the labels."""
    same = class_spellings(means.values(), classes)
    return {value: same.get(cls, cls) for value, cls in means.items()}


def _one_each(table: Table, scores: Mapping[str, str], classes: tuple[str, ...]) -> dict[str, str]:
    """Class -> column of its score, as it was said."""
    same = class_spellings(scores, classes)
    scores = {same.get(name, name): column for name, column in scores.items()}
    strange = [name for name in scores if name not in classes]
    if strange:
        raise SchemaError(
            f"{table.source}: there is no class {strange[0]!r}.",
            f"The classes are {', '.join(classes[:12])}.",
        )
    require_columns(table, list(scores.values()))
    return {name: scores[name] for name in classes if name in scores}
