"""Migrations bring every database to exactly the tables of the code."""

import subprocess
import sys

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from core.settings import PROJECT
from core.store import tables
from core.store.engine import open_engine
from core.store.migrate import MIGRATIONS, config, is_known, migrate, newest

OPEN = "import sys; from core.store.engine import open_engine; from core.store.migrate import migrate"
RACE = f"{OPEN}; migrate(open_engine(sys.argv[1]))"


def test_migrated_tables_are_those_of_the_code(tmp_path):
    """A forgotten migration would break the first start after an update."""
    assert tables.Model.__tablename__ in SQLModel.metadata.tables
    engine = open_engine(f"sqlite:///{tmp_path}/a.db")
    migrate(engine)
    migrate(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "caretaker_version"})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_processes_that_start_together_all_succeed(tmp_path):
    """The web process and the worker open a fresh home at the same time."""
    url = f"sqlite:///{tmp_path}/race.db"
    racers = [subprocess.Popen([sys.executable, "-c", RACE, url], cwd=PROJECT) for _ in range(3)]
    assert [racer.wait(60) for racer in racers] == [0, 0, 0]


def test_the_newest_version_is_told_without_alembic_and_is_its_head():
    script = ScriptDirectory(str(MIGRATIONS))
    assert newest() == script.get_current_head()
    assert all(is_known(each.revision) for each in script.walk_revisions())


def test_a_start_with_nothing_to_migrate_does_not_import_alembic(tmp_path):
    url = f"sqlite:///{tmp_path}/a.db"
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()
    code = f"{RACE}; assert 'alembic' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code, url], cwd=PROJECT, check=False).returncode == 0


def test_leases_of_before_end_with_the_update_and_their_items_are_free(tmp_path):
    """A lease of before has no beginning that could be told; a tab that shows the item takes it again."""
    engine = open_engine(f"sqlite:///{tmp_path}/a.db")
    with engine.execution_options(write=True).begin() as connection:
        command.upgrade(config(connection), "0002")
        connection.execute(text("INSERT INTO model (id, name, spec, created_at) VALUES (1, 'm', '{}', '')"))
        task = "id, model_id, row_id, kind, state, priority, want, done, live, blind, reasons, created_at"
        values = "1, 1, 'r', 'suspect', 'open', 0, 1, 0, 1, 0, '[]', ''"
        connection.execute(text(f"INSERT INTO label_task ({task}) VALUES ({values})"))
        claim = "(task_id, person, holder, expires_at)"
        connection.execute(text(f"INSERT INTO label_claim {claim} VALUES (1, 'ann', 'tab', '')"))
    migrate(engine)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM label_claim")).scalar() == 0
        assert connection.execute(text("SELECT live FROM label_task")).scalar() == 0
    engine.dispose()


def test_promotions_of_before_keep_their_state_and_new_states_are_held_by_the_database(tmp_path):
    """SQLite writes the table anew: nothing of it may get lost, and its checks hold the new states."""
    engine = open_engine(f"sqlite:///{tmp_path}/a.db")
    named = "id, model_id, kind, state, version, reason, person, created_at"
    with engine.execution_options(write=True).begin() as connection:
        command.upgrade(config(connection), "0006")
        connection.execute(text("INSERT INTO model (id, name, spec, created_at) VALUES (1, 'm', '{}', '')"))
        values = "7, 1, 'promote', 'done', '2', 'better', 'eve', '2024-01-01'"
        connection.execute(text(f"INSERT INTO deployment ({named}) VALUES ({values})"))
    migrate(engine)
    with engine.execution_options(write=True).begin() as connection:
        row = connection.execute(text(f"SELECT {named}, override FROM deployment")).one()
        assert tuple(row) == (7, 1, "promote", "done", "2", "better", "eve", "2024-01-01", None)
        values = "8, 1, 'promote', 'proposed', '3', 'better', 'eve', '2024-01-01'"
        connection.execute(text(f"INSERT INTO deployment ({named}) VALUES ({values})"))
    for column, value in (("state", "'odd'"), ("override", "'any'"), ("kind", "'odd'")):
        with pytest.raises(IntegrityError), engine.begin() as connection:
            connection.execute(text(f"UPDATE deployment SET {column} = {value}"))
    engine.dispose()
