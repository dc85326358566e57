"""The two doors to SQL: `reading(engine)` and `writing(engine)`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, TypeAlias

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlmodel import Session

from core.errors import BusyError, DataError, StoreError
from core.store.chain.record import RecordingSession
from core.store.sealed.documents import DamagedDocument, seal, unseal
from core.store.snapshot import sqlite_file
from core.store.sqlite.wal import switch
from core.store.trouble import error_listener, no_response
from core.trouble import damaged_database, is_locked

OUT_OF_REACH = (SQLAlchemyError, StoreError, BusyError)
"""What is raised when the database does not answer."""
THREADS, SCRIPTS = 40, 20
"""Connections: one for each thread that answers requests (anyio has 40), some for the scripts of pages."""
FILE_SECONDS, TURN_SECONDS = 10.0, 10.0
"""How long to wait for another process that writes, and for a thread of our own: a browser waits 15 s."""
JOB_SECONDS = 60.0
"""How long a job waits, behind which nobody sits: what it has computed is worth more."""
SWITCH_SECONDS = 3.0
"""How long to try for the moment in which a new file can be switched to write-ahead logging."""
CROWDED = frozenset({"40001", "40P01", "53300", "55P03"})
"""PostgreSQL's serialization_failure, deadlock_detected, too_many_connections and lock_not_available."""
StoreSession: TypeAlias = Session
"""What use cases hand on that share a transaction."""
Within: TypeAlias = Callable[[Session], None]
"""What is to be done in somebody else's transaction."""
Decide: TypeAlias = Callable[[Session, DataError], bool]
"""The same for something that was refused; says whether people are to be told."""


def open_engine(url: str, patience: float | None = None) -> Engine:
    """An engine whose SQLite connections are in WAL mode and lock before they read what they will write.

    Args:
        url: of the database.
        patience: seconds to wait for another process that writes to SQLite.
    """
    engine = create_engine(
        driver(url),
        pool_pre_ping=not url.startswith("sqlite"),
        pool_size=THREADS,
        max_overflow=SCRIPTS,
        pool_timeout=TURN_SECONDS,
        execution_options={"turn": Lock()},
        json_serializer=seal,
        json_deserializer=_document_reader(url),
    )
    event.listen(engine, "handle_error", error_listener(url))
    if engine.dialect.name == "sqlite":
        seconds = FILE_SECONDS if patience is None else patience
        event.listen(engine, "connect", lambda connection, _: _prepare_sqlite(connection, seconds))
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _document_reader(url: str) -> Callable[[str], Any]:
    """Reads a JSON document; one that is not what was written is a fault of the file."""
    file = sqlite_file(url)

    def read(text: str) -> Any:
        try:
            return unseal(text)
        except ValueError as error:
            reason = f"a document cannot be read: {error}"
            known = no_response(reason, url) if file is None else damaged_database(file, reason)
            raise DamagedDocument(known.message, known.hint) from error

    return read


def driver(url: str) -> str:
    """The URL with the driver that we use named in it."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _prepare_sqlite(connection: Any, patience: float) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={patience * 1000:.0f}")
    switch(connection, SWITCH_SECONDS)
    for pragma in ("synchronous=NORMAL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A session that sees one moment and writes nothing.

    Raises:
        BusyError: too many people ask at once.
    """
    with _waiting(), Session(engine, expire_on_commit=False) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """A session that commits at the end or changes nothing. Keep it short: no fits, no files inside.

    What it writes of the tables that decisions rest on gets its links in the hash chain.

    Raises:
        BusyError: others write all the time; nothing was changed.
    """
    patient = engine.execution_options(write=True)
    session = RecordingSession(patient, expire_on_commit=False)
    with _waiting(), _turn(engine), session, session.begin():
        yield session


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """The threads of one process write to SQLite one after the other.

    SQLite itself lets those that wait ask again and again: with many of them, some never hit the moment.
    They wait without a connection, so that they keep none from those who read.
    """
    turn = engine.get_execution_options().get("turn") if engine.dialect.name == "sqlite" else None
    if turn is None:
        yield
        return
    if not turn.acquire(timeout=TURN_SECONDS):
        raise _busy()
    try:
        yield
    finally:
        turn.release()


@contextmanager
def _waiting() -> Iterator[None]:
    """A database that others keep busy is no failure: say that it is worth trying again."""
    try:
        yield
    except NoConnectionLeft as error:
        raise _busy() from error
    except OperationalError as error:
        if not _is_crowded(error.orig):
            raise
        raise _busy() from error


def _is_crowded(error: BaseException | None) -> bool:
    return is_locked(error) or getattr(error, "sqlstate", None) in CROWDED


def _busy() -> BusyError:
    return BusyError(
        "The database is busy: many people or a job are writing.",
        "Nothing was changed; try again in a few seconds.",
    )
