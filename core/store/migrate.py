"""Bring a database to the newest tables: run at every start, safe when several processes do."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from core.store.engine import open_engine
from core.store.snapshot import VERSION_TABLE

ADVISORY_LOCK = 7_226_773


def migrate(engine: Engine) -> None:
    """Upgrade to the newest version under a lock."""
    with engine.execution_options(write=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        command.upgrade(config(connection), "head")


def config(connection: Connection) -> Config:
    """Alembic's configuration in code: no alembic.ini."""
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    configuration.set_main_option("path_separator", "os")
    configuration.attributes["connection"] = connection
    return configuration


def versions(url: str) -> tuple[str | None, str]:
    """The version of the tables in a database, and the newest that this Caretaker knows."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            options = {"version_table": VERSION_TABLE}
            current = MigrationContext.configure(connection, opts=options).get_current_revision()
    finally:
        engine.dispose()
    return current, str(_scripts().get_current_head())


def known(version: str) -> bool:
    """Whether this Caretaker has tables of that version, so that it can bring them up to date."""
    return version in {script.revision for script in _scripts().walk_revisions()}


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(Path(__file__).parent / "migrations"))
