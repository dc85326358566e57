"""The OpenAPI document, made from the same table as the routes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal

from core.api.http_errors import Endpoint
from core.api.json_schemas import ROWS, SHAPES
from core.api.request_body import ENDINGS
from core.version import current_version

Access = Literal["bearer", "bearer or here", "page", "anybody"]
TITLE = "Caretaker"
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Operation:
    """One route.

    Attributes:
        path: with `{parameters}`, without the base path of the server.
        access: a bearer token of the model; the same or a request from this machine while nobody signs in;
            the signed token of a page; anybody.
        answers: status -> name of a shape, or the media type of another body.
        takes: name of the shape of the JSON body, "rows" for data; None without a body.
    """

    method: str
    path: str
    endpoint: Endpoint
    summary: str
    access: Access
    answers: dict[int, str]
    takes: str | None = None


def document(operations: Iterable[Operation], root: str) -> dict[str, Any]:
    """The document of OpenAPI 3.1; `root` is the base path."""
    paths: dict[str, dict[str, Any]] = {}
    for each in operations:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each)
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
            "schemas": SHAPES,
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


def _operation(each: Operation) -> dict[str, Any]:
    secured = {
        "bearer": [{"token": []}],
        "bearer or here": [{"token": []}, {}],
        "page": [{"page": []}],
        "anybody": [{}],
    }
    described: dict[str, Any] = {
        "operationId": re.sub(r"\W+", "_", f"{each.method} {each.path}").strip("_").lower(),
        "summary": each.summary,
        "security": secured[each.access],
        "parameters": [*_parameters(each)],
        "responses": {str(status): _answer(status, shape) for status, shape in _answers(each).items()},
    }
    if each.takes == "rows":
        described["requestBody"] = {"required": True, "content": {kind: _rows(kind) for kind in ENDINGS}}
    elif each.takes is not None:
        described["requestBody"] = {"required": True, "content": {JSON: {"schema": _shape(each.takes)}}}
    return described


def _answers(each: Operation) -> dict[int, str]:
    """Its own answers, and the refusals that every route of its kind may give."""
    refusals = {403: "Error", 500: "Error", 503: "Error"}
    if each.access != "anybody":
        refusals[401] = "Error"
    if each.takes is not None:
        refusals |= {413: "Error", 422: "Error", 507: "Error"}
    if each.takes == "rows":
        refusals |= {404: "Error", 415: "Error"}
    return dict(sorted({**refusals, **each.answers}.items()))


def _parameters(each: Operation) -> Iterable[dict[str, Any]]:
    for name in re.findall(r"{(\w+)}", each.path):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    if each.takes == "rows":
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


def _answer(status: int, shape: str) -> dict[str, Any]:
    content = (
        {JSON: {"schema": _shape(shape)}} if shape in SHAPES else {shape: {"schema": {"type": "string"}}}
    )
    return {"description": HTTPStatus(status).phrase, "content": content}


def _rows(kind: str) -> dict[str, Any]:
    if kind == JSON:
        return {"schema": ROWS}
    what = "Binary" if "parquet" in kind else "Text"
    return {"schema": {"type": "string", "description": f"{what} with one row of data after the other."}}


def _shape(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}
