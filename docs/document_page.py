"""The page of all JSON documents, from their types: what is stored, drawn, and goes in and out over HTTP."""

from typing import Any

import typer
from typer.core import TyperArgument

from core.api.bodies import BODIES
from core.api.openapi import Operation
from core.api.routes import operations
from core.cli.app import build
from core.json_schema import json_schemas
from core.services.operations.documents import DOCUMENTS
from core.store.workspace import Workspace
from docs.schema_words import field_lines, references

HEAD = """# JSON documents

What `--format json` of these commands prints, what goes in and out over HTTP, what is stored and what the
pages draw: one set of types. `python -m core schema NAME --format json` prints the JSON schema of a document,
and `GET /api/v1/openapi.json` holds those of HTTP, with the texts below. A part that several documents share
stands where it is first named. This page is written from the types by `python -m docs.make_manual`.
"""


def document_schemas() -> dict[str, dict[str, Any]]:
    """Name of a document or a type -> its schema; that of a document may only name its type."""
    return json_schemas({**DOCUMENTS, **BODIES})


def documents() -> str:
    """The page: every document with its parts below it."""
    schemas, written = document_schemas(), set[str]()
    lines = [HEAD]
    for name in [*DOCUMENTS, *BODIES]:
        for part in types_of(name, schemas):
            lines += _with_parts(part, schemas, written, level=2)
    return "\n".join(lines).rstrip() + "\n"


def types_of(name: str, schemas: dict[str, Any]) -> list[str]:
    """The types of a document: itself, or those that its schema names."""
    return [name] if "properties" in schemas[name] else list(references(schemas[name]))


def _with_parts(name: str, schemas: dict[str, Any], written: set[str], level: int) -> list[str]:
    if name in written:
        return []
    written.add(name)
    schema = schemas[name]
    meanings = {field: content["description"] for field, content in schema["properties"].items()}
    lines = [f"{'#' * level} {name}", "", schema["description"], *_doors(name, schemas), ""]
    lines += [*field_lines(schema, meanings), ""]
    for part in references(schema):
        lines += _with_parts(part, schemas, written, level=3)
    return lines


def _doors(name: str, schemas: dict[str, Any]) -> list[str]:
    """By which commands and addresses the document goes in and out; none for a part of others."""
    names = {each for each in [*DOCUMENTS, *BODIES] if name in types_of(each, schemas)}
    commands: Any = typer.main.get_command(build())
    printed = [
        f"`python -m core {command} {_argument(commands.commands[command])} --format json`"
        for command in sorted(names & set(commands.commands))
    ]
    table = operations(_no_workspace, "", lambda: False)
    sent = [f"`{each.method} {each.path}`" for each in table if _is_of(each, names)]
    if name == "Refusal":
        sent = ["every address, with a status from 400 on"]
    return ["", f"Where: {', '.join([*printed, *sent])}."] if printed or sent else []


def _is_of(operation: Operation, names: set[str]) -> bool:
    goes_in = {"rows": "Rows"}.get(operation.takes or "", operation.takes)
    comes_out = {body for status, body in operation.responses.items() if status < 400}  # noqa: PLR2004 -- refusals
    return goes_in in names or bool(comes_out & names)


def _no_workspace() -> Workspace:
    raise AssertionError("a description opens no stores")


def _argument(command: Any) -> str:
    """What a command is about: its first argument."""
    return next((str(one.name).upper() for one in command.params if isinstance(one, TyperArgument)), "NAME")
