"""A small model with rows in the lake, items in the queue, and the routes in front of it."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette

from core.access import LOCAL
from core.api.routes import routes
from core.services import tokens
from core.store import models
from core.store.engine import reading
from core.store.types import now
from tests.seed import digits


class Client:
    """Sends requests straight into the app, as a server would."""

    def __init__(self, app):
        self.transport = httpx.ASGITransport(app)

    def get(self, path, **how):
        """Send a GET."""
        return self.request("GET", path, **how)

    def post(self, path, **how):
        """Send a POST."""
        return self.request("POST", path, **how)

    def request(self, method, path, **how):
        """Send it and wait for the answer."""

        async def send():
            async with httpx.AsyncClient(transport=self.transport, base_url="http://testserver") as client:
                return await client.request(method, path, **how)

        return asyncio.run(send())


@pytest.fixture
def ws(tmp_path):
    ws = digits(tmp_path, 30)
    yield ws
    ws.engine.dispose()


@pytest.fixture
def client(ws):
    return Client(Starlette(routes=routes(lambda: ws)))


@pytest.fixture
def token(ws):
    return tokens.issue(ws.settings, LOCAL, "digits", now())


@pytest.fixture
def model_id(ws):
    with reading(ws.engine) as session:
        return models.spec(session, "digits").id
