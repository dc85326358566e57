"""Experts never lose an answer, never answer twice by accident and never get each other's items."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import event

from core.errors import BusyError
from core.services.annotation import annotate
from core.services.annotation.questions import recent_annotations
from core.store.annotation import claims, current, events, tasks
from core.store.engine import reading, writing
from core.store.types import now
from tests import seed


@pytest.fixture
def ws(tmp_path):
    ws = seed.digits(tmp_path, 12)
    yield ws
    ws.engine.dispose()


def desk(ws, person="ann", holder="tab-1"):
    return annotate.open_desk(ws, "digits", person, holder)


def answer(item, action="label", label="9", **more):
    at = int(now().timestamp() * 1000)
    return {"uid": str(uuid4()), "task": item["task"], "action": action, "label": label, "at": at} | more


def test_two_people_get_different_items(ws):
    first = {item["task"] for item in annotate.lease(ws, desk(ws), [], 6)}
    second = {item["task"] for item in annotate.lease(ws, desk(ws, "bob", "tab-2"), [], 12)}
    assert len(first) == len(second) == 6
    assert not first & second


def test_two_tabs_of_one_person_get_different_items(ws):
    first = {item["task"] for item in annotate.lease(ws, desk(ws), [], 6)}
    second = {item["task"] for item in annotate.lease(ws, desk(ws, holder="tab-2"), [], 12)}
    assert not first & second


@pytest.mark.parametrize("number", [40, 41, 1_000])
def test_one_tab_leases_forty_items_at_most(tmp_path, number):
    """A tab that asks for everything would keep the queue from everybody else."""
    ws = seed.digits(tmp_path, 45)
    assert len(annotate.lease(ws, desk(ws), [], number)) == 40
    other = desk(ws, "bob", "tab-2")
    assert len(annotate.lease(ws, other, [], number, take_over="ann")) == 40
    ws.engine.dispose()


@pytest.mark.parametrize(("seconds", "items"), [(299, 0), (301, 12)])
def test_a_lease_runs_for_five_minutes(ws, seconds, items):
    start = now()
    annotate.lease(ws, desk(ws), [], 12)
    with writing(ws.engine) as session:
        claims.renew(session, "ann", "tab-1", start)
        claims.expire(session, desk(ws).spec.id, start + timedelta(seconds=seconds))
    assert len(annotate.lease(ws, desk(ws, "bob", "tab-2"), [], 12)) == items


def test_what_a_tab_no_longer_holds_is_given_back(ws):
    first = annotate.lease(ws, desk(ws), [], 12)
    assert not annotate.lease(ws, desk(ws, "bob", "tab-2"), [], 12)
    annotate.lease(ws, desk(ws), [first[0]["task"]], 0)
    assert len(annotate.lease(ws, desk(ws, "bob", "tab-2"), [], 12)) == 11
    annotate.leave(ws, desk(ws))
    assert len(annotate.lease(ws, desk(ws, "eve", "tab-3"), [], 12)) == 1


def test_an_expired_lease_goes_to_the_next_person_and_the_late_answer_is_one_more_vote(ws):
    item = annotate.lease(ws, desk(ws), [], 1)[0]
    with writing(ws.engine) as session:
        claims.expire(session, desk(ws).spec.id, now() + timedelta(minutes=6))
    other = annotate.lease(ws, desk(ws, "bob", "tab-2"), [], 1)[0]
    assert other["task"] == item["task"]
    annotate.save(ws, desk(ws, "bob", "tab-2"), [answer(other, label="4")])
    annotate.save(ws, desk(ws), [answer(item, label="9")])
    with reading(ws.engine) as session:
        held = current.read(session, desk(ws).spec.id)[item["row_id"]]
    assert (held.state, len(held.votes)) == ("conflict", 2)
    assert annotate.standing(ws, desk(ws), [item["task"], 999]).closed == [item["task"], 999]


def test_a_tab_that_slept_gets_its_items_back_when_nobody_was_faster(ws):
    mine = [item["task"] for item in annotate.lease(ws, desk(ws), [], 12)]
    with writing(ws.engine) as session:
        claims.expire(session, desk(ws).spec.id, now() + timedelta(minutes=6))
    annotate.lease(ws, desk(ws, "bob", "tab-2"), [], 2)
    annotate.lease(ws, desk(ws), mine, 0)
    assert annotate.lease(ws, desk(ws, "eve", "tab-3"), [], 12) == []
    with writing(ws.engine) as session:
        assert [task.live for task in tasks.of_ids(session, desk(ws).spec.id, mine).values()] == [1] * 12


def test_the_same_batch_sent_again_changes_nothing(ws):
    batch = [answer(item) for item in annotate.lease(ws, desk(ws), [], 3)]
    first, second = annotate.save(ws, desk(ws), batch), annotate.save(ws, desk(ws), batch + batch)
    assert first[0] == [each["uid"] for each in batch]
    assert set(second[0]) == set(first[0])
    with reading(ws.engine) as session:
        assert events.last_seq(session, desk(ws).spec.id) == 3
        assert len(events.corrections(session, desk(ws).spec.id)) == 3


def test_undo_is_an_event_and_the_item_comes_back(ws):
    item = annotate.lease(ws, desk(ws), [], 1)[0]
    first = answer(item, label="9")
    annotate.save(ws, desk(ws), [first])
    assert [each["uid"] for each in recent_annotations(ws, desk(ws).spec, "ann")] == [first["uid"]]
    annotate.save(ws, desk(ws), [answer(item, "undo", None, supersedes=first["uid"])])
    assert recent_annotations(ws, desk(ws).spec, "ann") == []
    assert annotate.progress(ws, "digits").done == 0
    annotate.leave(ws, desk(ws))
    again = annotate.lease(ws, desk(ws), [], 1)[0]
    assert again["task"] == item["task"]
    annotate.save(ws, desk(ws), [answer(again, label="4")])
    with reading(ws.engine) as session:
        assert events.corrections(session, desk(ws).spec.id) == {item["row_id"]: "4"}


def test_a_grid_is_one_of_the_steps_that_can_be_taken_back_after_a_reload(ws):
    items = annotate.lease(ws, desk(ws), [], 12)
    begin = int(now().timestamp() * 1000) - 60_000
    moments = [begin, begin + 1000, begin + 2000, begin + 2001, *(begin + 1000 * n for n in range(3, 11))]
    annotate.save(ws, desk(ws), [answer(item, at=at) for item, at in zip(items, moments, strict=True)])
    assert [each["at"] for each in recent_annotations(ws, desk(ws).spec, "ann")] == moments[1:]


def test_a_skipped_item_passes_to_others_and_comes_back_only_on_demand(ws):
    item = annotate.lease(ws, desk(ws), [], 1)[0]
    annotate.save(ws, desk(ws), [answer(item, "skip", None)])
    rest = [each["task"] for each in annotate.lease(ws, desk(ws), [], 12)]
    assert item["task"] not in rest
    assert annotate.progress(ws, "digits", "ann").skipped == 1
    assert [each["task"] for each in annotate.lease(ws, desk(ws), rest, 12, again=True)] == [item["task"]]


def test_progress_tells_changed_from_kept(ws):
    items = annotate.lease(ws, desk(ws), [], 4)
    batch = [
        answer(items[0], label=items[0]["given"]),
        answer(items[1], label=items[1]["suggested"]),
        answer(items[2], "unsure", None),
        answer(items[3], "flag", None),
    ]
    annotate.save(ws, desk(ws), batch)
    seen = annotate.progress(ws, "digits", "ann")
    assert (seen.kept, seen.changed, seen.unsure, seen.flagged) == (1, 1, 1, 1)
    assert (seen.open, seen.done, seen.total) == (8, 4, 12)


@pytest.mark.parametrize(
    "wrong",
    [
        {"label": "ten"},
        {"action": "adjudicate"},
        {"action": "note"},
        {"uid": "1"},
        {"task": 10**6},
        {"at": "now"},
        {"at": -1},
        {"shown": "some"},
        {"action": "undo"},
    ],
)
def test_one_bad_answer_does_not_hold_up_the_others(ws, wrong):
    items = annotate.lease(ws, desk(ws), [], 2)
    good = answer(items[0])
    saved, refused = annotate.save(ws, desk(ws), [answer(items[1]) | wrong, good, "nonsense"])
    assert saved == [good["uid"]]
    assert len(refused) == 2
    assert all(each["message"] and each["hint"] for each in refused)


def test_an_answer_that_is_stored_meanwhile_for_another_item_changes_nothing(ws, monkeypatch):
    """Its event is not stored again, so that nothing may follow from it; the tab sends it once more."""
    one, other = annotate.lease(ws, desk(ws), [], 2)
    first = answer(one)
    annotate.save(ws, desk(ws), [first])
    known_uids, looks = events.known_uids, iter([True])
    monkeypatch.setattr(
        events, "known_uids", lambda *query: set() if next(looks, False) else known_uids(*query)
    )
    with pytest.raises(BusyError):
        annotate.save(ws, desk(ws), [answer(other, uid=first["uid"])])
    with reading(ws.engine) as session:
        assert tasks.states_of_ids(session, desk(ws).spec.id, [other["task"]]) == {other["task"]: "open"}
        assert events.last_seq(session, desk(ws).spec.id) == 1


def test_one_answer_takes_few_statements_and_more_take_no_more(ws):
    """Fifty experts at once: each statement of a saved answer is paid tens of times a second."""
    at = desk(ws)
    items = annotate.lease(ws, at, [], 12)
    held = [item["task"] for item in items]

    def statements(number):
        count = []
        listen = ("before_cursor_execute", lambda *_: count.append(1))
        event.listen(ws.engine, *listen)
        annotate.save(ws, at, [answer(items.pop()) for _ in range(number)])
        annotate.standing(ws, at, held[: len(items)])
        event.remove(ws.engine, *listen)
        return len(count)

    assert statements(1) == statements(5) <= 22
