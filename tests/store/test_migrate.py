"""Migrations bring every database to exactly the tables of the code."""

import multiprocessing

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel

from core.store import tables
from core.store.engine import open_engine
from core.store.migrate import migrate


def open_and_migrate(url):
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()


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
    context = multiprocessing.get_context("spawn")
    racers = [context.Process(target=open_and_migrate, args=(url,)) for _ in range(3)]
    [racer.start() for racer in racers]
    [racer.join(60) for racer in racers]
    assert [racer.exitcode for racer in racers] == [0, 0, 0]
