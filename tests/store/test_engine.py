"""The two doors to SQL: without them concurrent writers lose updates or naive moments slip in."""

import sqlite3
import threading
from contextlib import ExitStack
from datetime import UTC, datetime

import anyio.to_thread
import pytest
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlmodel import select

from core.errors import BusyError
from core.store import engine as engines
from core.store.engine import SCRIPTS, THREADS, open_engine, reading, writing
from core.store.migrate import migrate
from core.store.tables import Audit, LabelEvent, Model


@pytest.fixture
def engine(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/caretaker.db")
    migrate(engine)
    yield engine
    engine.dispose()


def test_read_modify_writes_of_threads_all_count(engine):
    """With a deferred BEGIN part of these would end in 'database is locked'."""
    with writing(engine) as session:
        session.add(Model(name="m", spec={"n": 0}))

    def add_ten():
        for _ in range(10):
            with writing(engine) as session:
                row = session.exec(select(Model)).one()
                row.spec = {"n": row.spec["n"] + 1}

    threads = [threading.Thread(target=add_ten) for _ in range(6)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    with reading(engine) as session:
        assert session.exec(select(Model)).one().spec == {"n": 60}


def test_failed_write_changes_nothing(engine):
    """Half of a transaction must never be seen."""

    def add_two_then_fail():
        with writing(engine) as session:
            session.add(Audit(person="p", action="one"))
            session.flush()
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        add_two_then_fail()
    with reading(engine) as session:
        assert session.exec(select(Audit)).all() == []


def test_moments_come_back_in_utc_and_naive_ones_are_refused(engine):
    """SQLite drops time zones: the column type must give them back."""
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    with writing(engine) as session:
        session.add(Audit(person="p", action="a", created_at=moment))
    with reading(engine) as session:
        assert session.exec(select(Audit)).one().created_at == moment
    naive = datetime(2026, 3, 1, 12)
    with pytest.raises(StatementError, match="naive"), writing(engine) as session:
        session.add(Audit(person="p", action="a", created_at=naive))


def test_label_events_cannot_be_changed_or_deleted(engine):
    """The history of answers is append-only, held by the database itself."""
    with writing(engine) as session:
        session.add(Model(id=1, name="m", spec={}))
        session.flush()
        session.add(LabelEvent(uid="u", seq=1, model_id=1, row_id="r", person="p", action="skip"))
    with pytest.raises(IntegrityError, match="append-only"), writing(engine) as session:
        session.exec(select(LabelEvent)).one().person = "somebody else"
    with pytest.raises(IntegrityError, match="append-only"), writing(engine) as session:
        session.delete(session.exec(select(LabelEvent)).one())


@pytest.fixture
def hasty(tmp_path, monkeypatch):
    """An engine that waits a moment only."""
    monkeypatch.setattr(engines, "FILE_SECONDS", 0.1)
    monkeypatch.setattr(engines, "TURN_SECONDS", 0.1)
    engine = open_engine(f"sqlite:///{tmp_path}/caretaker.db")
    migrate(engine)
    yield engine
    engine.dispose()


def add(engine, action="a"):
    with writing(engine) as session:
        session.add(Audit(person="p", action=action))


def test_a_database_that_another_process_keeps_is_busy_and_nothing_is_changed(hasty):
    """'database is locked' would be a failure of ours, and the answer of an expert an error 500."""
    other = sqlite3.connect(hasty.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(BusyError, match="held by another process"):
        add(hasty)
    other.execute("ROLLBACK")
    other.close()
    add(hasty, "later")
    with reading(hasty) as session:
        assert [row.action for row in session.exec(select(Audit)).all()] == ["later"]


def test_a_thread_that_waits_for_its_turn_too_long_is_told_so_and_the_turn_goes_on(hasty):
    with writing(hasty), pytest.raises(BusyError, match="busy"):
        add(hasty)
    add(hasty)


def test_too_many_readers_at_once_are_told_so(hasty):
    """'QueuePool limit of size 5 overflow 10 reached' was an error 500."""
    with ExitStack() as many:
        for _ in range(THREADS + SCRIPTS):
            many.enter_context(reading(hasty)).exec(select(Audit)).all()
        with pytest.raises(BusyError, match="busy"), reading(hasty) as session:
            session.exec(select(Audit)).all()


def test_there_is_a_connection_for_every_thread_that_answers_requests(hasty):
    """The pool was smaller than the threads: the sixteenth waited for half a minute, then failed."""
    assert anyio.run(_threads) <= THREADS
    with ExitStack() as many:
        for _ in range(THREADS):
            many.enter_context(reading(hasty)).exec(select(Audit)).all()


async def _threads():
    return anyio.to_thread.current_default_thread_limiter().total_tokens


def test_a_wrong_statement_is_not_called_busy(hasty):
    with pytest.raises(OperationalError, match="no such table"), reading(hasty) as session:
        session.connection().exec_driver_sql("SELECT * FROM elsewhere")


class Contended(sqlite3.Connection):
    """SQLite refuses the switch at once when two processes want it: its own waiting does not apply."""

    refusals = 2

    def execute(self, sql, *parameters):
        """Refuse the switch as often as `refusals` says."""
        if "journal_mode" in sql and self.refusals:
            self.refusals -= 1
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise error
        return super().execute(sql, *parameters)


def test_the_switch_of_a_new_file_to_write_ahead_logging_is_tried_again(tmp_path):
    connection = sqlite3.connect(tmp_path / "new.db", factory=Contended)
    engines._prepare_sqlite(connection, 1.0)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_a_file_that_cannot_be_switched_is_not_tried_for_ever(tmp_path, monkeypatch):
    monkeypatch.setattr(engines, "SWITCH_SECONDS", 0.1)
    connection = sqlite3.connect(tmp_path / "new.db", factory=Contended)
    connection.refusals = 10**9
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        engines._prepare_sqlite(connection, 1.0)
    connection.close()
