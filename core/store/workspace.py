"""What every use case needs: the settings and the open database."""

import weakref
from dataclasses import dataclass

from sqlalchemy import Engine

from core.errors import BusyError, CaretakerError, StoreError
from core.private import close
from core.settings import Settings
from core.stats.measures.own import register
from core.store.engine import open_engine
from core.store.migrate import migrate, table_version
from core.store.snapshot import sqlite_file
from core.store.trouble import SETTING, nameless
from core.trouble import explain_failures

RESTORING, VERIFIED = "restoring", "verified.json"
"""Folder in the home, and the file in it, that stand there while a restore puts files in place."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Workspace:
    """Settings and engine; the lake, the jobs and the registry are found through the settings.

    The database connections are closed when nobody holds the workspace any more.
    """

    settings: Settings
    engine: Engine


def open_workspace(settings: Settings, patience: float | None = None) -> Workspace:
    """Create the folders, open the database and bring its tables up to date.

    Args:
        settings: where everything is.
        patience: seconds to wait for another process that writes to SQLite; without it, as a person waits.

    Raises:
        BusyError: a restore of this home was cut off, so that it is a mixture of two.
        BadSetting: an own metric of the configuration cannot be used.
        StoreError: the home cannot be made, or the database does not answer, is damaged or was lost.
    """
    if (settings.home / RESTORING / VERIFIED).exists():
        raise BusyError(
            f"A restore into {settings.home} was cut off in the middle.",
            "Run `python -m core restore FILE` again: it finishes what is left.",
        )
    with explain_failures(settings.home):
        for folder in (settings.home, settings.lake, settings.run, settings.artifacts):
            folder.mkdir(parents=True, exist_ok=True)
        close(settings.home)
    register(settings.metrics)
    engine = open_engine(settings.database, patience)
    try:
        forgotten = orphan_rows(settings)
        if forgotten is not None and table_version(engine) is None:
            raise forgotten
        migrate(engine)
    except CaretakerError:
        engine.dispose()
        raise
    ws = Workspace(settings, engine)
    weakref.finalize(ws, engine.dispose)
    return ws


def open_existing(settings: Settings) -> Workspace:
    """Open a home without making one where there is none.

    Raises:
        StoreError: there is none, or it cannot be used.
    """
    file = sqlite_file(settings.database)
    if file is not None and not file.exists():
        raise StoreError(
            f"There is no home in {settings.home}: {file.name} is missing.",
            "Name the folder that the app writes to: CARETAKER_HOME, or data/ in a checkout.",
        )
    return open_workspace(settings)


def orphan_rows(settings: Settings) -> StoreError | None:
    """What is said where the lake holds rows and the database no tables; None when the lake is empty.

    New tables would make all rows nobody's, to be deleted, and their backup would look like a good one.
    """
    rows = next(settings.lake.rglob("*.parquet"), None)
    if rows is None:
        return None
    return StoreError(
        f"The database {nameless(settings.database)} knows nothing of the rows that lie in {settings.lake} "
        f"(e.g. {rows}): it was lost or emptied, or is another one.",
        "Nothing was changed. Bring the newest backup back with `python -m core restore ARCHIVE --replace`, "
        f"or correct {SETTING}; to begin anew, move {settings.lake} to another place.",
    )
