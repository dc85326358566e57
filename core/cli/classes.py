"""Commands about the classes of a model: add one that came up later."""

from typing import Annotated

import typer

from core.access import LOCAL
from core.cli import say, work
from core.cli.options import BY, FORMAT, NAME, Format

NEW = Annotated[str, typer.Argument(metavar="CLASS", help="The class, as it stands in the label column.")]


def register(app: typer.Typer) -> None:
    """Hang the commands into the application."""
    group = typer.Typer(
        help="The classes of a model.",
        epilog="Example: python -m core classes add products 'garden tools'",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command(epilog="Example: python -m core classes add products 'garden tools'")(add)
    group.callback()(_group)
    app.add_typer(group, name="classes")


def _group() -> None:
    """The classes of a model."""


def add(
    name: NAME,
    new: NEW,
    output: Annotated[Format, FORMAT] = "text",
    by: Annotated[str, BY] = LOCAL.name,
) -> None:
    """Add a class that came up after the model was connected; its rows count from the next check on."""
    from core.services.onboarding.new_class import add_class

    with work.workspace() as ws:
        spec = add_class(ws, name, new, by)
    if output == "json":
        say.document({"model": name, "classes": list(spec.classes)})
        return
    say.line(f"{name} has {len(spec.classes)} classes now. Check it again, then retrain:")
    say.line(f"the version in production cannot say {new!r} yet.")
