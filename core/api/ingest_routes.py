"""The routes for programs: they send rows with a token, ask how these stand, and read what is known."""

import shutil
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from anyio import CapacityLimiter, to_thread
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.api import openmetrics_route, request_body, security
from core.api.http_errors import Endpoint, as_endpoint
from core.errors import CaretakerError, DataError
from core.lake.readers.json_rows import to_lines
from core.services.alerts import views as alerts
from core.services.deployment import champion
from core.services.ingestion import api_tokens, delivery_status, receive_delivery
from core.services.ingestion.receive_delivery import Body, Receipt
from core.services.ingestion.uploads import harmless
from core.services.ingestion.views import TokenView
from core.services.monitoring import monitor
from core.services.operations import openmetrics
from core.services.shadow import start, status
from core.store.types import now
from core.store.workspace import Workspace
from core.tables.deliveries import Kind
from core.tables.values.json_values import plain
from core.trouble import explain_failures

CHECKS_AT_ONCE = 2
"""More would take the processor away from the pages."""


class Programs:
    """The routes; `open_to` says which requests may read without a token."""

    def __init__(
        self, workspace: Callable[[], Workspace], root: str, open_to: Callable[[Request], bool]
    ) -> None:
        self._workspace = workspace
        self._root = root
        self._open_to = open_to
        self._checks = CapacityLimiter(CHECKS_AT_ONCE)

    def deliver(self, kind: Kind) -> Endpoint:
        """Take rows of that kind over: 202 when they are safe, 200 when they were known."""

        async def endpoint(request: Request) -> Response:
            limit = self._workspace().settings.http_megabytes * request_body.MEGABYTE
            stream = request.stream()
            try:
                token = await run_in_threadpool(self._admit, request)
                with explain_failures(self._workspace().settings.home):
                    receipt = await self._receive(request, stream, kind, token, limit)
            except CaretakerError:
                await request_body.drain(stream, limit)
                raise
            return self._respond(self._receipt(token.model, receipt), token, 202 if receipt.fresh else 200)

        return as_endpoint(endpoint)

    def batch(self) -> Endpoint:
        """How a delivery stands."""

        def look(ws: Workspace, request: Request) -> dict[str, Any]:
            name = request.path_params["batch"]
            status = delivery_status.find_status(ws, request.path_params["name"], name)
            if status is None:
                raise security.NothingThere(
                    f"There is no delivery {name!r}.", "Use the address that the answer to the POST gave."
                )
            return asdict(status)

        return self._reading(look, token_needed=True)

    def champion(self) -> Endpoint:
        """What is in production."""

        def look(ws: Workspace, request: Request) -> dict[str, Any]:
            return dict(champion.document(ws, request.path_params["name"]))

        return self._reading(look, token_needed=True)

    def health(self) -> Endpoint:
        """The health document."""

        def look(ws: Workspace, request: Request) -> dict[str, Any]:
            name = request.path_params["name"]
            document = monitor.health(ws, name)
            if document is None:
                raise security.NothingThere(
                    f"{name} was not checked yet.", "Send predictions; then ask again."
                )
            return dict(plain(document))

        return self._reading(look, token_needed=False)

    def alerts(self) -> Endpoint:
        """The alerts of the model."""

        def look(ws: Workspace, request: Request) -> dict[str, Any]:
            return dict(alerts.document(ws, request.path_params["name"]))

        return self._reading(look, token_needed=False)

    def shadows(self) -> Endpoint:
        """How the versions beside the champion stand."""

        def look(ws: Workspace, request: Request) -> dict[str, Any]:
            return {"shadows": status.shadows(ws, request.path_params["name"])}

        return self._reading(look, token_needed=True)

    def start_shadow(self) -> Endpoint:
        """Let a version predict beside the champion."""

        def change(ws: Workspace, request: Request, body: dict[str, Any], by: str) -> dict[str, Any]:
            version = body.get("version")
            if version is not None and not isinstance(version, str):
                raise DataError("The version is no text.", 'Send {"version": "3"}.')
            return dict(start.start(ws, request.path_params["name"], version, by=by))

        return self._changing(change)

    def end_shadow(self) -> Endpoint:
        """Let it predict no longer."""

        def change(ws: Workspace, request: Request, body: dict[str, Any], by: str) -> dict[str, Any]:
            name, version = request.path_params["name"], request.path_params["version"]
            reason = body.get("reason")
            if not isinstance(reason, str) or not reason.strip():
                raise DataError("There is no reason.", 'Send {"reason": "..."}: the record keeps it.')
            return dict(start.end(ws, name, version, by=by, reason=reason.strip()))

        return self._changing(change)

    def metrics(self) -> Endpoint:
        """OpenMetrics: of the token's model, or of all for who may read without one."""

        def read(request: Request) -> tuple[str, TokenView | None]:
            ws, bearer = self._workspace(), security.bearer(request.headers)
            token = None if not bearer and self._open_to(request) else api_tokens.find_token(ws, bearer)
            return openmetrics_route.text(openmetrics.read(ws, token.model if token else None)), token

        async def endpoint(request: Request) -> Response:
            text, token = await run_in_threadpool(read, request)
            return Response(text, media_type=openmetrics_route.MEDIA_TYPE, background=self._note(token))

        return as_endpoint(endpoint)

    def _reading(
        self, look: Callable[[Workspace, Request], dict[str, Any]], *, token_needed: bool
    ) -> Endpoint:
        def read(request: Request) -> tuple[dict[str, Any], TokenView | None]:
            ws, bearer = self._workspace(), security.bearer(request.headers)
            if token_needed or bearer or not self._open_to(request):
                token = self._admit(request)
                return look(ws, request), token
            api_tokens.require_model(ws, request.path_params["name"])
            return look(ws, request), None

        async def endpoint(request: Request) -> Response:
            return self._respond(*await run_in_threadpool(read, request))

        return as_endpoint(endpoint)

    def _changing(
        self, change: Callable[[Workspace, Request, dict[str, Any], str], dict[str, Any]]
    ) -> Endpoint:
        """A route that changes something of the token's model; the record names the token."""

        async def endpoint(request: Request) -> Response:
            token = await run_in_threadpool(self._admit, request)
            body = await security.document(request)
            by = f"token {token.name}"
            document = await run_in_threadpool(change, self._workspace(), request, body, by)
            return self._respond(document, token)

        return as_endpoint(endpoint)

    def _admit(self, request: Request) -> TokenView:
        return api_tokens.verify(
            self._workspace(), request.path_params["name"], security.bearer(request.headers)
        )

    async def _receive(
        self, request: Request, stream: request_body.Stream, kind: Kind, token: TokenView, limit: int
    ) -> Receipt:
        ws, how = self._workspace(), request_body.form(request.headers)
        await run_in_threadpool(receive_delivery.make_room, ws)
        title = harmless(request.query_params.get("name", kind)).removesuffix(how.ending)
        path = request_body.place(delivery_status.halves(ws.settings), title + how.ending)
        try:
            content = await request_body.receive(request, stream, path, how, limit)

            def accept() -> Receipt:
                ready = _as_lines(Body(path, content))
                return receive_delivery.receive(ws, token.model, ready, kind, f"token {token.name}")

            return await to_thread.run_sync(accept, limiter=self._checks)
        finally:
            shutil.rmtree(path.parent)

    def _receipt(self, name: str, receipt: Receipt) -> dict[str, Any]:
        return {
            "batch": receipt.delivery.batch,
            "job": receipt.delivery.job,
            "state": receipt.delivery.state,
            "rows": receipt.rows,
            "status": f"{self._root}/api/v1/models/{quote(name, safe='')}/batches/{receipt.delivery.batch}",
        }

    def _respond(self, document: dict[str, Any], token: TokenView | None, status: int = 200) -> JSONResponse:
        return JSONResponse(document, status, background=self._note(token))

    def _note(self, token: TokenView | None) -> BackgroundTask | None:
        """The use of the token is written down once the answer is on its way."""
        if token is None or api_tokens.is_use_recorded(token, now()):
            return None
        return BackgroundTask(api_tokens.record_use, self._workspace(), token)


def _as_lines(body: Body) -> Body:
    """A JSON document as JSON lines, which is what is kept; anything else as it is."""
    if body.path.suffix != ".json":
        return body
    lines = body.path.with_suffix(".jsonl")
    return Body(lines, to_lines(body.path, lines))
