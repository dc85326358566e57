"""Annotations as tasks that Label Studio imports: what holds of each person, under names that come back.

Of what a file holds Label Studio keeps, when it imports it, the data, the results with their ids, who
completed them (by e-mail), skips and ground truth; times and `unique_id` are for files that come straight
back (`tasks/serializers.py` of label-studio, `add_annotations`).
"""

from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any

from core.annotation.events import Event, opinions, valid_events
from core.annotation.label_studio.names import INSTEAD, ITEM, LABEL, NOTE
from core.annotation.table import name_from


def task(number: int, data: dict[str, Any], events: Iterable[Event], *, numbers: bool) -> dict[str, Any]:
    """A task with the annotations of each person.

    Args:
        number: of the task in the file, from 1.
        data: what is shown, the id of the row among it.
        events: of the row.
        numbers: whether labels are numbers.
    """
    events = list(events)
    people = sorted({event.person for event in events})
    annotations = [one for person in people for one in _annotations(events, person, numbers=numbers)]
    for place, annotation in enumerate(annotations, start=1):
        annotation["id"] = place
    return {"id": number, "data": data, "annotations": annotations, "predictions": []}


def _annotations(events: Sequence[Event], person: str, *, numbers: bool) -> list[dict[str, Any]]:
    """What a person says of the item with their notes, and that they passed it on."""
    own = [event for event in valid_events(events) if event.person == person]
    opinion = opinions(own).get(person)
    notes = [event for event in own if event.note is not None]
    skips = [event for event in own if event.action == "skip"]
    truth = opinion is not None and opinion == _ruling(events)
    carriers = [opinion] if opinion is not None else notes[:1]
    annotations = [
        _annotation(event, _results(opinion, notes, numbers=numbers), truth=truth) for event in carriers
    ]
    return annotations + [_annotation(event, [], skip=True) for event in skips[-1:]]


def _ruling(events: Iterable[Event]) -> Event | None:
    """The adjudication that settles the row."""
    rulings = [event for event in opinions(events).values() if event.action == "adjudicate"]
    return max(rulings, key=lambda event: (event.at, event.uid), default=None)


def _annotation(
    event: Event, results: list[dict[str, Any]], *, truth: bool = False, skip: bool = False
) -> dict[str, Any]:
    moment = event.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    who: dict[str, Any] = {"created_username": event.person}
    if "@" in event.person:
        who["completed_by"] = {"email": event.person}  # one that is no member would be refused
    return {
        "unique_id": event.uid,
        **who,
        "was_cancelled": skip,
        "ground_truth": truth,
        "created_at": moment,
        "updated_at": moment,
        "result": results,
    }


def _results(opinion: Event | None, notes: Sequence[Event], *, numbers: bool) -> list[dict[str, Any]]:
    results = [] if opinion is None else [_opinion(opinion, numbers=numbers)]
    texts = list(dict.fromkeys(event.note for event in notes))
    if texts:
        uid = name_from(notes[0].row_id, notes[0].person, texts)
        results.append(_result(uid, NOTE, "textarea", {"text": texts}))
    return results


def _opinion(event: Event, *, numbers: bool) -> dict[str, Any]:
    if event.label is None:
        return _result(event.uid, INSTEAD, "choices", {"choices": [event.action]})
    if numbers:
        value = float(event.label)
        return _result(event.uid, LABEL, "number", {"number": int(value) if value.is_integer() else value})
    return _result(event.uid, LABEL, "choices", {"choices": [event.label]})


def _result(uid: str, control: str, kind: str, value: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": uid,
        "from_name": control,
        "to_name": ITEM,
        "type": kind,
        "value": value,
        "origin": "manual",
    }
