"""The OpenAPI document, made from the same table as the routes."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any, Literal

from core.api.bodies import BODIES
from core.api.http_errors import Endpoint
from core.api.request_body import ENDINGS
from core.version import current_version

Access = Literal["bearer", "bearer or here", "page", "anybody"]
TITLE = "Caretaker"
JSON = "application/json"
SCHEMAS = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Operation:
    """One route.

    Attributes:
        path: with `{parameters}`, without the base path of the server.
        access: a bearer token of the model; the same or a request from this machine while nobody signs in;
            the signed token of a page; anybody.
        responses: status -> name in `BODIES`, or the media type of another body.
        takes: name in `BODIES` of the JSON body, "rows" for data; None without a body.
    """

    method: str
    path: str
    endpoint: Endpoint
    summary: str
    access: Access
    responses: dict[int, str]
    takes: str | None = None


def document(operations: Iterable[Operation], root: str) -> dict[str, Any]:
    """The document of OpenAPI 3.1; `root` is the base path."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": TITLE,
            "version": current_version(),
            "description": "Send predictions and labels, ask for the champion, read the health of a model.",
        },
        "servers": [{"url": root or "/"}],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Of one model; made on the Setup page or by `token create`.",
                },
                "page": {"type": "http", "scheme": "bearer", "description": "Handed to a page by Caretaker."},
            },
        },
    }


@cache
def _schemas() -> dict[str, Any]:
    """Every body under its name in `BODIES`; made when first asked for: the pages start without it."""
    from core.json_schema import json_schemas

    schemas = json_schemas(BODIES, f"{SCHEMAS}{{model}}")
    kinds = {name: kind.__name__ for name, kind in BODIES.items() if set(schemas[name]) == {"$ref"}}
    schemas |= {name: schemas.pop(kind) for name, kind in kinds.items()}
    text = json.dumps(schemas)
    for name, kind in kinds.items():
        text = text.replace(f'"{SCHEMAS}{kind}"', f'"{SCHEMAS}{name}"')
    return dict(json.loads(text))


def _operation(operation: Operation) -> dict[str, Any]:
    secured = {
        "bearer": [{"token": []}],
        "bearer or here": [{"token": []}, {}],
        "page": [{"page": []}],
        "anybody": [{}],
    }
    described: dict[str, Any] = {
        "operationId": re.sub(r"\W+", "_", f"{operation.method} {operation.path}").strip("_").lower(),
        "summary": operation.summary,
        "security": secured[operation.access],
        "parameters": [*_parameters(operation)],
        "responses": {
            str(status): _response(status, shape) for status, shape in _responses(operation).items()
        },
    }
    if operation.takes == "rows":
        described["requestBody"] = {"required": True, "content": {kind: _rows(kind) for kind in ENDINGS}}
    elif operation.takes is not None:
        described["requestBody"] = {"required": True, "content": {JSON: {"schema": _shape(operation.takes)}}}
    return described


def _responses(operation: Operation) -> dict[int, str]:
    """Its own answers, and the refusals that every route of its kind may give."""
    refusals = {403: "Error", 500: "Error", 503: "Error"}
    if operation.access != "anybody" or HTTPStatus.UNAUTHORIZED in operation.responses:
        refusals |= {401: "Error", 429: "Error"}
    if operation.takes is not None:
        refusals |= {413: "Error", 422: "Error", 507: "Error"}
    if operation.takes == "rows":
        refusals |= {404: "Error", 415: "Error"}
    return dict(sorted({**refusals, **operation.responses}.items()))


def _parameters(operation: Operation) -> Iterable[dict[str, Any]]:
    for name in re.findall(r"{(\w+)}", operation.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    if operation.takes == "rows":
        yield {
            "name": "name",
            "in": "query",
            "description": "Under which name the delivery is listed, e.g. that of a file.",
            "schema": {"type": "string"},
        }
        yield {
            "name": "Content-Encoding",
            "in": "header",
            "description": "The body may be packed; the limit is that of the unpacked size.",
            "schema": {"enum": ["identity", "gzip"]},
        }


def _response(status: int, shape: str) -> dict[str, Any]:
    content = (
        {JSON: {"schema": _shape(shape)}} if shape in BODIES else {shape: {"schema": {"type": "string"}}}
    )
    return {"description": HTTPStatus(status).phrase, "content": content}


def _rows(kind: str) -> dict[str, Any]:
    if kind == JSON:
        return {"schema": _shape("Rows")}
    what = "Binary" if "parquet" in kind else "Text"
    return {"schema": {"type": "string", "description": f"{what} with one row of data after the other."}}


def _shape(name: str) -> dict[str, Any]:
    return {"$ref": f"{SCHEMAS}{name}"}
