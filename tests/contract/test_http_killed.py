"""What was answered with 202 is taken in once, whichever process is killed with -9 afterwards."""

import os
import signal
from pathlib import Path

import httpx
import pandas as pd
import pytest

from core.services.dataset import rows
from core.services.ingestion import api_tokens
from core.services.onboarding.connect_model import connect_table, list_models
from core.services.onboarding.plan import ConnectRequest
from core.settings import Settings
from core.store.workspace import open_workspace
from core.tables.roles.guess import RequestedRoles
from core.tables.table import Table
from tests.browser.server import Server, until

pytestmark = pytest.mark.processes
PATH = "/api/v1/models/shop/predictions"
EACH = 40


def sales(number):
    """A delivery of its own."""
    first = number * EACH
    return pd.DataFrame(
        {
            "id": range(first, first + EACH),
            "day": [f"2020-01-{1 + n % 28:02d}" for n in range(EACH)],
            "x": [float(n) for n in range(EACH)],
            "p": [0.2 + 0.01 * n for n in range(EACH)],
            "y": ["no", "yes"] * (EACH // 2),
        }
    )


@pytest.fixture
def home(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "welcomed").touch()
    return tmp_path


@pytest.fixture
def ws(home):
    ws = open_workspace(Settings(home=home))
    wanted = RequestedRoles(label="y", task="binary", id="id", time="day", score="p", positive="yes")
    connect_table(ws, ConnectRequest("shop", wanted, chunk="month"), Table(sales(0), "first"))
    yield ws
    ws.engine.dispose()


def test_a_202_survives_the_death_of_the_worker_and_of_the_web_process(home, ws):
    headers = {
        "authorization": f"Bearer {api_tokens.create(ws, 'shop', 't', 'ada')}",
        "content-type": "text/csv",
    }
    server = Server(home).start()
    try:
        with httpx.Client(base_url=server.url, headers=headers, timeout=60) as client:
            accepted = [post(client, number) for number in range(1, 3)]
            os.kill(worker(server), signal.SIGKILL)
            accepted += [post(client, number) for number in range(3, 5)]
        server.kill()
        server = Server(home).start()
        with httpx.Client(base_url=server.url, headers=headers, timeout=60) as client:
            until(lambda: {state(client, each) for each in accepted} == {"taken"}, "every delivery")
            again = [client.post(PATH, content=sales(n).to_csv(index=False)) for n in range(1, 5)]
            assert [each.status_code for each in again] == [200] * 4
    finally:
        server.stop()
    taken = rows(ws, list_models(ws)[0])["_id"].astype(int)
    assert sorted(taken) == list(range(5 * EACH))
    assert not list((home / "run" / "deliveries").glob("*/*"))


def post(client, number):
    answer = client.post(PATH, content=sales(number).to_csv(index=False))
    assert answer.status_code == 202, answer.text
    return answer.json()


def state(client, accepted):
    return client.get(accepted["status"]).raise_for_status().json()["state"]


def worker(server):
    """The process id of the worker that the server started."""

    def find():
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
                command = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if int(parent) == server.process.pid and b"core.worker" in command:
                return int(folder.name)
        return None

    until(find, "a worker")
    return find()
