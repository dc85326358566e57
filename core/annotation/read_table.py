"""A table of annotations as events: labels by one person, or events as they left."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from typing import Any, cast, get_args
from uuid import UUID, uuid4

import pandas as pd

from core.annotation.events import OPINIONS, Action, Display, Event, EventRecord, is_same_opinion
from core.annotation.rules import RULES
from core.annotation.submissions import MODES, label_of
from core.annotation.table import COLUMNS, IMPORT, name_from
from core.errors import LabelError
from core.tables.table import Table
from core.tables.values.classes import class_spellings
from core.tables.values.columns import as_text
from core.tables.values.names import as_class, as_ids
from core.tables.values.timestamps import moments


@dataclass(frozen=True, slots=True)
class Reading:
    """What the rows of a table are: position -> event, and position -> column and what is wrong with it."""

    records: dict[int, EventRecord]
    wrong: dict[int, str]


class _WrongError(Exception):
    """A cell that cannot be part of an annotation."""

    def __init__(self, column: str, problem: str) -> None:
        super().__init__(f"column {column!r}: {problem}")


def read_labels(table: Table, classes: Sequence[str], by: str, received: datetime) -> Reading:
    """The columns `id` and `label` as annotations of one person; the same annotation twice counts once.

    Args:
        table: what came.
        classes: the model's; none when labels are numbers.
        by: whose annotations these are.
        received: when.
    """
    ids, labels = as_ids(table, "id"), _labels(table, classes)
    records: dict[int, EventRecord] = {}
    wrong: dict[int, str] = {}
    twice = {row for row, final in _by_row(ids, labels).items() if len(final) > 1}
    first: set[str] = set()
    for at, (row, label) in enumerate(zip(ids, labels, strict=True)):
        try:
            final = _label(label, classes)
            _require_row(row, twice)
        except _WrongError as error:
            wrong[at] = str(error)
            continue
        if row not in first:
            first.add(row)
            event = Event(str(uuid4()), row, by, "import", received, label=final)
            records[at] = EventRecord(event, None, "none", IMPORT)
    return Reading(records, wrong)


def read_events(
    table: Table,
    classes: Sequence[str],
    received: datetime,
    past: Mapping[str, Event],
    *,
    edits: bool = False,
) -> Reading:
    """The events of a table with the columns `NEEDED`, as they were.

    An empty uid is made from what the row says. A uid that is stored already is that event, whatever became
    of its class and its row since, if the row says the same; with other content it is refused.

    Args:
        table: what came.
        classes: the model's; none when labels are numbers.
        received: when; a later time in a row is held back to it.
        past: uid -> event, of those that this model has.
        edits: a uid with other content is a later edit, which gets a uid of its own.
    """
    texts = {name: _texts(table, name) for name in COLUMNS if name not in {"at", "label"}}
    times, labels = moments(table.frame["at"]).dt.tz_localize("UTC"), _labels(table, classes)
    known, used = dict(past), set[str]()
    records: dict[int, EventRecord] = {}
    wrong: dict[int, str] = {}
    for at in range(len(table.frame)):
        row = {name: column[at] for name, column in texts.items()} | {"label": labels[at]}
        try:
            record = _record(row, times.iloc[at], received)
            event = _resolve(record.event, classes, known, again=record.event.uid in used, edits=edits)
        except _WrongError as error:
            wrong[at] = str(error)
            continue
        records[at] = replace(record, event=event)
        used.add(event.uid)
        known[event.uid] = event
    return Reading(records, wrong)


def _require_row(row: str | None, twice: Collection[str]) -> None:
    if row is None:
        raise _WrongError("id", "the id is missing")
    if row in twice:
        raise _WrongError("label", f"{row!r} is answered twice, and differently")


def _resolve(
    event: Event, classes: Sequence[str], known: Mapping[str, Event], *, again: bool, edits: bool
) -> Event:
    """The event under its final uid, its label as the model writes it; the known one where it is known."""
    before = known.get(event.uid)
    if before is not None and not edits and _content(event) == _content(before):
        return before
    needs_label = event.action in {"label", "import"} or event.label is not None
    final = replace(event, label=_label(event.label, classes) if needs_label else None)
    if before is None:
        return final
    if edits:
        same = not again and before.row_id == final.row_id and is_same_opinion(before, final)
        return before if same else replace(final, uid=name_from(*astuple(final)))
    if _content(final) == _content(before):
        return before
    raise _WrongError(
        "uid",
        f"{event.uid!r} is an annotation that says otherwise, and none is ever changed "
        "(empty the cell to add this one beside it)",
    )


def _content(event: Event) -> tuple[str | None, ...]:
    """What an event says, without when: files of old cut times to the millisecond."""
    return event.row_id, event.person, event.action, event.label, event.note, event.supersedes


def _record(row: Mapping[str, str | None], moment: pd.Timestamp, received: datetime) -> EventRecord:
    """A row as an event, everything checked but its label."""
    if pd.isna(moment):
        raise _WrongError("at", "there is no time that can be read")
    action = _choice(row, "action", get_args(Action))
    for name in ("id", "person"):
        if row[name] is None:
            raise _WrongError(name, f"the {name} is missing")
    if action == "note" and row["note"] is None:
        raise _WrongError("note", "the note is missing")
    if action == "undo" and row["supersedes"] is None:
        raise _WrongError("supersedes", "the uid of what is taken back is missing")
    event = Event(
        uid=_uid(row, "uid") or "",
        row_id=row["id"] or "",
        person=row["person"] or "",
        action=cast("Action", action),
        at=min(moment.to_pydatetime(), received),
        label=row["label"] if action in OPINIONS else None,
        note=row["note"][: RULES.longest_note] if row["note"] else None,
        supersedes=_uid(row, "supersedes"),
    )
    return EventRecord(
        event if event.uid else replace(event, uid=name_from(*astuple(event))),
        shown=cast("Display", _choice(row, "shown", get_args(Display), "none")),
        mode=_choice(row, "mode", (*sorted(MODES), IMPORT), IMPORT),
        ms=_milliseconds(row["ms"]),
    )


def _choice(
    row: Mapping[str, str | None], name: str, known: Collection[str], default: str | None = None
) -> str:
    value = row[name] or default
    if value not in known:
        raise _WrongError(name, f"{row[name]!r} is none of {', '.join(known)}")
    return str(value)


def _uid(row: Mapping[str, str | None], name: str) -> str | None:
    try:
        return str(UUID(row[name])) if row[name] is not None else None
    except ValueError:
        raise _WrongError(name, f"{row[name]!r} is not the uid of an annotation") from None


def _milliseconds(text: str | None) -> int | None:
    if text is None or text.isdecimal():
        return None if text is None else min(int(text), RULES.longest_look)
    raise _WrongError("ms", f"{text!r} is not a whole number of milliseconds")


def _texts(table: Table, name: str) -> Sequence[str | None]:
    """The cells as they are, None where nothing stands."""
    if name not in table.frame:
        return [None] * len(table.frame)
    column = table.frame[name]
    if pd.api.types.infer_dtype(column, skipna=True) not in {"string", "empty"}:
        column = as_text(table, name)
    return [cell if isinstance(cell, str) and cell else None for cell in column]


def _labels(table: Table, classes: Sequence[str]) -> list[str | None]:
    """The labels, classes spelt as the model spells them."""
    labels = as_class(table, "label", classes) if classes else as_text(table, "label")
    spellings = class_spellings(labels.dropna().unique(), classes)
    return [None if pd.isna(label) else spellings.get(label, label) for label in labels]


def _label(value: Any, classes: Sequence[str]) -> str:
    if value is None:
        raise _WrongError("label", "the label is missing")
    try:
        return label_of(value, classes)
    except LabelError as error:
        raise _WrongError("label", f"{error.message[:-1]} ({error.hint[:-1]})") from error


def _by_row(ids: Iterable[Any], labels: Iterable[Any]) -> dict[str, set[str]]:
    labels_by_row: dict[str, set[str]] = {}
    for row, label in zip(ids, labels, strict=True):
        labels_by_row.setdefault(row, set()).add(label)
    return labels_by_row
