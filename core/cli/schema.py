"""The command that describes the documents of the other commands."""

from typing import Annotated

import typer

from core.cli import say
from core.cli.options import FORMAT, Format

DOCUMENT = typer.Argument(help="health, compare, retrain, champion or delivery.")


def register(app: typer.Typer) -> None:
    """Hang the command into the application."""
    app.command(epilog="Example: python -m core schema health --format json")(schema)


def schema(document: Annotated[str, DOCUMENT], output: Annotated[Format, FORMAT] = "text") -> None:
    """List the fields of a document and what they mean; as JSON, its JSON schema."""
    from core.services.operations.documents import document_schema

    described = document_schema(document)
    if output == "json":
        say.document(described)
        return
    for name, part in described["$defs"].items():
        say.line(f"{name}: {part['description']}")
        for field, content in part["properties"].items():
            say.line(f"  {field}: {content['description']}")
