"""Writes the pages of `docs/reference/` that come from the code; a test holds them together.

Run `python -m docs.make_manual` in the repository after changing one of them in the code.
"""

from pathlib import Path
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup

from core.cli.app import build
from docs.document_page import documents
from docs.error_page import errors
from docs.job_page import jobs
from docs.who_may import table

FOLDER = Path(__file__).parent / "reference"
COMMANDS = """# Commands

Every command is `python -m core NAME`, or `caretaker NAME` where it is installed; `--help` says the same as
this page, which is written from it by `python -m docs.make_manual`.
"""


ROLES = """# Roles

Three roles, and who has none. A role is of every model (`"expert"`) or of one (`"expert:tickets"`); an e-mail
may have several. Tests try the table cell by cell. Without sign-in the one person at this machine has every
role. The column HTTP says what a request shows: a *token* is of one model and made by its engineers; a
*permission* is handed to the Relabel page of an expert for twelve hours, and counts only while that person is
signed in and has the role; a picture asks for an expert who is signed in. Commands are for who may read the
home's files: the name after `--by` proves nothing.

"""


def roles() -> str:
    """The page of who may do what."""
    return f"{ROLES}{table()}\n"


def commands() -> str:
    """The page of all commands, groups first by their name."""
    group = typer.main.get_command(build())
    return "\n".join([COMMANDS, *_commands(group, "")]).rstrip() + "\n"


def _commands(command: Any, path: str) -> list[str]:
    if not isinstance(command, TyperGroup):
        return _command(command, path.strip())
    below = command.commands
    return [line for name in sorted(below) for line in _commands(below[name], f"{path} {name}")]


def _command(command: TyperCommand, path: str) -> list[str]:
    lines = [f"## {path}", "", _one_line(command.help or ""), ""]
    for parameter in command.params:
        if parameter.name in {"help", None}:
            continue
        title = (
            (parameter.name or "").upper() if isinstance(parameter, TyperArgument) else _options(parameter)
        )
        lines.append(f"- `{title}`: {_meaning(parameter)}")
    return [*lines, ""]


def _meaning(parameter: Any) -> str:
    """What its help says, and between which values one chooses."""
    choices = " | ".join(map(str, getattr(getattr(parameter, "type", None), "choices", ())))
    return _one_line(" ".join(part for part in (getattr(parameter, "help", None) or "", choices) if part))


def _options(parameter: Any) -> str:
    return ", ".join([*parameter.opts, *parameter.secondary_opts])


def _one_line(text: str) -> str:
    return " ".join(text.replace("\b", " ").split())


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for page in (commands, jobs, errors, documents, roles):
        (FOLDER / f"{page.__name__}.md").write_text(page(), encoding="utf-8")
