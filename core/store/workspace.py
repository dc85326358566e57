"""What every use case needs: the settings and the open database."""

import weakref
from dataclasses import dataclass

from sqlalchemy import Engine

from core.errors import BusyError, CaretakerError
from core.private import close
from core.settings import Settings
from core.store.engine import open_engine
from core.store.migrate import migrate
from core.trouble import explained

RESTORING, VERIFIED = "restoring", "verified.json"
"""Folder in the home, and the file in it, that stand there while a restore puts files in place."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Workspace:
    """Settings and engine; the lake, the jobs and the registry are found through the settings.

    The database connections are closed when nobody holds the workspace any more.
    """

    settings: Settings
    engine: Engine


def open_workspace(settings: Settings) -> Workspace:
    """Create the folders, open the database and bring its tables up to date.

    Raises:
        BusyError: a restore of this home was cut off, so that it is a mixture of two.
        StoreError: the home cannot be made, or the database does not answer or is damaged.
    """
    if (settings.home / RESTORING / VERIFIED).exists():
        raise BusyError(
            f"A restore into {settings.home} was cut off in the middle.",
            "Run `python -m core restore FILE` again: it finishes what is left.",
        )
    with explained(settings.home):
        for folder in (settings.home, settings.lake, settings.run, settings.artifacts):
            folder.mkdir(parents=True, exist_ok=True)
        close(settings.home)
    engine = open_engine(settings.database)
    try:
        migrate(engine)
    except CaretakerError:
        engine.dispose()
        raise
    ws = Workspace(settings, engine)
    weakref.finalize(ws, engine.dispose)
    return ws
