"""Many experts at once: every item is answered exactly once, and every lease is given back."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from core.services.annotation import annotate
from core.store.annotation import current, events, tasks
from core.store.engine import reading
from core.store.types import now
from tests import seed

ITEMS, EXPERTS = 80, 8


def test_eight_experts_share_a_queue(tmp_path):
    ws = seed.records(tmp_path, ITEMS)
    model_id = seed.the_spec(ws, "bookings").id

    def work(name):
        desk = annotate.open_desk(ws, "bookings", name, f"tab of {name}")
        while items := annotate.lease(ws, desk, [], 5):
            at = int(now().timestamp() * 1000)
            sent = [
                {"uid": str(uuid4()), "task": item["task"], "action": "label", "label": "kept", "at": at}
                for item in items
            ]
            assert annotate.save(ws, desk, sent) == ([each["uid"] for each in sent], [])

    with ThreadPoolExecutor(EXPERTS) as pool:
        list(pool.map(work, [f"expert {n}" for n in range(EXPERTS)]))
    with reading(ws.engine) as session:
        assert events.last_seq(session, model_id) == ITEMS
        assert {len(held.votes) for held in current.read(session, model_id).values()} == {1}
        queue = tasks.of_rows(session, model_id, [f"r{n}" for n in range(ITEMS)])
        assert {(task.state, task.done, task.live) for task in queue} == {("settled", 1, 0)}
    ws.engine.dispose()
