"""The queue of items that experts are asked about: one task for each row of a model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import bindparam
from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select

from core.annotation.queue import is_blind
from core.store.tables import LabelTask

AT_ONCE = 500
"""Ids in one IN (...): below every database's limit on parameters."""
TASK: Any = LabelTask.__table__  # type: ignore[attr-defined]
_FIELDS = columns(TASK.c.id, TASK.c.row_id, TASK.c.want, TASK.c.state, TASK.c.done)
_OF_MODEL = _FIELDS.where(TASK.c.model_id == bindparam("model"))
_OF_ROWS = _OF_MODEL.where(TASK.c.row_id.in_(bindparam("rows", expanding=True)))
_OF_IDS = TASK.c.id.in_(bindparam("ids", expanding=True))
_LOCKED = _OF_MODEL.where(_OF_IDS).order_by(TASK.c.id).with_for_update()
_STATES_OF_IDS = select(TASK.c.id, TASK.c.state).where(TASK.c.model_id == bindparam("model"), _OF_IDS)
_COUNTED = select(TASK.c.state, func.count().label("tasks")).where(TASK.c.model_id == bindparam("model"))
_COUNTS = _COUNTED.where(TASK.c.state != "withdrawn").group_by(TASK.c.state)


class TaskState(NamedTuple):
    """How a task is, to those who write many: no object that the session watches."""

    id: int
    row_id: str
    want: int
    state: str
    done: int


@dataclass(frozen=True, slots=True)
class NewTask:
    """An item to ask about.

    Attributes:
        kind: "suspect", "unlabelled", "audit" or "disagreement".
        priority: the smaller, the earlier it is asked (a rank, for example).
        want: how many different people shall answer.
        blind: hide given label and suggestion until answered; None = decided by a fixed share of the rows.
    """

    row_id: str
    priority: float
    kind: str = "suspect"
    given: str | None = None
    suggested: str | None = None
    reasons: Sequence[str] = ()
    want: int = 1
    blind: bool | None = None


def parts(row_ids: Sequence[str]) -> Iterator[list[str]]:
    """The ids in portions that every database takes in one query."""
    for start in range(0, len(row_ids), AT_ONCE):
        yield list(row_ids[start : start + AT_ONCE])


def create(session: Session, model_id: int, items: Sequence[NewTask]) -> int:
    """Queue items; gives the number of tasks that became open by it.

    A row has one task: an open or settled one is left alone, a withdrawn one is opened again. An open one
    that must be asked blind now is asked blind, and as early as either says.
    """
    unique = {item.row_id: item for item in items}
    known = {task.row_id: task for task in of_rows(session, model_id, list(unique))}
    opened = 0
    for row_id, item in unique.items():
        task = known.get(
            row_id, LabelTask(model_id=model_id, row_id=row_id, kind="", state="withdrawn", priority=0)
        )
        if task.state == "open" and item.blind:
            task.blind, task.priority = True, min(task.priority, item.priority)
            session.add(task)
        if task.state != "withdrawn":
            continue
        task.state, task.kind, task.priority, task.want = "open", item.kind, item.priority, item.want
        task.given, task.suggested, task.reasons = item.given, item.suggested, list(item.reasons)
        task.blind = is_blind(row_id) if item.blind is None else item.blind
        session.add(task)
        opened += 1
    session.flush()
    return opened


def withdraw(session: Session, model_id: int, row_ids: Sequence[str]) -> int:
    """Take open items out of the queue; answered ones stay as they are."""
    open_ones = [task for task in of_rows(session, model_id, row_ids) if task.state == "open"]
    for task in open_ones:
        task.state = "withdrawn"
        session.add(task)
    session.flush()
    return len(open_ones)


def of_rows(
    session: Session, model_id: int, row_ids: Sequence[str], *, lock: bool = False
) -> list[LabelTask]:
    """The tasks of these rows; `lock` holds them until the transaction ends."""
    tasks: list[LabelTask] = []
    for part in parts(row_ids):
        query = select(LabelTask).where(LabelTask.model_id == model_id, col(LabelTask.row_id).in_(part))
        query = query.order_by(col(LabelTask.id)).execution_options(populate_existing=True)
        tasks += session.exec(query.with_for_update() if lock else query).all()
    return tasks


def of_ids(session: Session, model_id: int, ids: Sequence[int]) -> dict[int, LabelTask]:
    """The tasks of this model with these ids."""
    query = select(LabelTask).where(LabelTask.model_id == model_id, col(LabelTask.id).in_(ids))
    query = query.order_by(col(LabelTask.id)).execution_options(populate_existing=True)
    return {task.id or 0: task for task in session.exec(query).all()}


def lock(session: Session, model_id: int, ids: Sequence[int]) -> dict[int, TaskState]:
    """The tasks of this model with these ids, which are ours until the transaction ends."""
    rows = session.connection().execute(_LOCKED, {"model": model_id, "ids": ids})
    return {row.id: TaskState(*row) for row in rows}


def states_of_rows(session: Session, model_id: int, row_ids: Sequence[str]) -> list[TaskState]:
    """How the tasks of these rows are, in no particular order."""
    states: list[TaskState] = []
    for part in parts(row_ids):
        states += map(
            TaskState._make, session.connection().execute(_OF_ROWS, {"model": model_id, "rows": part})
        )
    return states


def states_of_ids(session: Session, model_id: int, ids: Sequence[int]) -> dict[int, str]:
    """Task -> its state, of the tasks of this model with these ids."""
    if not ids:
        return {}
    rows = session.connection().execute(_STATES_OF_IDS, {"model": model_id, "ids": ids})
    return {row.id: row.state for row in rows}


def counts(session: Session, model_id: int) -> dict[str, int]:
    """Number of tasks in each state, without the withdrawn ones."""
    rows = session.connection().execute(_COUNTS, {"model": model_id})
    return {row.state: row.tasks for row in rows}


def asks_several(session: Session, model_id: int) -> bool:
    """Whether more than one person is asked about some item, or was."""
    query = select(LabelTask.id).where(
        LabelTask.model_id == model_id, LabelTask.want > 1, LabelTask.state != "withdrawn"
    )
    return session.exec(query.limit(1)).first() is not None


def rows_of_kind(session: Session, model_id: int, kind: str) -> set[str]:
    """Keys of the rows that are asked about, or were, for that reason."""
    query = select(LabelTask.row_id).where(
        LabelTask.model_id == model_id, LabelTask.kind == kind, LabelTask.state != "withdrawn"
    )
    return set(session.exec(query).all())


def states(session: Session, model_id: int) -> dict[str, str]:
    """Row -> state of its task."""
    query = select(LabelTask.row_id, LabelTask.state).where(LabelTask.model_id == model_id)
    return dict(session.exec(query).all())
