"""Who changes the champion of a model is alone, among the processes of a machine and among machines."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from core.locks import hold_lock
from core.store.workspace import Workspace

ROOM = 7_101
"""Tells these locks from others of the same database."""
PATIENCE = "120s"


@contextmanager
def hold_champion(ws: Workspace, model_id: int) -> Iterator[None]:
    """Hold it for the block, waiting for who has it.

    A file of the home does for one machine; two homes share only the database, whose lock ends with the
    connection, as that does with its process. SQLite has no other machines.

    Raises:
        TimeoutError: another process kept it all the time.
        BusyError: another machine did.
    """
    with hold_lock(ws.settings.run / f"promote-{model_id}.lock"):
        if ws.engine.dialect.name != "postgresql":
            yield
            return
        key = {"room": ROOM, "model": model_id}
        with ws.engine.connect() as connection:
            connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
            connection.execute(text("SELECT pg_advisory_lock(:room, :model)"), key)
            connection.commit()
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:room, :model)"), key)
                connection.commit()
