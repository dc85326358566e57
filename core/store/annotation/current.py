"""What holds for a row now: the projection of its events, rewritten in the same transaction."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlmodel import Session, and_, case, col, delete, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from core.annotation.events import Current, Event, State, fold, opinions
from core.store.annotation import events, tasks
from core.store.annotation.tasks import parts
from core.store.experiments import holdouts
from core.store.tables import HoldoutRow, LabelCurrent, LabelTask

TASK_STATE = {"settled": "settled", "unsure": "settled", "flagged": "settled", "conflict": "conflict"}
"""An item that experts do not know or have flagged needs no further answer from the queue."""


def project(session: Session, model_id: int, row_ids: Sequence[str]) -> dict[str, Current]:
    """Fold the events of these rows into `label_current` and their tasks; gives what holds now.

    Call it with the tasks locked (`tasks.of_rows(lock=True)`), in the transaction that appended the events.
    """
    history = events.of_rows(session, model_id, row_ids)
    tasks_by_row = {task.row_id: task for task in tasks.of_rows(session, model_id, row_ids)}
    folded = {
        row_id: fold(history.get(row_id, ()), tasks_by_row[row_id].want if row_id in tasks_by_row else 1)
        for row_id in row_ids
    }
    for row_id, task in tasks_by_row.items():
        _close_task(task, history.get(row_id, ()), folded[row_id])
        session.add(task)
    standing = {row_id: current for row_id, current in folded.items() if current is not None}
    _write(session, model_id, row_ids, standing)
    return standing


def rebuild(session: Session, model_id: int) -> int:
    """Project every row of the model anew from its events; gives the number of rows that hold something."""
    session.exec(delete(LabelCurrent).where(col(LabelCurrent.model_id) == model_id))
    return len(project(session, model_id, events.rows_with_events(session, model_id)))


def read(session: Session, model_id: int) -> dict[str, Current]:
    """Row -> what holds for it, for every row that somebody answered."""
    rows = session.exec(select(LabelCurrent).where(LabelCurrent.model_id == model_id)).all()
    return {row.row_id: _current(row) for row in rows}


def of_rows(session: Session, model_id: int, row_ids: Sequence[str]) -> dict[str, Current]:
    """Row -> what holds for it, for those of these rows that somebody answered."""
    standing: dict[str, Current] = {}
    for part in parts(row_ids):
        query = select(LabelCurrent).where(
            LabelCurrent.model_id == model_id, col(LabelCurrent.row_id).in_(part)
        )
        standing |= {row.row_id: _current(row) for row in session.exec(query).all()}
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
    query = select(LabelCurrent).where(LabelCurrent.model_id == model_id, LabelCurrent.state == "conflict")
    query = query.order_by(col(LabelCurrent.updated_at), col(LabelCurrent.row_id)).limit(limit)
    return [_current(row) for row in session.exec(query).all()]


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


def _close_task(task: LabelTask, history: Sequence[Event], current: Current | None) -> None:
    task.done = len(opinions(history))
    if task.state != "withdrawn":
        task.state = "open" if current is None else TASK_STATE[current.state]


def _write(session: Session, model_id: int, row_ids: Sequence[str], standing: Mapping[str, Current]) -> None:
    rows: dict[str, LabelCurrent] = {}
    for part in parts(row_ids):
        query = select(LabelCurrent).where(
            LabelCurrent.model_id == model_id, col(LabelCurrent.row_id).in_(part)
        )
        rows |= {row.row_id: row for row in session.exec(query.with_for_update()).all()}
    for row_id, row in rows.items():
        if row_id not in standing:
            session.delete(row)
    for row_id, current in standing.items():
        row = rows.get(row_id) or LabelCurrent(model_id=model_id, row_id=row_id, state="unsure")
        row.state, row.label, row.votes = current.state, current.label, dict(current.votes)
        row.version, row.updated_at = current.version, current.updated_at
        session.add(row)
    session.flush()


def _current(row: LabelCurrent) -> Current:
    state = cast("State", row.state)
    return Current(row.row_id, state, row.label, row.version, row.updated_at, row.votes)
