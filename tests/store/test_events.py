"""Events are appended once and never changed; the projection is what a rebuild would give."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import DatabaseError

from core.annotation.events import Event, EventRecord
from core.store.annotation import current, events, tasks
from core.store.annotation.tasks import NewTask
from core.store.engine import reading, writing
from core.store.tables import LabelEvent
from tests import seed

NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def ws(tmp_path):
    ws = seed.digits(tmp_path, 6)
    yield ws
    ws.engine.dispose()


@pytest.fixture
def model_id(ws):
    return seed.the_spec(ws).id


def history(seed_number):
    """Events of three people on six rows, with undos."""
    draw = random.Random(seed_number)
    found = []
    for n in range(60):
        action = draw.choice(["label", "label", "unsure", "skip", "flag", "undo"])
        mine = draw.choice(["ann", "bob", "eve"])
        before = [e for e in found if e.person == mine] if action == "undo" else []
        row = f"r{draw.randrange(6)}"
        at = NOON + timedelta(seconds=draw.randrange(40))
        if before:
            target = draw.choice(before)
            found.append(Event(f"u{n}", target.row_id, mine, "undo", at, supersedes=target.uid))
        elif action != "undo":
            label = draw.choice("49") if action == "label" else None
            found.append(Event(f"u{n}", row, mine, action, at, label=label))
    return found


@pytest.mark.parametrize("order", range(5))
def test_projection_equals_rebuild_in_any_order(ws, model_id, order):
    sent = history(7)
    random.Random(order).shuffle(sent)
    batches = [sent[k : k + 7] + sent[max(0, k - 3) : k] for k in range(0, len(sent), 7)]
    for batch in batches:
        with writing(ws.engine) as session:
            fresh = events.append(session, model_id, [EventRecord(event) for event in batch])
            current.project(session, model_id, sorted({event.row_id for event in fresh}))
    with writing(ws.engine) as session:
        projected, states = current.read(session, model_id), tasks.states(session, model_id)
        current.rebuild(session, model_id)
        assert current.read(session, model_id) == projected
        assert tasks.states(session, model_id) == states
        assert events.last_seq(session, model_id) == len(sent)
    assert projected


def test_the_database_refuses_to_change_an_event(ws, model_id):
    with writing(ws.engine) as session:
        events.append(session, model_id, [EventRecord(Event("u", "r0", "ann", "label", NOON, label="4"))])
    with pytest.raises(DatabaseError, match="append-only"), writing(ws.engine) as session:
        session.get_one(LabelEvent, "u").label = "9"
    with pytest.raises(DatabaseError, match="append-only"), writing(ws.engine) as session:
        session.delete(session.get_one(LabelEvent, "u"))


def test_numbers_have_no_gaps_and_repeats_take_none(ws, model_id):
    one, two = (EventRecord(Event(uid, "r0", "ann", "note", NOON, note="x")) for uid in ("a", "b"))
    with writing(ws.engine) as session:
        assert [e.uid for e in events.append(session, model_id, [one, one])] == ["a"]
        assert [e.uid for e in events.append(session, model_id, [one, two])] == ["b"]
        assert events.last_seq(session, model_id) == 2


def test_only_settled_rows_are_corrections(ws, model_id):
    answered = [
        Event("a", "r0", "ann", "label", NOON, label="4"),
        Event("b", "r1", "ann", "label", NOON, label="4"),
        Event("c", "r1", "bob", "label", NOON, label="9"),
        Event("d", "r2", "ann", "unsure", NOON),
    ]
    with writing(ws.engine) as session:
        events.append(session, model_id, [EventRecord(event) for event in answered])
        current.project(session, model_id, ["r0", "r1", "r2"])
    with reading(ws.engine) as session:
        assert events.corrections(session, model_id) == {"r0": "4"}
        assert current.outcomes(session, model_id) == {"changed": 1, "conflict": 1, "unsure": 1}


def test_one_answer_of_two_wanted_leaves_the_item_open(ws, model_id):
    with writing(ws.engine) as session:
        tasks.create(session, model_id, [NewTask("extra", 1, want=2)])
        events.append(session, model_id, [EventRecord(Event("a", "extra", "ann", "label", NOON, label="4"))])
        assert current.project(session, model_id, ["extra"]) == {}
        assert tasks.of_rows(session, model_id, ["extra"])[0].done == 1
