"""Migrations bring every database to exactly the tables of the code."""

import subprocess
import sys

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from core.settings import PROJECT
from core.store import tables
from core.store.engine import open_engine
from core.store.migrate import MIGRATIONS, known, migrate, newest

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
    assert all(known(each.revision) for each in script.walk_revisions())


def test_a_start_with_nothing_to_migrate_does_not_import_alembic(tmp_path):
    url = f"sqlite:///{tmp_path}/a.db"
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()
    code = f"{RACE}; assert 'alembic' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code, url], cwd=PROJECT, check=False).returncode == 0
