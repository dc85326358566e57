"""Options that many commands share."""

from typing import Annotated, Literal

import typer

Format = Literal["text", "json"]
FORMAT = typer.Option("--format", help="json prints one JSON document and nothing else.")
NAME = Annotated[str, typer.Argument(help="Name of the model.")]
OUT = typer.Option("--out", help="File to write: .csv, .parquet or .jsonl.")


def _who(name: str) -> str:
    """A name that the record can hold, without the spaces around it.

    >>> _who(" eve ")
    'eve'
    """
    if not name.strip() or not name.isprintable():
        raise typer.BadParameter("write who does this, on one line", param_hint="--by")
    return name.strip()


BY = typer.Option("--by", help="Who does this; written beside it.", callback=_who)
KIND = typer.Option(
    "--kind", help="What the rows are: predictions, labels that came later, or training rows."
)


def pair(text: str, form: str, option: str) -> tuple[str, str]:
    """The two sides of `NAME=VALUE`.

    Raises:
        typer.BadParameter: one of them is missing.

    >>> pair("7=Ada", "USER=NAME", "--person")
    ('7', 'Ada')
    """
    name, sign, value = text.partition("=")
    if not (name and sign and value):
        raise typer.BadParameter(f"write {form}", param_hint=option)
    return name, value
