"""What is configured, where, reachable, how old, how large - and what to do next."""

import threading
from collections.abc import Iterator

from core.errors import CaretakerError
from core.jobs.spec import Progress, quiet
from core.lake.remotes import connections
from core.services.operations import doctor_machine, doctor_models, doctor_stores
from core.services.operations.doctor_check import Check
from core.settings import Settings
from core.store.snapshot import sqlite_file
from core.store.workspace import open_workspace

PATIENCE_SECONDS = 5.0


def examine(settings: Settings, progress: Progress = quiet) -> list[Check]:
    """Look at everything; what is broken keeps only what needs it from being looked at."""
    progress(0.0, "Looking at the machine")
    checks = list(doctor_machine.machine(settings))
    progress(0.2, "Looking at the stores")
    database = doctor_stores.database(settings)
    checks.append(database)
    if database.state != "broken":
        checks += _stores(settings, progress)
    progress(0.9, "Looking at connections")
    checks += _folders(settings)
    checks += [_connection(settings, name) for name in sorted(settings.connections)]
    return checks


def _stores(settings: Settings, progress: Progress) -> list[Check]:
    registry = doctor_stores.mlflow(settings)
    checks = [registry, *doctor_stores.work(settings)]
    file = sqlite_file(settings.database)
    if file is not None and not file.exists():
        return checks
    try:
        ws = open_workspace(settings)
    except CaretakerError as error:
        return [*checks, Check("stores", "home", "broken", error.message, error.hint)]
    checks += doctor_stores.lake(ws, progress)
    progress(0.4, "Looking at the models")
    if registry.state != "broken":
        checks += doctor_models.model_checks(ws)
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
