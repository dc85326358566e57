"""Broken here: many people at once meet a failure of ours, or lose an answer that was confirmed."""

import sqlite3
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from uuid import uuid4

import httpx
import pytest
import uvicorn

from core.access import Person
from core.api.routes import doors
from core.services.annotation import labeller_grants
from core.services.ingestion import api_tokens
from core.store import engine
from core.store.annotation import current, events, tasks
from core.store.engine import SCRIPTS, THREADS, reading
from core.store.types import now
from tests import seed
from tests.api.conftest import Client

EXPERTS, ITEMS, AT_ONCE = 40, 80, 2
TRIES = 200
MODEL = "/api/v1/models/bookings"


@pytest.fixture
def ws(tmp_path, monkeypatch):
    """A home whose database is waited for a moment only."""
    seed.records(tmp_path, ITEMS).engine.dispose()
    monkeypatch.setattr(engine, "FILE_SECONDS", 0.2)
    monkeypatch.setattr(engine, "TURN_SECONDS", 0.4)
    ws = seed.open_home(tmp_path)
    yield ws
    ws.engine.dispose()


@pytest.fixture
def url(ws):
    """The doors on a port of the loopback, as the web process serves them."""
    server = uvicorn.Server(uvicorn.Config(doors(lambda: ws), port=0, log_level="error", lifespan="off"))
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    serving.join(20)


class Expert:
    """One tab at work: asks for items, answers all of them, and comes again when the server says later."""

    def __init__(self, ws, url, name):
        person = Person(name, frozenset({"expert"}))
        self.token = labeller_grants.issue(ws.settings, person, "bookings", now())
        self.url = url
        self.statuses = Counter()
        self.confirmed = []

    def post(self, client, route, **body):
        """Send it until it is answered."""
        for _ in range(TRIES):
            answer = client.post(f"/api/v1/{route}", json={"token": self.token, "holder": "tab", **body})
            self.statuses[answer.status_code] += 1
            if answer.status_code != 503:
                return answer.raise_for_status().json()
            assert int(answer.headers["retry-after"]) > 0
            time.sleep(0.1)
        raise AssertionError("the server was busy all the time")

    def work(self):
        """Answer what there is."""
        with httpx.Client(base_url=self.url, timeout=60) as client:
            while items := self.post(client, "claims", held=[], number=AT_ONCE)["items"]:
                self.confirmed += self.post(client, "answers", answers=list(map(label, items)))["saved"]


def label(item):
    at = int(now().timestamp() * 1000)
    return {"uid": str(uuid4()), "task": item["task"], "action": "label", "label": "kept", "at": at}


def keep_busy(path, ended):
    """Another process that writes, for longer than anybody waits, again and again."""
    with closing(sqlite3.connect(path, isolation_level=None, timeout=30)) as other:
        while not ended.is_set():
            other.execute("BEGIN IMMEDIATE")
            ended.wait(0.5)
            other.execute("COMMIT")
            ended.wait(0.3)


def test_forty_experts_meet_no_failure_and_every_confirmed_answer_counts_once(ws, url):
    experts, ended = [Expert(ws, url, f"expert {n}") for n in range(EXPERTS)], threading.Event()
    with ThreadPoolExecutor(EXPERTS + 1) as pool:
        pool.submit(keep_busy, ws.engine.url.database, ended)
        try:
            list(pool.map(Expert.work, experts))
        finally:
            ended.set()
    statuses = sum((expert.statuses for expert in experts), Counter())
    assert set(statuses) == {200, 503}
    confirmed = [uid for expert in experts for uid in expert.confirmed]
    model_id = seed.the_spec(ws, "bookings").id
    with reading(ws.engine) as session:
        assert len(set(confirmed)) == len(confirmed) == ITEMS
        assert events.known_uids(session, confirmed) == set(confirmed)
        assert events.last_seq(session, model_id) == ITEMS
        queue = tasks.of_rows(session, model_id, [f"r{n}" for n in range(ITEMS)])
        assert {(task.state, task.done, task.live) for task in queue} == {("settled", 1, 0)}
        assert {len(held.votes) for held in current.read(session, model_id).values()} == {1}


ROUTES = (
    ("POST", "/api/v1/claims"),
    ("POST", "/api/v1/answers"),
    ("POST", f"{MODEL}/predictions"),
    ("POST", f"{MODEL}/labels"),
    ("POST", f"{MODEL}/training"),
    ("GET", f"{MODEL}/batches/labels-{'a' * 32}"),
    ("GET", f"{MODEL}/champion"),
    ("GET", f"{MODEL}/health"),
    ("GET", "/metrics"),
    ("GET", "/healthz"),
)


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_database_without_a_free_connection_is_503_at_every_address(ws, method, path):
    """'QueuePool limit' was an error 500."""
    secret = api_tokens.create(ws, "bookings", "a program", "ann")
    page = labeller_grants.issue(ws.settings, Person("ann", frozenset({"expert"})), "bookings", now())
    token = page if path in {"/api/v1/claims", "/api/v1/answers"} else secret
    body = {"json": {"holder": "tab"}} if method == "POST" else {}
    with ExitStack() as many:
        for _ in range(THREADS + SCRIPTS):
            many.enter_context(reading(ws.engine)).connection()
        answer = Client(doors(lambda: ws)).request(
            method, path, headers={"Authorization": f"Bearer {token}"}, **body
        )
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json().keys() >= ({"ready"} if path == "/healthz" else {"message", "hint"})
