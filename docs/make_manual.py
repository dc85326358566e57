"""Writes `docs/reference/commands.md`, `jobs.md` and `errors.md` from the code; a test holds them together.

Run `python -m docs.make_manual` in the repository after changing a command, a job or an error.
"""

from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup

from core.cli.app import build
from core.services.jobs import JOBS
from docs.error_page import errors

FOLDER = Path(__file__).parent / "reference"
COMMANDS = """# Commands

Every command is `python -m core NAME`, or `caretaker NAME` where it is installed; `--help` says the same as
this page, which is written from it by `python -m docs.make_manual`.
"""
JOBS_HEAD = """# Jobs

Work that goes on when a tab is closed. A job is put in line with its arguments and done step by step by the
worker; killed anywhere, the step is run again and the job goes on. A quick one does not wait behind the heavy
ones. This page is written from the declarations by `python -m docs.make_manual`.

| job | what people read | quick | arguments | steps |
|---|---|---|---|---|
"""


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


def jobs() -> str:
    """The page of all jobs, in the order of their declaration."""
    rows = []
    for name, job in JOBS.items():
        declaration = job.declaration
        arguments = ", ".join(_argument(field) for field in fields(job))
        steps = ", ".join(f"`{step.function.__name__}`" for step in declaration.steps)
        quick = "yes" if declaration.quick else ""
        rows.append(f"| `{name}` | {declaration.title} | {quick} | {arguments} | {steps} |")
    return JOBS_HEAD + "\n".join(rows) + "\n"


def _argument(argument: "Field[Any]") -> str:
    needed = argument.default is MISSING and argument.default_factory is MISSING
    return f"`{argument.name}`" if needed else f"`{argument.name}` (may be left out)"


def _one_line(text: str) -> str:
    return " ".join(text.replace("\b", " ").split())


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for page in (commands, jobs, errors):
        (FOLDER / f"{page.__name__}.md").write_text(page(), encoding="utf-8")
