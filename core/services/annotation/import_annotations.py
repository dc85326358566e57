"""Answers from elsewhere: a table of ids and labels, or what `export --what annotations` wrote."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast, get_args
from uuid import UUID, uuid4

import pandas as pd

from core.annotation.events import OPINIONS, Action, Event, opinions
from core.annotation.submissions import label_of
from core.errors import DataError, LabelError, SchemaError
from core.model import ModelSpec
from core.services.annotation.views import ImportSummary
from core.services.dataset import rows
from core.store import models
from core.store.annotation import current, events, tasks
from core.store.annotation.events import NewEvent
from core.store.engine import reading, writing
from core.store.types import now
from core.store.workspace import Workspace
from core.tables.csv_export import unguard
from core.tables.table import Table, require_columns
from core.tables.values.classes import class_spellings
from core.tables.values.columns import as_class, as_ids, as_text, as_time

EXPORTED = frozenset({"uid", "id", "person", "action", "at"})
"""Columns by which a table of annotations is known: they keep their people, times and names."""
TYPED = (".parquet", ".pq", ".jsonl", ".ndjson")
"""Files that no spreadsheet opens: their cells are exported without an apostrophe."""
SHOWN = 20


class _WrongError(Exception):
    """A row that cannot be an annotation."""


def import_annotations(
    ws: Workspace, name: str, table: Table, by: str, *, leave_out: bool = False
) -> ImportSummary:
    """Take annotations from elsewhere in as events, in one transaction: of `by`, or of those who made them.

    Everything is checked before anything is written. The same again changes nothing. With `leave_out`
    rows that do not fit are left out and told; else one of them refuses the table.

    Raises:
        SchemaError: a column is missing; or rows do not fit, all of them named.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
    require_columns(table, ["id", "label"])
    if not table.source.removesuffix(".gz").endswith(TYPED):
        texts = table.frame.select_dtypes(["object", "str"])
        table = replace(
            table, frame=table.frame.assign(**{str(name): texts[name].map(unguard) for name in texts})
        )
    exported = set(table.frame.columns) >= EXPORTED
    events_by_place, wrong = _read_export(table, spec) if exported else _read_labels(table, spec, by)
    events_by_place, wrong = _known_rows(ws, spec, events_by_place, wrong)
    sentences = tuple(f"{table.place(at)}: {reason}" for at, reason in sorted(wrong.items()))
    if sentences and (not leave_out or not events_by_place):
        raise _refusal(table, sentences)
    new = _store(ws, spec, events_by_place, again=not exported)
    return ImportSummary(new, len(events_by_place) - new, sentences)


def _store(ws: Workspace, spec: ModelSpec, events_by_place: Mapping[int, Event], *, again: bool) -> int:
    """Append what is new; with `again` an annotation that its person holds already is not repeated."""
    row_ids = list(dict.fromkeys(event.row_id for event in events_by_place.values()))
    with writing(ws.engine) as session:
        task_ids = {task.row_id: task.id for task in tasks.of_rows(session, spec.id, row_ids, lock=True)}
        before = events.of_rows(session, spec.id, row_ids) if again else {}
        fresh = [
            event
            for event in events_by_place.values()
            if not again or _differs(event, before.get(event.row_id, []))
        ]
        made = [NewEvent(event, task_ids.get(event.row_id), "none", "import") for event in fresh]
        new = events.append(session, spec.id, made)
        current.project(session, spec.id, sorted({event.row_id for event in new}))
    return len(new)


def _differs(event: Event, past: Sequence[Event]) -> bool:
    standing = opinions(past).get(event.person)
    return standing is None or standing.label != event.label


def _read_labels(table: Table, spec: ModelSpec, by: str) -> tuple[dict[int, Event], dict[int, str]]:
    """Position -> event of `by`, position -> what is wrong; the same annotation twice counts once."""
    ids, labels = as_ids(table, "id"), _labels(table, spec)
    events_by_place: dict[int, Event] = {}
    wrong: dict[int, str] = {}
    first: dict[str, str] = {}
    twice = {row for row, final in _by_row(ids, labels).items() if len(final) > 1}
    for at, (row, label) in enumerate(zip(ids, labels, strict=True)):
        try:
            final = _label(label, spec)
            _require_id(row, twice)
            if row not in first:
                first[row] = final
                events_by_place[at] = Event(str(uuid4()), row, by, "import", now(), label=final)
        except _WrongError as error:
            wrong[at] = str(error)
    return events_by_place, wrong


def _require_id(row: Any, twice: Collection[str] = ()) -> None:
    if row is None:
        raise _WrongError("the id is missing")
    if row in twice:
        raise _WrongError(f"{row!r} is answered twice, and differently")


def _read_export(table: Table, spec: ModelSpec) -> tuple[dict[int, Event], dict[int, str]]:
    """The events of an export, as they were."""
    frame = table.frame
    moments = as_time(table, "at", required=True).dt.tz_localize("UTC")
    ids, labels = as_ids(table, "id"), _labels(table, spec)
    texts = {
        name: as_text(table, name) if name in frame else pd.Series(None, frame.index, dtype=object)
        for name in ("uid", "person", "action", "note", "supersedes")
    }
    events_by_place: dict[int, Event] = {}
    wrong: dict[int, str] = {}
    for at in range(len(frame)):
        row = {name: column.iloc[at] for name, column in texts.items()}
        try:
            events_by_place[at] = _event(
                row, ids.iloc[at], labels.iloc[at], moments.iloc[at].to_pydatetime(), spec
            )
        except _WrongError as error:
            wrong[at] = str(error)
    return events_by_place, wrong


def _event(row: Mapping[str, Any], row_id: Any, label: Any, at: datetime, spec: ModelSpec) -> Event:
    action = row["action"]
    _require_id(row_id)
    if action not in get_args(Action):
        raise _WrongError(f"{action!r} is not something that a person does to a record")
    if row["person"] is None:
        raise _WrongError("the person is missing")
    for name in ("uid", "supersedes") if row["supersedes"] is not None else ("uid",):
        try:
            UUID(str(row[name]))
        except ValueError as error:
            raise _WrongError(f"{row[name]!r} is not the {name} of an answer") from error
    labelled = action in OPINIONS and (label is not None or action in {"label", "import"})
    return Event(
        uid=row["uid"],
        row_id=row_id,
        person=row["person"],
        action=cast("Action", action),
        at=min(at, now()),
        label=_label(label, spec) if labelled else None,
        note=row["note"],
        supersedes=row["supersedes"],
    )


def _labels(table: Table, spec: ModelSpec) -> pd.Series:
    """The labels, classes spelt as the model spells them."""
    if not spec.classes:
        return as_text(table, "label")
    labels: pd.Series = as_class(table, "label", spec.classes)
    return labels.replace(class_spellings(labels.dropna().unique(), spec.classes))


def _label(value: Any, spec: ModelSpec) -> str:
    if value is None:
        raise _WrongError("the label is missing")
    try:
        return label_of(value, spec.classes)
    except LabelError as error:
        raise _WrongError(f"{error.message[:-1]} ({error.hint[:-1]})") from error


def _by_row(ids: pd.Series, labels: pd.Series) -> dict[str, set[str]]:
    labels_by_row: dict[str, set[str]] = {}
    for row, label in zip(ids, labels, strict=True):
        labels_by_row.setdefault(row, set()).add(label)
    return labels_by_row


def _known_rows(
    ws: Workspace, spec: ModelSpec, events_by_place: dict[int, Event], wrong: dict[int, str]
) -> tuple[dict[int, Event], dict[int, str]]:
    """Without the annotations of rows that were never taken in."""
    row_ids = list(dict.fromkeys(event.row_id for event in events_by_place.values()))
    known = set(rows(ws, spec, columns=[], ids=row_ids)["_id"]) if row_ids else set()
    strange = {at: event for at, event in events_by_place.items() if event.row_id not in known}
    more = {at: f"{event.row_id!r} is no row of {spec.name}" for at, event in strange.items()}
    return {at: event for at, event in events_by_place.items() if at not in strange}, wrong | more


def _refusal(table: Table, sentences: tuple[str, ...]) -> DataError:
    more = f"; and {len(sentences) - SHOWN:,} more" if len(sentences) > SHOWN else ""
    return SchemaError(
        f"{table.source}: {len(sentences):,} of {len(table.frame):,} rows cannot be taken in: "
        f"{'; '.join(sentences[:SHOWN])}{more}.",
        "Correct them, or take the others with --leave-out.",
    )
