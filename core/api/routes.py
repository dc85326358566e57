"""The HTTP doors beside the pages: one table, from which the routes and their description are made."""

from collections.abc import Callable, Collection
from pathlib import Path

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from core.api import annotation_routes, openmetrics_route, security
from core.api.http_errors import MORE, Endpoint, as_endpoint, refusal, signed_endpoint, unexpected_response
from core.api.ingest_routes import Programs
from core.api.openapi import Access, Operation, document
from core.api.sign_in import SignIn
from core.jobs import client
from core.lake.media import pictures
from core.services.annotation import labeller_grants
from core.services.ingestion.delivery_status import KINDS
from core.store.ping import reachable
from core.store.types import now
from core.store.workspace import Workspace

FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
MODEL = "/api/v1/models/{name}"
EVERY_METHOD = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def doors(
    workspace: Callable[[], Workspace],
    base: str = "",
    sign_in: SignIn | None = None,
    names: Collection[str] = (),
) -> ASGIApp:
    """The routes as an application that answers every failure as JSON; `names`: see `same_origin`."""
    app = Starlette(
        routes=routes(workspace, base, sign_in), exception_handlers={Exception: unexpected_response}
    )
    app.state.names = names
    return app


def routes(
    workspace: Callable[[], Workspace], base: str = "", sign_in: SignIn | None = None
) -> list[BaseRoute]:
    """All routes.

    Args:
        workspace: gives the open stores.
        base: Streamlit's `server.baseUrlPath`.
        sign_in: who signs in; None: nobody, and whoever is on this machine may read.
    """
    root = "/" + base.strip("/") if base.strip("/") else ""
    table = operations(workspace, root, sign_in or SignIn())
    made = [
        Route(f"{root}{operation.path}", operation.endpoint, methods=[operation.method])
        for operation in table
    ]
    return [*made, Route(f"{root}/api/{{rest:path}}", _nothing(table, root), methods=EVERY_METHOD)]


def operations(workspace: Callable[[], Workspace], root: str, sign_in: SignIn) -> list[Operation]:
    """The table."""

    def open_to(request: Request) -> bool:
        return security.asked_here(request) and not sign_in.is_configured()

    table: list[Operation] = [
        *_for_programs(Programs(workspace, root, open_to)),
        *_for_pages(workspace, sign_in),
    ]

    async def description(_request: Request) -> Response:
        return JSONResponse(document(table, root))

    table.append(
        Operation(
            "GET",
            "/api/v1/openapi.json",
            as_endpoint(description),
            "This description.",
            "anybody",
            {200: "OpenAPI"},
        )
    )
    return table


def _for_programs(programs: Programs) -> list[Operation]:
    what = {
        "predictions": "predictions",
        "labels": "labels of rows that came before",
        "training": "training rows",
    }
    responses = {200: "Accepted", 202: "Accepted"}
    sent = [
        Operation(
            "POST",
            f"{MODEL}/{kind}",
            programs.deliver(kind),
            f"Send {what[kind]}.",
            "bearer",
            responses,
            takes="rows",
        )
        for kind in KINDS
    ]

    def read(path: str, endpoint: Endpoint, summary: str, shape: str, *, token: bool) -> Operation:
        access: Access = "bearer" if token else "bearer or here"
        return Operation("GET", path, endpoint, summary, access, {200: shape, 404: "Error"})

    def change(path: str, endpoint: Endpoint, summary: str, takes: str) -> Operation:
        responses = {200: "Shadow", 404: "Error"}
        return Operation("POST", path, endpoint, summary, "bearer", responses, takes=takes)

    return [
        *sent,
        read(
            f"{MODEL}/batches/{{batch}}", programs.batch(), "How a delivery stands.", "Delivery", token=True
        ),
        read(f"{MODEL}/champion", programs.champion(), "The version in production.", "Champion", token=True),
        read(
            f"{MODEL}/shadows",
            programs.shadows(),
            "The versions that predict beside the champion, and how they stand.",
            "Shadows",
            token=True,
        ),
        change(
            f"{MODEL}/shadows",
            programs.start_shadow(),
            "Let a challenger predict beside the champion.",
            "StartShadow",
        ),
        change(
            f"{MODEL}/shadows/{{version}}/end",
            programs.end_shadow(),
            "Let it predict no longer.",
            "EndShadow",
        ),
        read(f"{MODEL}/health", programs.health(), "The health of the model.", "Health", token=False),
        read(
            f"{MODEL}/alerts",
            programs.alerts(),
            "The alerts of the model, open and closed, and who takes care.",
            "Alerts",
            token=False,
        ),
        Operation(
            "GET",
            "/metrics",
            programs.metrics(),
            "Numbers for a monitoring system: of the token's model, or of all.",
            "bearer or here",
            {200: openmetrics_route.MEDIA_TYPE},
        ),
    ]


def _for_pages(workspace: Callable[[], Workspace], sign_in: SignIn) -> list[Operation]:
    def picture(address: str, cookies: dict[str, str]) -> Path | None:
        settings = workspace().settings
        signed = labeller_grants.verify_picture(settings, address, now())
        sign_in.require_role(cookies, "expert", signed.model)
        return pictures.find(settings, signed.sha)

    async def item(request: Request) -> Response:
        content = await run_in_threadpool(picture, request.path_params["sha"], request.cookies)
        if content is None:
            return refusal(security.NothingThere("There is no such picture.", "Reload the page."))
        media_type = pictures.MEDIA_TYPES[content.suffix]
        return FileResponse(content, media_type=media_type, headers=FOR_EVER)

    def look() -> JSONResponse:
        ws = workspace()
        checks = {"stores": reachable(ws.engine), "worker": client.worker_alive(ws.settings)}
        ready = all(checks.values())
        headers = None if ready else MORE[503]
        return JSONResponse({"ready": ready, **checks}, 200 if ready else 503, headers=headers)

    async def healthz(_request: Request) -> Response:
        return await run_in_threadpool(look)

    routes = (annotation_routes.claims, annotation_routes.save_annotations, annotation_routes.show_beside)
    claims, submissions, beside = (signed_endpoint(workspace, sign_in, route) for route in routes)
    return [
        Operation("POST", "/api/v1/claims", claims, "Lease the next items.", "page", {200: "Items"}, "Ask"),
        Operation("POST", "/api/v1/answers", submissions, "Save answers.", "page", {200: "Saved"}, "Answers"),
        Operation(
            "POST",
            "/api/v1/beside",
            beside,
            "The history of an item, examples of classes, own annotations.",
            "page",
            {200: "Beside"},
            "AskBeside",
        ),
        Operation(
            "GET",
            "/api/v1/items/{sha}",
            as_endpoint(item),
            "The picture of an item, by an address that a page was given.",
            "anybody",
            {200: "image/*", 401: "Error", 404: "Error"},
        ),
        Operation(
            "GET",
            "/healthz",
            as_endpoint(healthz),
            "Whether the stores answer and the worker lives.",
            "anybody",
            {200: "Ready", 503: "Ready"},
        ),
    ]


def _nothing(table: list[Operation], root: str) -> Endpoint:
    """What no route takes: another method, or an address that means nothing."""
    known = [(Route(f"{root}{operation.path}", operation.endpoint), operation.method) for operation in table]

    async def endpoint(request: Request) -> Response:
        allowed = {method for route, method in known if route.path_regex.match(request.url.path)}
        if allowed:
            methods = ", ".join(sorted(allowed))
            response = refusal(security.OtherMethod(f"{request.method} is not done here.", f"Use {methods}."))
            response.headers["Allow"] = methods
            return response
        hint = f"GET {root}/api/v1/openapi.json lists the addresses."
        return refusal(security.NothingThere("There is nothing at this address.", hint))

    return endpoint
