"""Annotations from elsewhere: ids with labels, events as they left, or tasks of Label Studio."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.annotation.events import Event, EventRecord, is_repeat
from core.annotation.label_studio.read import TaskTable
from core.annotation.read_table import Reading, read_events, read_labels
from core.annotation.table import NEEDED, name_from
from core.errors import DataError, SchemaError
from core.model import ModelSpec
from core.services.annotation.views import ImportSummary
from core.services.dataset import rows
from core.store import models
from core.store.annotation import current, events, tasks
from core.store.engine import reading, writing
from core.store.types import now
from core.store.workspace import Workspace
from core.tables.csv_export import unguard
from core.tables.table import Table, require_columns

TYPED = (".parquet", ".pq", ".jsonl", ".ndjson")
"""Files that no spreadsheet opens: their cells are exported without an apostrophe."""
SHOWN = 20


def import_annotations(
    ws: Workspace, name: str, source: Table | TaskTable, by: str, *, leave_out: bool = False
) -> ImportSummary:
    """Take annotations from elsewhere in as events, in one transaction: of `by`, or of those who made them.

    Everything is checked before anything is written. The same again changes nothing. With `leave_out`
    rows that do not fit are left out and told; else one of them refuses the table.

    Raises:
        SchemaError: a column is missing; or rows do not fit, all of them named.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
    edits = isinstance(source, TaskTable)
    arrival = source if isinstance(source, TaskTable) else TaskTable(without_guards(source), {})
    table = arrival.table
    require_columns(table, ["id", "label"])
    exported = set(table.frame.columns) >= NEEDED
    past: dict[str, Event] = {}
    if exported:
        table, past = _own_uids(ws, spec, table)
        read = read_events(table, spec.classes, now(), past, edits=edits)
    else:
        read = read_labels(table, spec.classes, by, now())
    wrong = read.wrong | _strange_rows(ws, spec, read, past) | arrival.wrong
    records = [record for at, record in sorted(read.records.items()) if at not in wrong]
    sentences = tuple(f"{table.place(at)}, {reason}" for at, reason in sorted(wrong.items()))
    if sentences and (not leave_out or not records):
        raise _refusal(table, sentences)
    new = _store(ws, spec, records, again=edits or not exported)
    return ImportSummary(new, len(records) - new, sentences)


def without_guards(table: Table) -> Table:
    """A table of a text file without what an export put before cells that a spreadsheet would run."""
    if table.source.removesuffix(".gz").endswith(TYPED):
        return table
    texts = table.frame.select_dtypes(["object", "str"])
    return replace(table, frame=table.frame.assign(**{str(name): texts[name].map(unguard) for name in texts}))


def _own_uids(ws: Workspace, spec: ModelSpec, table: Table) -> tuple[Table, dict[str, Event]]:
    """The table with uids of this model alone, and the events that the model has under them.

    A uid is one event of one model: what another model of this home has already gets a uid that follows
    from it, so that the same export can be imported into several.
    """
    columns = [name for name in ("uid", "supersedes") if name in table.frame]
    uids = sorted({str(uid) for name in columns for uid in table.frame[name].dropna()})
    with reading(ws.engine) as session:
        known = events.of_uids(session, uids)
        own = {uid: name_from(spec.name, uid) for uid, (model, _) in known.items() if model != spec.id}
        known |= events.of_uids(session, list(own.values()))
    frame = table.frame.assign(
        **{name: table.frame[name].map(lambda uid: own.get(uid, uid)) for name in columns}
    )
    return replace(table, frame=frame), {
        uid: event for uid, (model, event) in known.items() if model == spec.id
    }


def _strange_rows(ws: Workspace, spec: ModelSpec, read: Reading, past: Mapping[str, Event]) -> dict[int, str]:
    """Position -> that its row was never taken in; what is stored already may have outlived its row."""
    new = {at: one.event for at, one in read.records.items() if one.event.uid not in past}
    row_ids = list(dict.fromkeys(event.row_id for event in new.values()))
    known = set(rows(ws, spec, columns=[], ids=row_ids)["_id"]) if row_ids else set()
    return {
        at: f"column 'id': {event.row_id!r} is no row of {spec.name}"
        for at, event in new.items()
        if event.row_id not in known
    }


def _store(ws: Workspace, spec: ModelSpec, records: Sequence[EventRecord], *, again: bool) -> int:
    """Append what is new; with `again` what its person says of a row already is not repeated."""
    row_ids = list(dict.fromkeys(record.event.row_id for record in records))
    with writing(ws.engine) as session:
        task_ids = {task.row_id: task.id for task in tasks.of_rows(session, spec.id, row_ids, lock=True)}
        before = events.of_rows(session, spec.id, row_ids) if again else {}
        fresh = [
            replace(record, task_id=task_ids.get(record.event.row_id))
            for record in records
            if not is_repeat(record.event, before.get(record.event.row_id, []))
        ]
        new = events.append(session, spec.id, fresh)
        current.project(session, spec.id, sorted({event.row_id for event in new}))
    return len(new)


def _refusal(table: Table, sentences: Sequence[str]) -> DataError:
    more = f"; and {len(sentences) - SHOWN:,} more" if len(sentences) > SHOWN else ""
    return SchemaError(
        f"{table.source}: {len(sentences):,} of {len(table.frame):,} rows cannot be taken in: "
        f"{'; '.join(sentences[:SHOWN])}{more}.",
        "Correct them, or take the others with --leave-out.",
    )
