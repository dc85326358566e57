"""The command that describes the documents of the other commands."""

from typing import Annotated

import typer

from core.cli import say

DOCUMENT = typer.Argument(help="health, compare, retrain, champion or delivery.")


def register(app: typer.Typer) -> None:
    """Hang the command into the application."""
    app.command(epilog="Example: python -m core schema health")(schema)


def schema(document: Annotated[str, DOCUMENT]) -> None:
    """Print the JSON schema of a document; addresses are described by /api/v1/openapi.json."""
    from core.services.operations.documents import document_schema

    say.document(document_schema(document))
