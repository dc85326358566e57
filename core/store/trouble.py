"""What a database refuses, as a sentence that names it: every error of our engines comes by here."""

import re
from collections.abc import Callable

from sqlalchemy import make_url
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlmodel import SQLModel

from core.errors import CaretakerError, StoreError
from core.store.snapshot import sqlite_file
from core.trouble import damaged_database, explain

SETTING = "CARETAKER_DATABASE_URL"
LOST = re.compile(r"no such (?:table|column): (?:(?P<of>\w+)\.)?(?P<name>\w+)")
FULL = "53100"
"""PostgreSQL's disk_full."""


def error_listener(url: str) -> Callable[[ExceptionContext], CaretakerError | None]:
    """A listener for the errors of the engine of this URL; what it does not know it lets pass."""

    def listen(context: ExceptionContext) -> CaretakerError | None:
        # A ping of the pool that fails leads to a new connection, and is nobody's trouble.
        return None if context.is_pre_ping else refusal(context.sqlalchemy_exception, url)

    return listen


def refusal(error: BaseException | None, url: str, setting: str = SETTING) -> CaretakerError | None:
    """The sentence for an error of the database of this URL; None when it says something else."""
    file = sqlite_file(url)
    if not isinstance(error, DBAPIError) or error.orig is None:
        return None
    if file is not None:
        lost = damaged_database(file, str(error.orig)) if _names_a_lost_table(str(error.orig)) else None
        return explain(error.orig, file.parent, file) or lost
    if getattr(error.orig, "sqlstate", None) == FULL:
        return StoreError(
            f"The disk of the database server is full ({nameless(url)}).",
            "Make room there, then do the same again: nothing was changed.",
        )
    return no_response(str(error.orig), url, setting) if isinstance(error, OperationalError) else None


def _names_a_lost_table(message: str) -> bool:
    """Whether SQLite misses a table or column that is one of ours: every start brings them up to date."""
    lost = LOST.fullmatch(message)
    table = None if lost is None else SQLModel.metadata.tables.get(lost["of"] or lost["name"])
    return table is not None and lost is not None and (not lost["of"] or lost["name"] in table.columns)


def no_response(reason: str, url: str, setting: str = SETTING) -> StoreError:
    """The sentence about a server that gives no answer; `setting` names the variable with its URL."""
    return StoreError(
        f"The database {nameless(url)} does not answer: {reason.strip().splitlines()[0]}.",
        f"Check {setting}, and that the server runs; `python -m core doctor` says more.",
    )


def nameless(url: str) -> str:
    """The URL for people, without its password; what is no URL of a database stays as it is.

    >>> nameless("postgresql://ann:secret@db/caretaker")
    'postgresql://ann:***@db/caretaker'
    """
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return url
