"""Many experts at once: two people answer every item once each, and every lease is given back."""

import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlmodel import select

from core.services.annotation import annotate
from core.store.annotation import current, events, tasks
from core.store.chain.verify import verify
from core.store.engine import reading, writing
from core.store.tables import LabelTask
from core.store.types import now
from tests import seed

ITEMS, EXPERTS, TRIES = 40, 8, 2_000


@pytest.fixture(params=["sqlite", "postgresql"])
def ws(request, tmp_path, monkeypatch):
    if request.param == "postgresql":
        monkeypatch.setenv("CARETAKER_DATABASE_URL", request.getfixturevalue("postgres"))
    ws = seed.records(tmp_path, ITEMS)
    with writing(ws.engine) as session:
        for task in session.exec(select(LabelTask)).all():
            task.want = 2
    yield ws
    ws.engine.dispose()


def test_eight_experts_share_a_queue_of_two_opinions(ws):
    """On PostgreSQL they number their events at once: none may be lost, nor a number be out of order."""
    model_id = seed.the_spec(ws, "bookings").id

    def work(name):
        desk = annotate.open_desk(ws, "bookings", name, f"tab of {name}")
        for _ in range(TRIES):
            items = annotate.lease(ws, desk, [], 5)
            at = int(now().timestamp() * 1000)
            sent = [
                {"uid": str(uuid4()), "task": item["task"], "action": "label", "label": "kept", "at": at}
                for item in items
            ]
            assert annotate.save(ws, desk, sent) == ([one["uid"] for one in sent], [])
            if not items and annotate.progress(ws, "bookings").open == 0:
                return
            time.sleep(0 if items else 0.02)  # others have what is left, or had it just then

    with ThreadPoolExecutor(EXPERTS) as pool:
        list(pool.map(work, [f"expert {n}" for n in range(EXPERTS)]))
    with reading(ws.engine) as session:
        assert events.last_seq(session, model_id) == 2 * ITEMS
        assert {len(one.votes) for one in current.read(session, model_id).values()} == {2}
        queue = tasks.of_rows(session, model_id, [f"r{n}" for n in range(ITEMS)])
        assert {(task.state, task.done, task.live) for task in queue} == {("settled", 2, 0)}
    report = verify(ws.engine)
    assert report.faults == ()
