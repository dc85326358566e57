"""From a handler to a route: run it beside the event loop and answer errors honestly as JSON."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from core import logs
from core.api import security
from core.api.sign_in import SignIn
from core.api.throttle import Throttle, TooManyWrong
from core.errors import CaretakerError, DataError, WrongToken
from core.services.annotation import labeller_grants
from core.services.annotation.labeller_grants import Grant
from core.store.types import now
from core.store.workspace import Workspace
from core.trouble import explain_failures

Handler = Callable[[Workspace, Grant, dict[str, Any]], dict[str, Any]]
Endpoint = Callable[[Request], Awaitable[Response]]

MORE = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "10"}}
GONE = 499  # nobody hears it: the program hung up


def as_endpoint(endpoint: Endpoint) -> Endpoint:
    """The endpoint, closed to pages of other sites, its errors as JSON."""

    async def respond(request: Request) -> Response:
        try:
            security.same_origin(request.headers, getattr(request.app.state, "names", ()))
            return await endpoint(request)
        except WrongToken as error:
            return _refuse_wrong(request, error)
        except CaretakerError as error:
            return refusal(error)
        except ClientDisconnect:
            return Response(status_code=GONE)

    return respond


def signed_endpoint(workspace: Callable[[], Workspace], sign_in: SignIn, handler: Handler) -> Endpoint:
    """A route for a page of ours that shows a token: JSON in, JSON out.

    Where people sign in, the token is worth what the person's role is now, and only while they are signed in.
    """

    def handle(token: str, cookies: dict[str, str], document: dict[str, Any]) -> dict[str, Any]:
        ws = workspace()
        with explain_failures(ws.settings.home):
            grant = labeller_grants.verify(ws.settings, token, now())
            sign_in.require_role(cookies, "expert", grant.model, grant.person)
            return handler(ws, grant, document)

    async def endpoint(request: Request) -> Response:
        document = await security.document(request)
        token = security.token(request, document)
        return JSONResponse(await run_in_threadpool(handle, token, request.cookies, document))

    return as_endpoint(endpoint)


def refusal(error: CaretakerError) -> JSONResponse:
    """What went wrong, where, and what to do next."""
    document: dict[str, Any] = {"message": error.message, "hint": error.hint}
    if isinstance(error, DataError):
        where = {"column": error.column, "row": error.row}
        document |= {key: value for key, value in where.items() if value is not None}
    return JSONResponse(document, error.http_status, headers=MORE.get(error.http_status))


async def unexpected_response(request: Request, error: Exception) -> JSONResponse:
    """A failure of ours: the trace goes to the log, a reference to whoever asked."""
    reference = logs.reference()
    structlog.get_logger().error("route failed", reference=reference, path=request.url.path, exc_info=error)
    document = {
        "message": f"Something went wrong on our side (reference {reference}).",
        "hint": "Send it again; if it happens again, tell the engineer the reference.",
        "reference": reference,
    }
    return JSONResponse(document, 500)


def _refuse_wrong(request: Request, error: WrongToken) -> JSONResponse:
    state = request.app.state
    if not hasattr(state, "throttle"):
        state.throttle = Throttle()
    try:
        state.throttle.count(request.client.host if request.client else "")
    except TooManyWrong as many:
        response = refusal(many)
        response.headers["Retry-After"] = str(many.seconds)
        return response
    return refusal(error)
