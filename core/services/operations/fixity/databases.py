"""The databases of a home, looked at to their end."""

from collections.abc import Iterator

from core.services.operations.backup_contents import database_files
from core.services.operations.doctor_check import Check
from core.settings import Settings
from core.store.chain.verify import verify
from core.store.sqlite.integrity import busy, faults
from core.store.workspace import Workspace
from core.trouble import damaged_database

OWN = "database.db"
MOST = 5
"""Rows that are named."""
DEEP_BYTES = 100_000_000
"""Up to here the doctor reads a database to its end without being asked: some seconds."""


def database_checks(settings: Settings, *, deep: bool, current: bool) -> Iterator[Check]:
    """SQLite files: structure, constraints, values that cannot be read; a server looks after its own.

    Args:
        settings: where they are.
        deep: however large they are.
        current: whether our own has the tables of this Caretaker.
    """
    for name, file in database_files(settings).items():
        if file.exists() and (trouble := busy(file)) is not None:
            yield Check("stores", name.removesuffix(".db"), "watch", trouble.message, trouble.hint)
        if file.exists() and (deep or file.stat().st_size <= DEEP_BYTES):
            for reason in faults(file, own=current and name == OWN):
                error = damaged_database(file, reason)
                yield Check("stores", name.removesuffix(".db"), "broken", error.message, error.hint)


def record_checks(ws: Workspace) -> Iterator[Check]:
    """Rows that decisions rest on and that are not what was written: all that is chained is computed anew."""
    report = verify(ws.engine)
    hint = "Somebody changed the database, or its disk did: `python -m core dossier verify` says more; "
    hint += "the newest backup of before brings it back."
    for fault in report.faults[:MOST]:
        yield Check("stores", "record", "broken", f"{_place(ws)}: {fault.sentence}", hint)
    more = len(report.faults) + report.more - MOST
    if more > 0:
        yield Check("stores", "record", "broken", f"{_place(ws)}: {more:,} further rows", hint)
    if not report.faults:
        detail = f"{report.rows:,} rows are as {report.links:,} links say"
        yield Check("stores", "record", "ok", detail)


def _place(ws: Workspace) -> str:
    return ws.engine.url.render_as_string(hide_password=True)
