"""The databases of a home, looked at to their end."""

from collections.abc import Iterator
from pathlib import Path

from core.services.operations.backup_contents import database_files
from core.services.operations.doctor_check import Check
from core.services.operations.fixity import at_rest
from core.services.operations.fixity.at_rest import AtRest
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


def at_rest_checks(settings: Settings, *, deep: bool) -> Iterator[Check]:
    """Whether every byte of the SQLite files is what it was when they were written last.

    Args:
        settings: where they are.
        deep: however large they are.
    """
    large = [f for f in database_files(settings).values() if f.exists() and f.stat().st_size > DEEP_BYTES]
    if large and not deep:
        detail = f"{large[0]} is large: --deep compares its SHA-256"
        yield Check("stores", "databases at rest", "ok", detail)
        return
    try:
        compared = list(at_rest.compare(settings))
    except ValueError as error:
        detail = f"{at_rest.note_path(settings)} is damaged ({error})"
        hint = "It says what the databases held at rest: the next backup, or the worker, writes it anew."
        yield Check("stores", "databases at rest", "watch", detail, hint)
        return
    for name, file, known, differs in compared:
        if known is not None and differs:
            yield _changed_check(name.removesuffix(".db"), file, known)
    known_files = [file.name for _, file, known, differs in compared if known is not None and not differs]
    later = [file.name for _, file, known, _ in compared if known is None]
    detail = f"SHA-256 of {', '.join(known_files)} compared" if known_files else ""
    if later:
        detail += "; " if detail else ""
        detail += f"the next backup, or the worker within the hour, writes down that of {', '.join(later)}"
    if detail:
        yield Check("stores", "databases at rest", "ok", detail)


def _changed_check(name: str, file: Path, known: AtRest) -> Check:
    if known.is_of_this_start:
        error = damaged_database(file, reason_at_rest(known))
        return Check("stores", name, "broken", error.message, error.hint)
    hint = (
        "All is well where no other line names it; the next write settles it. Keep the older backups until "
    )
    hint += "then."
    return Check("stores", name, "watch", f"{file} may be damaged ({reason_at_rest(known)})", hint)


def reason_at_rest(known: AtRest) -> str:
    """Why a file whose size and time of change are known is not what it was."""
    since = "its time of change says that nobody wrote it since"
    doubt = "" if known.is_of_this_start else "; or the machine lost its power while it was written"
    return f"its SHA-256 is another than at {known.at}, and {since}{doubt}"


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
