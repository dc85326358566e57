"""Answers from elsewhere: a table of ids and labels, or what `export --what annotations` wrote."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast, get_args
from uuid import UUID, uuid4

import pandas as pd

from core.annotation.events import OPINIONS, Action, Event, opinions
from core.annotation.submitted import label_of
from core.errors import DataError, LabelError, SchemaError
from core.model import ModelSpec
from core.services.dataset import rows
from core.store import models
from core.store.annotation import current, events, tasks
from core.store.annotation.events import NewEvent
from core.store.engine import reading, writing
from core.store.types import now
from core.store.workspace import Workspace
from core.tables.csv_export import unguard
from core.tables.table import Table, require_columns
from core.tables.values.classes import spelt_as
from core.tables.values.columns import as_class, as_ids, as_text, as_time

EXPORTED = frozenset({"uid", "id", "person", "action", "at"})
"""Columns by which a table of annotations is known: its answers keep their people, times and names."""
TYPED = (".parquet", ".pq", ".jsonl", ".ndjson")
"""Files that no spreadsheet opens: their cells are exported without an apostrophe."""
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Taken:
    """How many answers were new, how many known before, and sentences about the rows that were left out."""

    new: int
    known: int
    left_out: tuple[str, ...] = ()


class _WrongError(Exception):
    """A row that cannot be an answer."""


def import_answers(ws: Workspace, name: str, table: Table, by: str, *, leave_out: bool = False) -> Taken:
    """Take answers from elsewhere in as events, in one transaction: of `by`, or of those who gave them.

    Everything is checked before anything is written. The same answers again change nothing. With `leave_out`
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
    found, wrong = _exported(table, spec) if exported else _answers(table, spec, by)
    found, wrong = _known_rows(ws, spec, found, wrong)
    said = tuple(f"{table.place(at)}: {reason}" for at, reason in sorted(wrong.items()))
    if said and (not leave_out or not found):
        raise _refused(table, said)
    new = _store(ws, spec, found, again=not exported)
    return Taken(new, len(found) - new, said)


def _store(ws: Workspace, spec: ModelSpec, found: Mapping[int, Event], *, again: bool) -> int:
    """Append what is new; with `again` an answer that its person holds already is not repeated."""
    row_ids = list(dict.fromkeys(event.row_id for event in found.values()))
    with writing(ws.engine) as session:
        asked = {task.row_id: task.id for task in tasks.of_rows(session, spec.id, row_ids, lock=True)}
        before = events.of_rows(session, spec.id, row_ids) if again else {}
        fresh = [each for each in found.values() if not again or _differs(each, before.get(each.row_id, []))]
        made = [NewEvent(each, asked.get(each.row_id), "none", "import") for each in fresh]
        new = events.append(session, spec.id, made)
        current.project(session, spec.id, sorted({event.row_id for event in new}))
    return len(new)


def _differs(event: Event, past: Sequence[Event]) -> bool:
    standing = opinions(past).get(event.person)
    return standing is None or standing.label != event.label


def _answers(table: Table, spec: ModelSpec, by: str) -> tuple[dict[int, Event], dict[int, str]]:
    """Position -> event of `by`, position -> what is wrong; the same answer given twice counts once."""
    ids, labels = as_ids(table, "id"), _labels(table, spec)
    found: dict[int, Event] = {}
    wrong: dict[int, str] = {}
    first: dict[str, str] = {}
    twice = {row for row, given in _by_row(ids, labels).items() if len(given) > 1}
    for at, (row, label) in enumerate(zip(ids, labels, strict=True)):
        try:
            given = _label(label, spec)
            _require_id(row, twice)
            if row not in first:
                first[row] = given
                found[at] = Event(str(uuid4()), row, by, "import", now(), label=given)
        except _WrongError as error:
            wrong[at] = str(error)
    return found, wrong


def _require_id(row: Any, twice: Collection[str] = ()) -> None:
    if row is None:
        raise _WrongError("the id is missing")
    if row in twice:
        raise _WrongError(f"{row!r} is answered twice, and differently")


def _exported(table: Table, spec: ModelSpec) -> tuple[dict[int, Event], dict[int, str]]:
    """The events of an export, as they were."""
    frame = table.frame
    moments = as_time(table, "at", required=True).dt.tz_localize("UTC")
    ids, labels = as_ids(table, "id"), _labels(table, spec)
    texts = {
        name: as_text(table, name) if name in frame else pd.Series(None, frame.index, dtype=object)
        for name in ("uid", "person", "action", "note", "supersedes")
    }
    found: dict[int, Event] = {}
    wrong: dict[int, str] = {}
    for at in range(len(frame)):
        row = {name: column.iloc[at] for name, column in texts.items()}
        try:
            found[at] = _event(row, ids.iloc[at], labels.iloc[at], moments.iloc[at].to_pydatetime(), spec)
        except _WrongError as error:
            wrong[at] = str(error)
    return found, wrong


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
    return labels.replace(spelt_as(labels.dropna().unique(), spec.classes))


def _label(value: Any, spec: ModelSpec) -> str:
    if value is None:
        raise _WrongError("the label is missing")
    try:
        return label_of(value, spec.classes)
    except LabelError as error:
        raise _WrongError(f"{error.message[:-1]} ({error.hint[:-1]})") from error


def _by_row(ids: pd.Series, labels: pd.Series) -> dict[str, set[str]]:
    given: dict[str, set[str]] = {}
    for row, label in zip(ids, labels, strict=True):
        given.setdefault(row, set()).add(label)
    return given


def _known_rows(
    ws: Workspace, spec: ModelSpec, found: dict[int, Event], wrong: dict[int, str]
) -> tuple[dict[int, Event], dict[int, str]]:
    """Without the answers to rows that were never taken in."""
    wanted = list(dict.fromkeys(event.row_id for event in found.values()))
    known = set(rows(ws, spec, columns=[], ids=wanted)["_id"]) if wanted else set()
    strange = {at: event for at, event in found.items() if event.row_id not in known}
    more = {at: f"{event.row_id!r} is no row of {spec.name}" for at, event in strange.items()}
    return {at: event for at, event in found.items() if at not in strange}, wrong | more


def _refused(table: Table, said: tuple[str, ...]) -> DataError:
    more = f"; and {len(said) - SHOWN:,} more" if len(said) > SHOWN else ""
    return SchemaError(
        f"{table.source}: {len(said):,} of {len(table.frame):,} rows cannot be taken in: "
        f"{'; '.join(said[:SHOWN])}{more}.",
        "Correct them, or take the others with --leave-out.",
    )
