"""Who has the items that are kept from a tab; they can be taken over, and no answer is lost by it."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlmodel import select

from core.services.annotation import annotate
from core.services.operations import history
from core.store import audit
from core.store.annotation import claims, current, events, tasks
from core.store.engine import reading, writing
from core.store.tables import LabelTask
from core.store.types import now
from tests import seed


@pytest.fixture
def ws(tmp_path):
    ws = seed.digits(tmp_path, 12)
    yield ws
    ws.engine.dispose()


def desk(ws, person="ann", holder="ann-1"):
    return annotate.open_desk(ws, "digits", person, holder)


def give(ws, at, items, label="9", action="label"):
    moment = int(now().timestamp() * 1000)
    sent = [
        {"uid": str(uuid4()), "task": item["task"], "action": action, "label": label, "at": moment}
        for item in items
    ]
    assert annotate.save(ws, at, sent) == ([each["uid"] for each in sent], [])


def seen(ws, at):
    return annotate.progress(ws, "digits", at.person, at.holder)


def elsewhere(ws, at):
    return [(each["person"], each["mine"], each["number"]) for each in seen(ws, at).elsewhere]


def test_who_has_the_rest_is_said_with_the_moment_it_was_taken(ws):
    ann, bob = desk(ws), desk(ws, "bob", "bob-1")
    before = now()
    items = annotate.lease(ws, bob, [], 12)
    taken = now()
    annotate.lease(ws, bob, [item["task"] for item in items], 0)
    give(ws, bob, items[:9])
    assert annotate.lease(ws, ann, [], 12) == []
    (held,) = seen(ws, ann).elsewhere
    assert (held["person"], held["mine"], held["number"]) == ("bob", False, 3)
    since, until = (datetime.fromisoformat(held[name]) for name in ("since", "until"))
    assert before <= since <= taken <= until - claims.LEASE <= now()
    assert (seen(ws, ann).done, seen(ws, ann).total) == (9, 12)
    assert seen(ws, bob).elsewhere == []


def test_the_same_persons_other_tab_is_told_apart_from_this_one(ws):
    first, second = desk(ws), desk(ws, holder="ann-2")
    annotate.lease(ws, first, [], 8)
    annotate.lease(ws, second, [], 12)
    assert elsewhere(ws, first) == [("ann", True, 4)]
    assert elsewhere(ws, second) == [("ann", True, 8)]


def test_a_lease_that_ran_out_keeps_nothing_from_anybody(ws):
    annotate.lease(ws, desk(ws, "bob", "bob-1"), [], 12)
    with writing(ws.engine) as session:
        assert (
            claims.other_leases(session, desk(ws).spec.id, "ann", "ann-1", now() + timedelta(minutes=6)) == []
        )


def test_an_item_with_room_for_one_more_answer_is_kept_from_nobody(ws):
    with writing(ws.engine) as session:
        for task in session.exec(select(LabelTask)).all():
            task.want = 2
    ann, bob = desk(ws), desk(ws, "bob", "bob-1")
    items = annotate.lease(ws, bob, [], 12)
    assert elsewhere(ws, ann) == []
    give(ws, bob, items[:5])
    assert (seen(ws, bob).waiting, seen(ws, bob).done) == (5, 0)
    annotate.lease(ws, ann, [], 12)
    assert elsewhere(ws, desk(ws, "eve", "eve-1")) == [("ann", False, 5), ("bob", False, 7)]


def test_taking_over_moves_the_leases_and_is_written_down(ws):
    ann, bob = desk(ws), desk(ws, "bob", "bob-1")
    theirs = [item["task"] for item in annotate.lease(ws, bob, [], 12)]
    mine = [item["task"] for item in annotate.lease(ws, ann, [], 5, take_over="bob")]
    assert mine == theirs[:5]
    assert elsewhere(ws, ann) == [("bob", False, 7)]
    annotate.lease(ws, bob, theirs, 0)
    assert annotate.standing(ws, bob, theirs).lost == dict.fromkeys(mine, "ann")
    assert annotate.standing(ws, bob, theirs).closed == []
    with reading(ws.engine) as session:
        (entry,) = audit.entries(session, ann.spec.id, actions={"take over"})
        assert [task.live for task in tasks.of_ids(session, ann.spec.id, theirs).values()] == [1] * 12
    assert (entry.person, entry.body["from"], entry.body["items"]) == ("ann", "bob", 5)
    assert entry.body["rows"] == [f"r{n}" for n in range(5)]
    assert "ann took over 5 items to relabel from bob" in set(history.timeline(ws, "digits")["sentence"])


def test_a_crashed_browser_of_ones_own_is_taken_over(ws):
    before, after = desk(ws), desk(ws, holder="ann-2")
    theirs = [item["task"] for item in annotate.lease(ws, before, [], 12)]
    assert [item["task"] for item in annotate.lease(ws, after, [], 40, take_over="ann")] == theirs
    assert elsewhere(ws, after) == []
    assert elsewhere(ws, before) == [("ann", True, 12)]


def test_answers_of_the_other_tab_that_come_after_a_take_over_count(ws):
    ann, bob = desk(ws), desk(ws, "bob", "bob-1")
    items = annotate.lease(ws, bob, [], 12)
    annotate.lease(ws, ann, [], 12, take_over="bob")
    give(ws, bob, items[:2], "4")
    give(ws, ann, items[1:3], "9")
    with reading(ws.engine) as session:
        held = current.read(session, ann.spec.id)
        assert events.last_seq(session, ann.spec.id) == 4
    assert (held["r0"].label, held["r1"].state, held["r2"].label) == ("4", "conflict", "9")
    assert annotate.standing(ws, ann, [items[0]["task"]]).closed == [items[0]["task"]]


def test_nothing_to_take_over_is_not_written_down(ws):
    assert len(annotate.lease(ws, desk(ws), [], 3, take_over="bob")) == 3
    with reading(ws.engine) as session:
        assert audit.entries(session, desk(ws).spec.id, actions={"take over"}) == []


def test_a_skipped_item_that_somebody_else_has_is_with_them_and_not_offered_again(ws):
    ann, bob = desk(ws), desk(ws, "bob", "bob-1")
    items = annotate.lease(ws, ann, [], 12)
    give(ws, ann, items[:1], None, "skip")
    assert (seen(ws, ann).skipped, elsewhere(ws, ann)) == (1, [])
    annotate.lease(ws, bob, [], 1)
    assert (seen(ws, ann).skipped, elsewhere(ws, ann)) == (0, [("bob", False, 1)])


def test_an_answer_that_is_taken_back_in_the_tab_whose_item_moved_is_saved(ws):
    """A second lease for the same person broke the request, which was sent again for ever."""
    first, second = desk(ws), desk(ws, holder="ann-2")
    item = annotate.lease(ws, first, [], 12)[0]
    annotate.lease(ws, second, [], 12, take_over="ann")
    at = int(now().timestamp() * 1000)
    given = {"uid": str(uuid4()), "task": item["task"], "action": "label", "label": "9", "at": at}
    back = {"uid": str(uuid4()), "task": item["task"], "action": "undo", "supersedes": given["uid"], "at": at}
    assert annotate.save(ws, first, [given, back]) == ([given["uid"], back["uid"]], [])
    with reading(ws.engine) as session:
        assert events.last_seq(session, first.spec.id) == 2
        (task,) = tasks.of_rows(session, first.spec.id, [item["row_id"]])
        assert (task.state, task.live) == ("open", 1)


def test_what_only_the_end_card_shows_is_counted_when_a_tab_has_nothing_left(ws):
    """It grows with the queue: counted with every answer it took most of the server's time."""
    ann, bob = desk(ws), desk(ws, "bob", "bob-1")
    hand = [item["task"] for item in annotate.lease(ws, ann, [], 7)]
    annotate.lease(ws, bob, [], 5)
    while_asking = annotate.standing(ws, ann, hand).progress
    assert (while_asking.changed, while_asking.waiting, while_asking.elsewhere) == (None, None, [])
    assert (while_asking.open, while_asking.total) == (seen(ws, ann).open, 12)
    at_the_end = annotate.standing(ws, ann, []).progress
    assert (at_the_end.changed, at_the_end.waiting, len(at_the_end.elsewhere)) == (0, 0, 1)
    assert annotate.standing(ws, bob, hand).progress.changed == 0  # all that it held is with ann
    assert annotate.standing(ws, bob, hand, new_items=True).progress.changed is None
