"""The server of one model, `python -m core serve NAME`: predict, and say which version answers."""

import os
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pandas as pd
from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from core.api import security
from core.api.http_errors import MORE, as_endpoint, unexpected_response
from core.api.request_body import MEGABYTE
from core.errors import AccessError
from core.services.deployment.serve import Follower, Predicted, keep_following
from core.services.deployment.served_rows import delivery_rows, read_rows, with_moment, write_predictions
from core.services.ingestion import api_tokens
from core.services.ingestion.prediction_outbox import PredictionOutbox
from core.store.types import now

TOKEN_SECONDS = 5.0
"""A token that was good is believed so long: each request would cost a read of the database, and a revoked
one goes on no longer than this."""


class Guard:
    """Who may ask: whoever is on this machine, or with a token of the model where others can reach it."""

    def __init__(self, follower: Follower, *, open_here: bool) -> None:
        self._follower, self._open_here = follower, open_here
        self._good: dict[str, float] = {}

    def admit(self, request: Request) -> None:
        """Let the request pass.

        Raises:
            AccessError: it comes from elsewhere, or without a token of this model.
        """
        secret = security.bearer(request.headers)
        if self._open_here and not secret:
            if not security.asked_here(request):
                raise AccessError(
                    "This server answers requests of this machine only.",
                    "Ask for 127.0.0.1, or start it with --host and send a token of the model.",
                )
            return
        if self._good.get(secret, 0.0) < time.monotonic():
            self._good = {key: until for key, until in self._good.items() if until >= time.monotonic()}
            api_tokens.verify(self._follower.ws, self._follower.name, secret)
            self._good[secret] = time.monotonic() + TOKEN_SECONDS


def serving(follower: Follower, *, open_here: bool, outbox: PredictionOutbox | None = None) -> Starlette:
    """The application: `POST /predict`, `GET /version`, `GET /health`.

    Args:
        follower: serves a version already.
        open_here: whether requests of this machine need no token.
        outbox: takes every prediction for the log; None: they are kept nowhere.
    """
    guard = Guard(follower, open_here=open_here)
    at_once = CapacityLimiter(os.cpu_count() or 1)
    stop = threading.Event()
    thread = threading.Thread(target=keep_following, args=(follower, stop), daemon=True)
    sending = threading.Thread(target=outbox.run, args=(stop,), daemon=True) if outbox else None

    def respond(request: Request, document: dict[str, Any]) -> dict[str, Any]:
        guard.admit(request)
        moment, spec = now().replace(tzinfo=None).isoformat(timespec="seconds"), follower.served.spec
        rows = with_moment(read_rows(document, spec), spec, moment)
        parts = follower.predict(rows)
        if outbox is not None:
            outbox.add([_delivery(part, rows, moment) for part in parts])
        by_row: dict[Any, dict[str, Any]] = {}
        for part in parts:
            written = write_predictions(part.served.spec, part.columns, part.served.version)
            by_row |= dict(zip(part.columns.index, written, strict=True))
        version = parts[0].served.version
        return {
            "model": follower.name,
            "version": version,
            "predictions": [by_row[row] for row in rows.index],
        }

    async def predict(request: Request) -> Response:
        limit = follower.ws.settings.http_megabytes * MEGABYTE
        document = await security.document(request, limit)
        content = await to_thread.run_sync(respond, request, document, limiter=at_once)
        return JSONResponse(content, headers={"X-Model-Version": content["version"]})

    async def version(request: Request) -> Response:
        await to_thread.run_sync(guard.admit, request)
        return JSONResponse(follower.status())

    async def health(_request: Request) -> Response:
        status = follower.status()
        ready = status["version"] is not None and thread.is_alive()
        document = {"ready": ready, "version": status["version"], "follows": status["problem"] is None}
        return JSONResponse(document, 200 if ready else 503, headers=None if ready else MORE[503])

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        threads = [one for one in (thread, sending) if one is not None]
        for one in threads:
            one.start()
        yield
        stop.set()
        for one in threads:
            await to_thread.run_sync(one.join)

    table = [("/predict", predict, "POST"), ("/version", version, "GET"), ("/health", health, "GET")]
    return Starlette(
        routes=[Route(path, as_endpoint(endpoint), methods=[method]) for path, endpoint, method in table],
        exception_handlers={Exception: unexpected_response},
        lifespan=lifespan,
    )


def _delivery(part: Predicted, rows: pd.DataFrame, moment: str) -> pd.DataFrame:
    return delivery_rows(part.served.spec, rows, part.columns, part.served.version, moment)
