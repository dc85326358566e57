"""A home with a model whose findings tests write, and a place on this machine that takes messages."""

import http.server
import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from core.health.report.document import FORMAT
from core.model import ModelSpec, Roles
from core.services.alerts import deliver
from core.settings import Settings
from core.store import models, retries
from core.store.alerts import outbox
from core.store.engine import writing
from core.store.monitoring import findings
from core.store.workspace import Workspace, open_workspace
from tests.charts.health_document import health_document

NAME = "churn"
START = datetime(2026, 3, 3, 12, tzinfo=UTC)
EMPTY = {
    "rule": "data_fault",
    "feature": "x",
    "code": "CT-H41",
    "parameters": {},
    "sentence": "x arrives empty in every row (0 % before).",
    "opened": "2026-03-01",
    "closed": None,
    "severity": "amber",
}


@dataclass
class Place:
    """What arrived, and how the next message is answered."""

    url: str
    server: http.server.ThreadingHTTPServer
    code: int = 200
    messages: list = field(default_factory=list)

    @property
    def ids(self):
        """Ids of what arrived, in order."""
        return [message["caretaker_message"] for message in self.messages]


@pytest.fixture
def place():
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if taken.code == 200:
                taken.messages.append({**body, "header": self.headers["Caretaker-Message"]})
            self.send_response(taken.code)
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    taken = Place(f"json://127.0.0.1:{server.server_port}/hook?:secret=s3cret", server)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield taken
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def ws(tmp_path, place):
    opened = open_workspace(Settings(home=tmp_path, alert_destinations={"ops": place.url}))
    roles = Roles(label="y", id="id", features=("x",))
    spec = ModelSpec(0, NAME, "binary", "record", ("no", "yes"), roles, NAME, "accuracy", 0.02, "day")
    with writing(opened.engine) as session:
        models.add(session, spec)
    yield opened
    opened.engine.dispose()


class Clock:
    """The moment of all that alerts do, moved by hand."""

    def __init__(self):
        self.moment = START

    def __call__(self):
        """As `now` does."""
        return self.moment

    def later(self, **lapse):
        """Move on."""
        self.moment += timedelta(**lapse)


@pytest.fixture
def clock(monkeypatch):
    moved = Clock()
    for module in (deliver, retries, outbox):
        monkeypatch.setattr(module, "now", moved)
    return moved


def write_finding(ws: Workspace, number: int, *alerts, **changes):
    """Store a finding of new data: `number` is that of its rows."""
    quiet = {"alerts": list(alerts), "causes": [], "status": "green", "findings": [], "onset": None}
    body = {**health_document(), **quiet, "format": FORMAT, **changes}
    body["labels"] = {"rows": number, "labelled": number, "mature": number}
    with writing(ws.engine) as session:
        findings.write(session, models.spec(session, NAME).id, f"f{number}", body, START, headline={})
