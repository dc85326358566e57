"""A row that was changed, taken away or slipped in behind the log's back would pass for what was decided."""

import subprocess
import sys

import pytest
from alembic import command
from sqlalchemy import inspect, text
from sqlmodel import col, select

from core.annotation.events import Event, EventRecord
from core.settings import PROJECT
from core.store import audit
from core.store.annotation import events, revisions
from core.store.chain import links, rows
from core.store.chain.verify import verify
from core.store.engine import open_engine, reading, writing
from core.store.experiments import deployments, holdouts, outbox, trials
from core.store.migrate import config, migrate
from core.store.tables import Audit, ChainLink, Deployment, Holdout, Model, Revision, Shadow, Trial

WRITER = """
import sys
from core.store import audit
from core.store.engine import open_engine, writing

engine = open_engine(sys.argv[1])
for number in range(40):
    with writing(engine) as session:
        audit.add(session, 1, sys.argv[2], "compare", {"number": number})
"""
MODEL = "INSERT INTO model (id, name, spec, created_at) VALUES (1, 'm', '{}', '2026-01-01 00:00:00+00:00')"


@pytest.fixture
def file(tmp_path):
    yield from opened(f"sqlite:///{tmp_path}/a.db")


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request):
    kind = request.param
    yield from (
        [request.getfixturevalue("file")] if kind == "sqlite" else opened(request.getfixturevalue("postgres"))
    )


def opened(url):
    engine = open_engine(url)
    migrate(engine)
    with writing(engine) as session:
        session.add(Model(name="m", spec={"metric": "accuracy"}))
    yield engine
    engine.dispose()


def label(uid, row_id):
    return EventRecord(Event(uid=uid, row_id=row_id, person="ann", action="label", at=None, label="yes"))


def write_everything(engine):
    """One promotion with what it rests on; gives nothing."""
    with writing(engine) as session:
        audit.add(session, 1, "eve", "compare", {"look": 1})
        audit.add(session, 1, "eve", "promote", {"reason": "better"})
        events.append(session, 1, [label(f"u{n}", f"r{n}") for n in range(5)])
        kept = {f"r{n}": "yes" for n in range(4)}
        holdouts.add(session, Holdout(model_id=1, number=0, keys_hash="k", first="a", last="b"), kept)
        revisions.add(
            session,
            Revision(model_id=1, number=0, content_hash="c", event_seq=5, rows=9, created_by="e"),
            kept,
        )
        trials.start(
            session, Trial(model_id=1, fingerprint="f", recipe="linear", status="running", created_by="e")
        )
    with writing(engine) as session:
        holdouts.look(session, 1, "2")
        trials.score(session, 1, "scored", cv={"value": 0.5}, params={}, seconds=1)
        first = deployments.record_first(session, 1, "1", person="eve")
        outbox.announce(session, first, ["shop"], {"version": "1"})
        body = {"rows": 40, "gain": 0.02}
        shadow = {"role": "guard", "champion": "2", "version": "1", "start_batch": 3, "started_by": "eve"}
        session.add(Shadow(model_id=1, basis={"kind": "decisions"}, body=body, **shadow))
    with writing(engine) as session:
        outbox.conclude(session, outbox.of_deployment(session, 1)[0].uid, "waiting", "Not yet.", (5,))


def tamper(engine, statement):
    """Change the database behind Caretaker's back."""
    with engine.execution_options(write=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = 'replica'"))
        else:
            for trigger in (
                "label_event_no_update",
                "label_event_no_delete",
                "chain_link_no_update",
                "chain_link_no_delete",
            ):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {trigger}"))
        connection.execute(text(statement))


def places(engine, *anchors):
    return [(fault.table, fault.row, fault.field) for fault in verify(engine, anchors).faults]


def test_what_caretaker_writes_is_whole(engine):
    write_everything(engine)
    report = verify(engine)
    assert report.faults == ()
    assert report.rows == 1 + 2 + 5 + 1 + 4 + 1 + 4 + 1 + 1 + 1 + 1 + 1
    assert (report.since[:2], report.before) == ("20", 0)
    assert report.head.seq == report.links


CHANGES = {
    "UPDATE audit SET person = 'eva' WHERE id = 1": ("audit", "id 1", "person"),
    'UPDATE audit SET body = \'{"reason": "bettes"}\' WHERE id = 2': ("audit", "id 2", "body"),
    'UPDATE audit SET body = \'{"reason":"better"}\' WHERE id = 2': ("audit", "id 2", "body"),
    "UPDATE label_event SET label = 'no' WHERE seq = 3": ("label_event", "seq 3", "label"),
    "UPDATE holdout_row SET given_class = 'no' WHERE row_id = 'r2'": (
        "holdout_row",
        "holdout_id 1, row_id r2",
        "given_class",
    ),
    "UPDATE revision_label SET label = 'no' WHERE row_id = 'r3'": (
        "revision_label",
        "revision_id 1, row_id r3",
        "label",
    ),
    "UPDATE holdout_look SET alpha = alpha * 1.0000001": ("holdout_look", "id 1", "alpha"),
    "UPDATE trial SET seconds = 2": ("trial", "id 1", "seconds"),
    "UPDATE deployment SET reason = 'first champiom'": ("deployment", "id 1", "reason"),
    "UPDATE deployment SET override = 'other'": ("deployment", "id 1", "override"),
    'UPDATE model SET spec = \'{"metric": "accuracz"}\'': ("model", "id 1", "spec"),
    "UPDATE shadow SET verdict = 'better'": ("shadow", "id 1", "verdict"),
    'UPDATE shadow SET body = \'{"rows": 41, "gain": 0.02}\'': ("shadow", "id 1", "body"),
    "UPDATE announcement SET state = 'live'": ("announcement", "deployment_id 1, target shop", "state"),
    "DELETE FROM audit WHERE id = 2": ("audit", "id 1 to 2", ""),
    "DELETE FROM label_event WHERE seq = 4": ("label_event", "seq 1 to 5", ""),
    "INSERT INTO audit (id, person, action, body, created_at) "
    "VALUES (9, 'x', 'promote', '{}', '2026-01-01')": ("audit", "id 9", ""),
    "INSERT INTO audit (id, person, action, body, created_at) "
    "VALUES (0, 'x', 'promote', '{}', '2026-01-01')": ("audit", "id 0", ""),
}


@pytest.mark.parametrize("statement", CHANGES)
def test_one_change_behind_its_back_is_found_and_named(file, statement):
    write_everything(file)
    tamper(file, statement)
    assert places(file) == [CHANGES[statement]]


def test_changes_in_several_tables_are_all_named(engine):
    write_everything(engine)
    for statement in list(CHANGES)[3:9]:
        tamper(engine, statement)
    assert sorted(places(engine)) == sorted(list(CHANGES.values())[3:9])


def test_a_changed_a_missing_and_a_rewritten_link_are_found(file):
    write_everything(file)
    was = verify(file).head
    tamper(file, "UPDATE chain_link SET at = '2020-01-01' WHERE seq = 3")
    assert places(file) == [("chain_link", "3", "hash")]
    tamper(file, "DELETE FROM chain_link WHERE seq = 3")
    assert ("chain_link", "3", "") in places(file)
    tamper(file, f"DELETE FROM chain_link WHERE seq = {was.seq}")
    assert ("chain_link", str(was.seq), "hash") in places(file, was)


def test_every_column_of_every_chained_table_is_covered(file):
    """Each cell, changed alone, is the one that is named; a column that no link covers could be rewritten."""
    engine = file
    write_everything(engine)
    for table in (
        "audit",
        "label_event",
        "holdout",
        "revision",
        "trial",
        "deployment",
        "holdout_look",
        "shadow",
        "announcement",
    ):
        for name, kind in rows.columns_of(table).items():
            if name in {"id", "seq", "deployment_id"}:
                continue
            with engine.connect() as connection:
                was = connection.exec_driver_sql(f"SELECT {name} FROM {table} LIMIT 1").scalar()
            other = f"{was or ''}x" if kind != "plain" else (was or 0) + 1
            change(engine, table, name, other)
            assert {fault.field for fault in verify(engine).faults} == {name}, table
            change(engine, table, name, was)
    assert verify(engine).faults == ()


def change(engine, table, name, value):
    """Set one cell of the first row, past every check."""
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS label_event_no_update")
        first = f"(SELECT min({rows.TABLES[table].key}) FROM {table})"
        where = f"{rows.TABLES[table].key} = {first}"
        connection.exec_driver_sql(f"UPDATE {table} SET {name} = ? WHERE {where}", (value,))
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = OFF")
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
        connection.exec_driver_sql("BEGIN")


def test_rows_that_are_only_added_are_never_changed(file):
    write_everything(file)
    with pytest.raises(ValueError, match="only added"), writing(file) as session:
        session.get_one(Audit, 1).person = "eva"
    assert verify(file).faults == ()


def fail_after_writing(session):
    audit.add(session, 1, "eve", "promote", {})
    session.flush()
    raise KeyError


def test_a_transaction_that_fails_leaves_no_link(file):
    before = verify(file).head
    with pytest.raises(KeyError), writing(file) as session:
        fail_after_writing(session)
    assert verify(file).head == before


@pytest.mark.processes
def test_two_processes_that_write_at_once_make_one_chain(engine):
    url = engine.url.render_as_string(hide_password=False)
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, url, who], cwd=PROJECT) for who in ("ann", "bob")
    ]
    assert [writer.wait(120) for writer in writers] == [0, 0]
    report = verify(engine)
    assert (report.faults, report.rows) == ((), 81)
    with engine.connect() as connection:
        seqs = connection.execute(select(col(ChainLink.seq)).order_by(col(ChainLink.seq))).scalars().all()
    assert seqs == list(range(1, len(seqs) + 1))


def test_an_old_home_is_chained_from_its_update_on(tmp_path):
    """What was there before is in the chain as it was found, and the chain says since when."""
    engine = open_engine(f"sqlite:///{tmp_path}/a.db")
    with engine.execution_options(write=True).begin() as connection:
        command.upgrade(config(connection), "0008")
        connection.execute(text(MODEL))
        for number in range(3):
            values = f"{number + 1}, 1, 'eve', 'compare', '{{}}', '2024-01-01'"
            connection.execute(
                text(f"INSERT INTO audit (id, model_id, person, action, body, created_at) VALUES ({values})")
            )
    migrate(engine)
    report = verify(engine)
    assert (report.before, report.rows, report.faults) == (4, 4, ())
    tamper(engine, "UPDATE audit SET person = 'eva' WHERE id = 2")
    assert places(engine) == [("audit", "id 2", "person")]
    engine.dispose()


def test_the_outbox_of_a_home_of_before_joins_the_chain_as_it_is_found(engine, monkeypatch):
    """Until the tables 0012 no link named an announcement: each would pass for one that was slipped in."""
    write_everything(engine)
    with engine.execution_options(write=True).begin() as connection:
        command.downgrade(config(connection), "0011")
    tamper(engine, "DELETE FROM chain_link")
    with engine.execution_options(write=True).begin() as connection:
        later = {"announcement", "alert_event"}
        links.begin(connection, {name: rows.columns_of(name) for name in rows.TABLES if name not in later})
    with monkeypatch.context() as patch:
        patch.delitem(rows.TABLES, "alert_event")  # its table came with 0014
        assert [fault.table for fault in verify(engine).faults] == ["announcement"]
    migrate(engine)
    assert verify(engine).faults == ()
    tamper(engine, "UPDATE announcement SET message = 'It is live.'")
    assert places(engine) == [("announcement", "deployment_id 1, target shop", "message")]


def test_an_announcement_that_is_superseded_keeps_its_link(file):
    write_everything(file)
    with writing(file) as session:
        later = Deployment(model_id=1, kind="promote", state="done", version="2", reason="r", person="p")
        session.add(later)
        session.flush()
        outbox.announce(session, later, ["shop"], {"version": "2"})
    with reading(file) as session:
        assert [row.state for row in outbox.of_deployment(session, 1)] == ["superseded"]
    assert verify(file).faults == ()


def test_a_column_that_came_later_leaves_the_links_of_before_whole(file):
    """An update adds columns to tables; rows of before were never chained with them."""
    with writing(file) as session:
        session.add(Deployment(model_id=1, kind="first", state="done", version="1", reason="r", person="p"))
    columns = {name: kind for name, kind in rows.columns_of("deployment").items() if name != "decision"}
    with file.execution_options(write=True).begin() as connection:
        read = list(rows.read(connection, "deployment", columns, 1, 1))
        of = rows.digest(list(columns), [row[1:] for row in read])
        links.extend(connection, [("deployment", 1, 1, of)])
    assert verify(file).faults == ()
    assert "chain_link" in inspect(file).get_table_names()
