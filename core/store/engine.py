"""The two doors to SQL: `reading(engine)` and `writing(engine)`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from core.errors import DataError

OUT_OF_REACH = (SQLAlchemyError,)
"""What is raised when the database does not answer."""
Within: TypeAlias = Callable[[Session], None]
"""What is to be done in somebody else's transaction."""
Decide: TypeAlias = Callable[[Session, DataError], bool]
"""The same for something that was refused; says whether people are to be told."""


def open_engine(url: str) -> Engine:
    """An engine whose SQLite connections are in WAL mode and lock before they read what they will write."""
    engine = create_engine(driver(url), pool_pre_ping=not url.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def driver(url: str) -> str:
    """The URL with the driver that we use named in it."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that sees one moment and writes nothing."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session that commits at the end or changes nothing. Keep it short: no fits, no files inside."""
    with Session(engine.execution_options(write=True), expire_on_commit=False) as session, session.begin():
        yield session
