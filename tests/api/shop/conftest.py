"""A shop that is watched, its token, and the routes in front of it."""

import pytest

from core.api.routes import doors
from core.services.ingestion import api_tokens
from core.services.onboarding.connect_model import connect_table
from core.services.onboarding.plan import ConnectRequest
from core.settings import Settings
from core.store.workspace import open_workspace
from core.tables.roles.guess import RequestedRoles
from core.tables.table import Table
from tests.api.conftest import Client
from tests.api.shop.sales import PREDICTIONS, sales


@pytest.fixture
def ws(tmp_path):
    ws = open_workspace(Settings(home=tmp_path, http_megabytes=1))
    wanted = RequestedRoles(label="y", task="binary", id="id", time="day", score="p", positive="yes")
    connect_table(ws, ConnectRequest("shop", wanted, chunk="month"), Table(sales(0, 1), "first"))
    yield ws
    ws.engine.dispose()


@pytest.fixture
def client(ws, jobs):
    return Client(doors(lambda: ws), "localhost")


@pytest.fixture
def secret(ws):
    return api_tokens.create(ws, "shop", "service", "ada")


@pytest.fixture
def send(client, secret):
    def post(content, kind="text/csv", path=PREDICTIONS, **headers):
        said = {"content-type": kind, "authorization": f"Bearer {secret}", **headers}
        return client.post(path, content=content, headers=said)

    return post
