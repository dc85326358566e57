"""Bring a database to the newest tables: run at every start, safe when several processes do."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from core.store.engine import open_engine
from core.store.snapshot import VERSION_TABLE

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

ADVISORY_LOCK = 7_226_773
MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> None:
    """Upgrade to the newest version under a lock.

    Alembic is imported only when there is something to do: it costs a later start a quarter of a second.
    """
    if table_version(engine) == newest():
        return
    from alembic import command

    with engine.execution_options(write=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        command.upgrade(config(connection), "head")


def newest() -> str:
    """The newest version of the tables: each migration's file begins with its own."""
    return max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def config(connection: Connection) -> "Config":
    """Alembic's configuration in code: no alembic.ini."""
    from alembic.config import Config

    configuration = Config()
    configuration.set_main_option("script_location", str(MIGRATIONS))
    configuration.set_main_option("path_separator", "os")
    configuration.attributes["connection"] = connection
    return configuration


def versions(url: str) -> tuple[str | None, str]:
    """The version of the tables in a database, and the newest that this Caretaker knows."""
    engine = open_engine(url)
    try:
        return table_version(engine), newest()
    finally:
        engine.dispose()


def is_known(version: str) -> bool:
    """Whether this Caretaker has tables of that version, so that it can bring them up to date."""
    return version in {script.revision for script in _scripts().walk_revisions()}


def table_version(engine: Engine) -> str | None:
    """The version of its tables; None where there are none yet."""
    with engine.connect() as connection:
        if not inspect(connection).has_table(VERSION_TABLE):
            return None
        version: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))
    return version


def _scripts() -> "ScriptDirectory":
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(MIGRATIONS))
