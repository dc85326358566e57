"""From a handler to a route: run it beside the event loop and answer errors honestly as JSON."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.api import guard
from core.errors import AccessError, BusyError, CaretakerError
from core.services import tokens
from core.services.tokens import Grant
from core.store.types import now
from core.store.workspace import Workspace

Handler = Callable[[Workspace, Grant, dict[str, Any]], dict[str, Any]]
Endpoint = Callable[[Request], Awaitable[Response]]
STATUS: tuple[tuple[type[CaretakerError], int], ...] = (
    (guard.TooLarge, 413),
    (BusyError, 503),
    (CaretakerError, 422),
)


def signed(workspace: Callable[[], Workspace], handler: Handler) -> Endpoint:
    """A route for a page of ours that shows a token: JSON in, JSON out."""

    async def endpoint(request: Request) -> Response:
        try:
            guard.same_origin(request.headers)
        except AccessError as error:
            return refusal(error, 403)
        try:
            body = await guard.document(request)
            given = guard.token(request, body)
            return JSONResponse(await run_in_threadpool(_handle, workspace, handler, given, body))
        except AccessError as error:
            return refusal(error, 401)
        except CaretakerError as error:
            return refusal(error, next(status for kind, status in STATUS if isinstance(error, kind)))

    return endpoint


def refusal(error: CaretakerError, status: int) -> JSONResponse:
    """What went wrong and what to do next."""
    return JSONResponse({"message": error.message, "hint": error.hint}, status)


def _handle(
    workspace: Callable[[], Workspace], handler: Handler, given: str, body: dict[str, Any]
) -> dict[str, Any]:
    ws = workspace()
    return handler(ws, tokens.verify(ws.settings, given, now()), body)
