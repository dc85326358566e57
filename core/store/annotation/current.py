"""What holds for a row now: the projection of its events, rewritten in the same transaction."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import bindparam, delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, and_, case, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from core.annotation.events import Current, Event, State, fold, opinions
from core.store.annotation import events, tasks
from core.store.annotation.tasks import TASK, TaskState, parts
from core.store.experiments import holdouts
from core.store.tables import HoldoutRow, LabelCurrent, LabelTask

TASK_STATE = {"settled": "settled", "unsure": "settled", "flagged": "settled", "conflict": "conflict"}
"""An item that experts do not know or have flagged needs no further answer from the queue."""
CURRENT: Any = LabelCurrent.__table__  # type: ignore[attr-defined]
_OF_MODEL = select(CURRENT).where(CURRENT.c.model_id == bindparam("model"))
_AMONG = CURRENT.c.row_id.in_(bindparam("rows", expanding=True))
_OF_ROWS = _OF_MODEL.where(_AMONG)
_REMOVE = delete(CURRENT).where(CURRENT.c.model_id == bindparam("model"), _AMONG)
_CLOSE = update(TASK).where(TASK.c.id == bindparam("task"))
_CLOSE = _CLOSE.values(state=bindparam("now"), done=bindparam("number"))


def project(session: Session, model_id: int, row_ids: Sequence[str]) -> dict[str, Current]:
    """Fold the events of these rows into `label_current` and their tasks; gives what holds now.

    Call it with the tasks locked (`tasks.of_rows(lock=True)`), in the transaction that appended the events.
    """
    return project_with(session, model_id, row_ids, (), tasks.states_of_rows(session, model_id, row_ids))


def project_with(
    session: Session,
    model_id: int,
    row_ids: Sequence[str],
    coming: Sequence[Event],
    queued: Sequence[TaskState],
) -> dict[str, Current]:
    """The same with events that this transaction appends as its last act.

    Args:
        session: of the transaction.
        model_id: of the rows.
        row_ids: which rows.
        coming: their events that are not stored yet.
        queued: their tasks, as they are under the lock.
    """
    history = events.of_rows(session, model_id, row_ids)
    for event in coming:
        history.setdefault(event.row_id, []).append(event)
    want = {task.row_id: task.want for task in queued}
    folded = {row_id: fold(history.get(row_id, ()), want.get(row_id, 1)) for row_id in row_ids}
    changed = [_state_values(task, history.get(task.row_id, ()), folded[task.row_id]) for task in queued]
    if changed:
        session.connection().execute(_CLOSE, changed)
    standing = {row_id: current for row_id, current in folded.items() if current is not None}
    _write(session, model_id, row_ids, standing)
    return standing


def rebuild(session: Session, model_id: int) -> int:
    """Project every row of the model anew from its events; gives the number of rows that hold something."""
    session.connection().execute(delete(CURRENT).where(CURRENT.c.model_id == model_id))
    return len(project(session, model_id, events.rows_with_events(session, model_id)))


def read(session: Session, model_id: int) -> dict[str, Current]:
    """Row -> what holds for it, for every row that somebody answered."""
    rows = session.connection().execute(_OF_MODEL, {"model": model_id})
    return {row.row_id: _current(row) for row in rows}


def of_rows(session: Session, model_id: int, row_ids: Sequence[str]) -> dict[str, Current]:
    """Row -> what holds for it, for those of these rows that somebody answered."""
    standing: dict[str, Current] = {}
    for part in parts(row_ids):
        rows = session.connection().execute(_OF_ROWS, {"model": model_id, "rows": part})
        standing |= {row.row_id: _current(row) for row in rows}
    return standing


def newest_settled(session: Session, model_id: int, label: str, limit: int) -> list[str]:
    """Rows that experts settled as this label, the newest first."""
    return list(session.exec(_rows_settled_as(model_id, label).limit(limit)).all())


def newest_examples(session: Session, model_id: int, label: str, limit: int) -> list[str]:
    """The same, of those whose votes are for everybody to see.

    Without rows that are kept apart for comparisons, that are asked blind, or are asked about still.
    """
    hidden = select(LabelTask.row_id).where(
        LabelTask.model_id == model_id, _same_row(), or_(LabelTask.blind, col(LabelTask.state) == "open")
    )
    apart = holdouts.rows_apart(model_id).where(col(HoldoutRow.row_id) == LabelCurrent.row_id)
    query = _rows_settled_as(model_id, label).where(~hidden.exists(), ~apart.exists())
    return list(session.exec(query.limit(limit)).all())


def _rows_settled_as(model_id: int, label: str) -> SelectOfScalar[str]:
    query = select(LabelCurrent.row_id).where(
        LabelCurrent.model_id == model_id, LabelCurrent.state == "settled", LabelCurrent.label == label
    )
    return query.order_by(col(LabelCurrent.updated_at).desc())


def conflicts(session: Session, model_id: int, limit: int) -> list[Current]:
    """Rows on which experts differ, those that have waited longest first."""
    query = _OF_MODEL.where(CURRENT.c.state == "conflict")
    query = query.order_by(CURRENT.c.updated_at, CURRENT.c.row_id).limit(limit)
    return [_current(row) for row in session.connection().execute(query, {"model": model_id})]


def without_label(session: Session, model_id: int) -> set[str]:
    """Rows on which experts have said that they cannot tell, or that something else is wrong."""
    query = select(LabelCurrent.row_id).where(
        LabelCurrent.model_id == model_id, col(LabelCurrent.state).in_(("unsure", "flagged"))
    )
    return set(session.exec(query).all())


def outcomes(session: Session, model_id: int) -> dict[str, int]:
    """How many asked items came out how: changed, kept, unsure, flagged, conflict."""
    same = and_(col(LabelCurrent.state) == "settled", col(LabelCurrent.label) == col(LabelTask.given))
    outcome = case(
        (same, "kept"), (col(LabelCurrent.state) == "settled", "changed"), else_=col(LabelCurrent.state)
    )
    query = (
        select(outcome, func.count())
        .select_from(LabelCurrent)
        .join(LabelTask, and_(col(LabelTask.model_id) == LabelCurrent.model_id, _same_row()))
        .where(LabelCurrent.model_id == model_id, LabelTask.state != "withdrawn")
        .group_by(outcome)
    )
    return dict(session.exec(query).all())


def _same_row() -> Any:
    return col(LabelTask.row_id) == col(LabelCurrent.row_id)


def _state_values(task: TaskState, history: Sequence[Event], current: Current | None) -> dict[str, Any]:
    state = "open" if current is None else TASK_STATE[current.state]
    state = "withdrawn" if task.state == "withdrawn" else state
    return {"task": task.id, "now": state, "number": len(opinions(history))}


def _write(session: Session, model_id: int, row_ids: Sequence[str], standing: Mapping[str, Current]) -> None:
    connection = session.connection()
    for part in parts([row_id for row_id in row_ids if row_id not in standing]):
        connection.execute(_REMOVE, {"model": model_id, "rows": part})
    if standing:
        rows = [
            {
                "model_id": model_id,
                "row_id": current.row_id,
                "label": current.label,
                "state": current.state,
                "votes": dict(current.votes),
                "version": current.version,
                "updated_at": current.updated_at,
            }
            for current in standing.values()
        ]
        connection.execute(_replace(connection.dialect.name), rows)


@cache
def _replace(dialect: str) -> Any:
    """SQL: write what holds for a row in place of what did."""
    new = (postgresql if dialect == "postgresql" else sqlite).insert(CURRENT)
    values = {column.name: new.excluded[column.name] for column in CURRENT.c if not column.primary_key}
    return new.on_conflict_do_update(index_elements=CURRENT.primary_key.columns.keys(), set_=values)


def _current(row: Any) -> Current:
    state = cast("State", row.state)
    return Current(row.row_id, state, row.label, row.version, row.updated_at, row.votes)
