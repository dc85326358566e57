"""The HTTP doors beside the pages, for `app.py`."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from core.api import guard, labelling
from core.api.door import refusal, signed
from core.errors import AccessError, DataError
from core.jobs import client
from core.lake import pictures
from core.store.ping import reachable
from core.store.workspace import Workspace

FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}


def routes(workspace: Callable[[], Workspace], base: str = "") -> list[BaseRoute]:
    """All routes; `base` is Streamlit's `server.baseUrlPath`, `workspace` gives the open stores."""

    def item(request: Request) -> Response:
        try:
            guard.same_origin(request.headers)
        except AccessError as error:
            return refusal(error, 403)
        found = pictures.find(workspace().settings, request.path_params["sha"])
        if found is None:
            return refusal(DataError("There is no such picture.", "Reload the page."), 404)
        return FileResponse(found, media_type="image/png", headers=FOR_EVER)

    def healthz(_request: Request) -> Response:
        ws = workspace()
        checks = {"stores": reachable(ws.engine), "worker": client.worker_alive(ws.settings)}
        return JSONResponse({"ready": all(checks.values()), **checks}, 200 if all(checks.values()) else 503)

    root = "/" + base.strip("/") if base.strip("/") else ""
    return [
        Route(f"{root}/api/v1/claims", signed(workspace, labelling.claims), methods=["POST"]),
        Route(f"{root}/api/v1/answers", signed(workspace, labelling.answers), methods=["POST"]),
        Route(f"{root}/api/v1/items/{{sha}}", item, methods=["GET"]),
        Route(f"{root}/healthz", healthz, methods=["GET"]),
    ]
