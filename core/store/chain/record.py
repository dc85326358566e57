"""Sessions that write: what they add or change of the chained tables gets its links before they commit."""

from typing import Any

from sqlalchemy import event, inspect
from sqlmodel import Session

from core.store.chain import links
from core.store.chain.rows import TABLES

TOUCHED = "chained"


class RecordingSession(Session):
    """A session that writes the links of its rows in its own transaction, at the end."""


def touch(session: Session, table: str, key: int) -> None:
    """Note that rows of a key were written past the session's objects."""
    session.info.setdefault(TOUCHED, set()).add((table, key))


@event.listens_for(RecordingSession, "after_flush")
def _note_rows(session: Session, _context: Any) -> None:
    for row in session.new:
        _note(session, row)
    for row in session.dirty:
        chained = TABLES.get(row.__tablename__)
        if chained is None or not session.is_modified(row):
            continue
        if chained.together:
            raise ValueError(f"rows of {row.__tablename__} are only added, never changed")
        _note(session, row)


def _note(session: Session, row: Any) -> None:
    chained = TABLES.get(row.__tablename__)
    if chained is not None:
        touch(session, row.__tablename__, inspect(row).dict[chained.key])


@event.listens_for(RecordingSession, "before_commit")
def _write_links(session: Session) -> None:
    """At the very end: the lock of the chain is the last that a transaction takes, so nobody waits crosswise.

    The rows are read back: what is chained is what the database holds.
    """
    if session.in_nested_transaction():
        return
    session.flush()
    touched = session.info.pop(TOUCHED, None)
    if touched:
        links.append(session.connection(), touched)
