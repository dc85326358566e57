"""What is configured, where, reachable, how old, how large - and what to do next."""

import threading
from collections.abc import Iterable, Iterator

from core.errors import CaretakerError
from core.jobs.runner import in_words
from core.jobs.spec import Progress, quiet
from core.lake.remotes import connections
from core.services.operations import doctor_machine, doctor_models, doctor_stores
from core.services.operations.doctor_check import Check
from core.services.operations.fixity.databases import (
    DEEP_BYTES,
    at_rest_checks,
    database_checks,
    record_checks,
)
from core.services.operations.fixity.files import file_checks
from core.settings import Settings
from core.store.snapshot import sqlite_file
from core.store.workspace import Workspace, open_workspace

PATIENCE_SECONDS = 5.0


def examine(settings: Settings, progress: Progress = quiet, *, deep: bool = False) -> list[Check]:
    """Look at everything; what is broken keeps only what needs it from being looked at.

    Args:
        settings: of the home.
        progress: hears how far it is.
        deep: read every file and every row, however many they are; small homes are always read.
    """
    progress(0.0, "Looking at the databases as they lie there")  # SQLite may repair a header as it opens one
    at_rest = _look(settings, "databases at rest", at_rest_checks(settings, deep=deep))
    progress(0.1, "Looking at the machine")
    checks = _look(settings, "machine", doctor_machine.machine(settings))
    progress(0.2, "Looking at the stores")
    checks += _look(settings, "database", doctor_stores.database(settings))
    if all(check.state != "broken" or check.area != "stores" for check in checks):
        checks += _stores(settings, progress, deep=deep)
    checks += at_rest
    progress(0.9, "Looking at connections")
    checks += _folders(settings)
    return checks + [_connection(settings, name) for name in sorted(settings.connections)]


def _stores(settings: Settings, progress: Progress, *, deep: bool) -> list[Check]:
    registry = _look(settings, "MLflow", doctor_stores.mlflow(settings))
    checks = [*registry, *_look(settings, "jobs", doctor_stores.work(settings))]
    file = sqlite_file(settings.database)
    if file is not None and not file.exists():
        return checks
    opened: list[Workspace] = []
    checks += _look(settings, "home", _open(settings, opened))
    checks += _look(settings, "databases", database_checks(settings, deep=deep, current=bool(opened)))
    if not opened:
        return checks
    ws = opened[0]
    checks += _look(settings, "lake", file_checks(ws, deep=deep, progress=progress))
    if deep or file is None or file.stat().st_size <= DEEP_BYTES:
        checks += _look(settings, "record", record_checks(ws))
    checks += _look(settings, "alerts", doctor_models.alert_checks(ws))
    progress(0.4, "Looking at the models")
    if all(check.state != "broken" for check in registry):
        checks += _look(settings, "models", doctor_models.model_checks(ws))
    return checks


def _open(settings: Settings, opened: list[Workspace]) -> Iterator[Check]:
    """No line where the home can be opened; it is the one in `opened` then."""
    opened.append(open_workspace(settings))
    yield from ()


def _look(settings: Settings, name: str, parts: Iterable[Check]) -> list[Check]:
    """The lines of one part; where looking itself fails, a line that says so, and the rest goes on."""
    checks: list[Check] = []
    try:
        with in_words(settings, f"doctor, {name}"):
            checks.extend(parts)
    except CaretakerError as error:
        checks.append(Check("stores", name, "broken", error.message, error.hint))
    return checks


def _folders(settings: Settings) -> Iterator[Check]:
    for folder in settings.data_folders:
        exists = folder.is_dir()
        hint = "" if exists else "Make it, or take it out of CARETAKER_DATA_FOLDERS."
        detail = str(folder) if exists else f"{folder} is not there"
        yield Check("doors", "data folder", "ok" if exists else "broken", detail, hint)


def _connection(settings: Settings, name: str) -> Check:
    """Whether the database behind a connection answers in time."""
    checks: list[Check] = []

    def look() -> None:
        try:
            with connections.database(settings, name) as opened:
                count = len({tuple(columns) for columns in opened.tables().values()})
            checks.append(Check("doors", f"connection {name}", "ok", f"{count:,} tables and views"))
        except CaretakerError as error:
            checks.append(Check("doors", f"connection {name}", "broken", error.message, error.hint))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(PATIENCE_SECONDS)
    silent = f"no answer within {PATIENCE_SECONDS:.0f} seconds"
    late = Check("doors", f"connection {name}", "broken", silent, "Check address, network and firewall.")
    return checks[0] if checks else late
