"""What stands beside an item: its history, examples of classes, and what this person chose before."""

from collections.abc import Sequence

from typing_extensions import TypedDict

from core.annotation.events import opinions, valid_events
from core.errors import DataError
from core.model import ModelSpec
from core.services.annotation.annotate import Desk
from core.services.annotation.experts import pseudonyms
from core.services.annotation.items import ItemPayload, payload
from core.services.annotation.questions import RecentAnnotation, as_recent
from core.store.annotation import current, events, tasks
from core.store.engine import reading
from core.store.workspace import Workspace

EXAMPLES = 3
"""Of a class: as many as stand side by side on a telephone."""
MOST_CLASSES = 10
"""As many as have a key; of more classes those in question are asked for."""
MOST_OWN = 20


class PastEvent(TypedDict):
    """What one person did to the item."""

    person: str
    """Who: "You", or an expert by letter."""
    action: str
    """What was done: label, import, adjudicate, unsure, flag, skip or note."""
    label: str | None
    """The label that was chosen."""
    note: str | None
    """A remark."""
    at: int
    """When, in milliseconds since 1970."""
    undone: bool
    """Whether that person took it back."""


class ItemHistory(TypedDict):
    """The history of an item."""

    events: list[PastEvent]
    """What is told of it, oldest first."""
    hidden: int
    """How many events of others stay hidden until this person has an opinion."""


class ClassExamples(TypedDict):
    """Items of one class."""

    label: str
    """The class."""
    items: list[ItemPayload]
    """Items that experts settled as this class, the newest first."""


def item_history(ws: Workspace, at: Desk, task_id: int) -> ItemHistory:
    """Who did what to the item, by letters.

    Of an item that is asked blind, or of several people, the others' part is hidden until this person has an
    opinion: it would pull theirs.

    Raises:
        DataError: the item is not in the queue.
    """
    with reading(ws.engine) as session:
        task = tasks.of_ids(session, at.spec.id, [task_id]).get(task_id)
        if task is None:
            raise DataError("This item is not in the queue.", "Reload the page.")
        past = events.of_rows(session, at.spec.id, [task.row_id]).get(task.row_id, [])
        names = pseudonyms(at.spec.name, events.people(session, at.spec.id))
    hide = (task.blind or task.want > 1) and at.person not in opinions(past)
    valid = {event.uid for event in valid_events(past)}
    ordered = sorted(past, key=lambda event: (event.at, event.uid))
    history = [event for event in ordered if event.action != "undo"]
    visible = [event for event in history if not hide or event.person == at.person]
    return ItemHistory(
        events=[
            PastEvent(
                person="You" if event.person == at.person else names.get(event.person, "Somebody"),
                action=event.action,
                label=event.label,
                note=event.note,
                at=int(event.at.timestamp() * 1000),
                undone=event.uid not in valid,
            )
            for event in visible
        ],
        hidden=len(history) - len(visible),
    )


def class_examples(ws: Workspace, spec: ModelSpec, labels: Sequence[str]) -> list[ClassExamples]:
    """Settled items of these classes, at most ten of them, in the order asked for."""
    labels = list(dict.fromkeys(labels))[:MOST_CLASSES]
    with reading(ws.engine) as session:
        rows = {label: current.newest_settled(session, spec.id, label, EXAMPLES) for label in labels}
    row_ids = [row_id for row_ids in rows.values() for row_id in row_ids]
    items = {item["row_id"]: item for item in payload(ws, spec, row_ids)}
    return [
        ClassExamples(label=label, items=[items[row_id] for row_id in rows[label] if row_id in items])
        for label in labels
    ]


def own_annotations(ws: Workspace, at: Desk, words: str) -> list[RecentAnnotation]:
    """What this person chose and stands, the newest twenty with the words in label, note or row."""
    with reading(ws.engine) as session:
        latest = events.own(session, at.spec.id, at.person, words.strip(), MOST_OWN)
    return as_recent(ws, at.spec, latest)
