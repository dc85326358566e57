"""The items as the labeller asks about them, and the latest annotations that can still be taken back."""

from collections.abc import Sequence

from typing_extensions import TypedDict

from core.annotation.events import OPINIONS, Event
from core.annotation.queue import steps
from core.model import ModelSpec
from core.services.annotation.items import ItemPayload, payload
from core.store.annotation import events, tasks
from core.store.engine import reading
from core.store.tables import LabelTask
from core.store.workspace import Workspace

RECENT = 60
UNDOABLE = 10
"""Steps that can be taken back after a reload: an annotation, or those of a grid."""


class Question(ItemPayload):
    """A leased item with what is known about it."""

    task: int
    """Number of the task."""
    given: str | None
    """Its present label; null when it has none."""
    suggested: str | None
    """The label that the models expect."""
    blind: bool
    """Whether label and suggestion are not to be shown."""
    reasons: list[str]
    """Why it is suspect."""


class RecentAnnotation(TypedDict):
    """An annotation of before, so that it can be taken back after a reload."""

    uid: str
    """The name that the tab gave it."""
    action: str
    """What was done: label, unsure, flag, adjudicate, import or skip."""
    label: str | None
    """The label that was chosen."""
    at: int
    """When, in milliseconds since 1970."""
    item: Question
    """The item as it was asked about."""


def questions(ws: Workspace, spec: ModelSpec, queued: Sequence[LabelTask]) -> list[Question]:
    """Tasks with what is shown of their rows; a row that left the lake is not asked about."""
    items = {item["row_id"]: item for item in payload(ws, spec, [task.row_id for task in queued])}
    return [
        Question(
            **items[task.row_id],
            task=task.id or 0,
            given=task.given,
            suggested=task.suggested,
            blind=task.blind,
            reasons=task.reasons,
        )
        for task in queued
        if task.row_id in items
    ]


def recent_annotations(ws: Workspace, spec: ModelSpec, person: str) -> list[RecentAnnotation]:
    """The latest annotations of this person that stand, oldest first."""
    with reading(ws.engine) as session:
        latest_events = events.recent(session, spec.id, person, RECENT)
        undone = {event.supersedes for _, event in latest_events if event.action == "undo"}
        standing = {
            task_id: event
            for task_id, event in reversed(latest_events)
            if task_id is not None and event.action in {*OPINIONS, "skip"} and event.uid not in undone
        }
        latest = sorted(standing.items(), key=lambda pair: (pair[1].at, pair[1].uid))
        undoable = sum(map(len, steps([event.at for _, event in latest])[-UNDOABLE:]))
    return as_recent(ws, spec, latest[len(latest) - undoable :])


def as_recent(ws: Workspace, spec: ModelSpec, latest: Sequence[tuple[int, Event]]) -> list[RecentAnnotation]:
    """Annotations with the items that they are about; those of rows that left the lake are left out."""
    with reading(ws.engine) as session:
        queued = tasks.of_ids(session, spec.id, [task_id for task_id, _ in latest])
    items = {item["task"]: item for item in questions(ws, spec, list(queued.values()))}
    return [
        RecentAnnotation(
            uid=event.uid,
            action=event.action,
            label=event.label,
            at=int(event.at.timestamp() * 1000),
            item=items[task_id],
        )
        for task_id, event in latest
        if task_id in items
    ]
