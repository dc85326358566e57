"""The page of all errors, from the classes: when, the HTTP status, the exit code, what to do next."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator

import core
from core.api.http_errors import MORE
from core.errors import CaretakerError

HEAD = """# Errors

Whatever Caretaker refuses or cannot do, it says in a message, with a hint what to do next: on a page, on
standard error of a command, and over HTTP as `{"message": ..., "hint": ...}` (of an error of the data also
`column` and `row`, where one cell is to blame). Below stands when each kind of error is raised, the HTTP
status with which a program hears of it, the exit code of a command, and what a person does next; the hint of
the error itself is more exact. A failure of ours is none of these: HTTP answers 500, a command ends with 1,
and both name a reference to the log.

This page is written from the docstrings of the classes by `python -m docs.make_manual`.
"""
NEXT = re.compile(r"^Next: (.+?)(?:\n\n|\Z)", re.MULTILINE | re.DOTALL)


def error_classes() -> list[type[CaretakerError]]:
    """Every error of the code, each after the one that it is a kind of."""
    for module in pkgutil.walk_packages(core.__path__, "core."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return [kind for kind, _ in _tree(CaretakerError, 0)]


def _tree(kind: type[CaretakerError], depth: int) -> Iterator[tuple[type[CaretakerError], int]]:
    yield kind, depth
    below = [each for each in kind.__subclasses__() if each.__module__.startswith("core.")]
    for each in sorted(below, key=lambda each: each.__name__):
        yield from _tree(each, depth + 1)


def next_step(kind: type[CaretakerError]) -> str:
    """What its own docstring says after `Next:`; empty where it says nothing."""
    step = NEXT.search(inspect.cleandoc(kind.__doc__ or ""))
    return _one_line(step[1]) if step else ""


def errors() -> str:
    """The page."""
    classes = error_classes()
    drawn = [f"{'    ' * depth}{kind.__name__}" for kind, depth in _tree(CaretakerError, 0)]
    lines = [HEAD, "```", *drawn, "```", ""]
    for kind in classes:
        lines += [f"## {kind.__name__}", "", _when(kind), "", f"- HTTP: {_status(kind)}"]
        lines += [f"- Exit code: {kind.exit_code}", f"- Next: {_capital(next_step(kind))}", ""]
    return "\n".join(lines).rstrip() + "\n"


def _when(kind: type[CaretakerError]) -> str:
    """The docstring until its next step, without examples."""
    text, *_ = inspect.cleandoc(kind.__doc__ or "").split("\n\nNext:")
    return "\n\n".join(_one_line(part) for part in text.split("\n\n") if not part.startswith(">>>"))


def _status(kind: type[CaretakerError]) -> str:
    headers = ", ".join(f"`{name}: {value}`" for name, value in MORE.get(kind.http_status, {}).items())
    return f"{int(kind.http_status)}" + (f", with {headers}" if headers else "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _one_line(text: str) -> str:
    return " ".join(text.split())
