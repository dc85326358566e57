"""The two doors to SQL: without them concurrent writers lose updates or naive moments slip in."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import select

from core.store.engine import open_engine, reading, writing
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
