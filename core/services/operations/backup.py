"""Save a home in one file while everything runs."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from core.jobs.spec import Progress, quiet
from core.lake import archive
from core.lake.whole import damage
from core.locks import hold_lock
from core.services.operations.backup_contents import (
    database_files,
    lake_files,
    plain_files,
    uncovered_stores,
    waiting_files,
)
from core.services.operations.fixity import at_rest
from core.services.operations.fixity.databases import DEEP_BYTES, MOST, OWN, reason_at_rest
from core.services.operations.fixity.files import inventory, note_unknown
from core.services.operations.views import BackupReport
from core.settings import Settings
from core.store import models
from core.store.chain.verify import verify
from core.store.engine import open_engine, reading
from core.store.snapshot import copy, revision
from core.store.sqlite.integrity import faults
from core.store.sqlite.wal import checkpoint
from core.store.workspace import Workspace
from core.trouble import explain_failures

FORMAT = 1


def backup(ws: Workspace, file: Path, progress: Progress = quiet) -> BackupReport:
    """Write the databases as of one moment and the files that they name.

    What is not as it was written is saved all the same, and named as damaged: the older backups are to be
    kept. What files hold that nobody has written down yet is written down here.

    Raises:
        UnreadableFile: the file's name does not say how it is compressed.
        StoreError: a database is damaged, or the disk is full; there is no new archive then.
    """
    archive.check_name(file)
    with explain_failures(file.parent), TemporaryDirectory(dir=ws.settings.run, prefix="backup-") as folder:
        progress(0.0, "Copying the databases")
        # Twice: what is taken in meanwhile is deleted, and what comes meanwhile has a job already.
        waiting = _link_waiting_files(ws, Path(folder) / "waiting")
        changed = dict(_changed_at_rest(ws.settings))
        copies = _databases(ws, Path(folder))
        waiting |= _link_waiting_files(ws, Path(folder) / "waiting")
        named = _lake(ws, copies.get("database.db"))
        stock = inventory(ws)
        progress(0.1, f"Reading {len(named):,} files of the lake")
        unknown = [(name, path) for name, path in named if path.is_file() and stock.digest(path) is None]
        damaged = [name for name, path in unknown if damage(path) is not None]
        damaged += [f"{name} ({reason})" for name, reason in changed.items()]
        damaged += _damaged_rows(copies)
        files = [*copies.items(), *named, *plain_files(ws.settings), *waiting.items()]
        done = iter(range(len(files)))
        about = {
            "format": FORMAT,
            "made": datetime.now(UTC).isoformat(timespec="seconds"),
            "artifacts": ws.settings.artifacts.as_uri(),
            "tables": revision(copies["database.db"]) if "database.db" in copies else None,
            "damaged": damaged,
            "uncovered": list(uncovered_stores(ws.settings)),
        }
        manifest = archive.pack(
            file,
            files,
            about,
            lambda name: progress(0.2 + 0.8 * next(done) / len(files), f"Saving {name}"),
            stock.sha256_by_name(),
        )
    note_unknown(ws, stock, manifest["files"], damaged)
    _note_databases(ws.settings, changed)
    size = sum(entry["bytes"] for entry in manifest["files"].values())
    missing = tuple(name for name in manifest["missing"] if name.startswith("lake/"))
    all_damaged = tuple(manifest["damaged"])
    return BackupReport(
        file, len(manifest["files"]), size, missing, all_damaged, uncovered_stores(ws.settings)
    )


def _link_waiting_files(ws: Workspace, folder: Path) -> dict[str, Path]:
    """Second names for the files that wait for a job, so that they stay when it has taken them in."""
    links = {}
    for name, path in waiting_files(ws.settings):
        links[name] = folder / name
        links[name].parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError, FileNotFoundError):
            links[name].hardlink_to(path)
    return links


def _databases(ws: Workspace, folder: Path) -> dict[str, Path]:
    """Copies; nobody is promoted meanwhile, so that the record and MLflow's alias agree."""
    copies = {}
    with _no_promotion(ws):
        for name, source in database_files(ws.settings).items():
            if source.exists():
                copies[name] = folder / name
                copy(source, copies[name])
    return copies


def _changed_at_rest(settings: Settings) -> Iterator[tuple[str, str]]:
    """Databases of which a byte changed though nobody wrote it, each with why that is known."""
    try:
        for name, _, known, differs in at_rest.compare(settings):
            if known is not None and differs:
                yield name, reason_at_rest(known)
    except ValueError as error:
        yield f"run/{at_rest.NAME}", str(error)


def _note_databases(settings: Settings, changed: Mapping[str, str]) -> None:
    """Write down what the files of the databases hold; those that a disk changed stay as evidence."""
    for name, file in database_files(settings).items():
        if file.exists() and name not in changed:
            checkpoint(file)
    at_rest.take_note(settings)


def _damaged_rows(copies: Mapping[str, Path]) -> Iterator[str]:
    """What is wrong with the copied databases though SQLite can read them, each beside its name."""
    for name, copied in copies.items():
        yield from (f"{name} ({reason})" for reason in faults(copied, own=name == OWN))
    own = copies.get(OWN)
    if own is not None and own.stat().st_size <= DEEP_BYTES:
        engine = open_engine(f"sqlite:///{own}")
        try:
            yield from (f"{OWN} ({fault.sentence.rstrip('.')})" for fault in verify(engine).faults[:MOST])
        finally:
            engine.dispose()


@contextmanager
def _no_promotion(ws: Workspace) -> Iterator[None]:
    with reading(ws.engine) as session:
        numbers = [spec.id for spec in models.specs(session)]
    with ExitStack() as stack:
        for number in sorted(numbers):
            stack.enter_context(hold_lock(ws.settings.run / f"promote-{number}.lock"))
        yield


def _lake(ws: Workspace, database: Path | None) -> list[tuple[str, Path]]:
    """The lake's files as the copied database names them; those that came later are left out."""
    engine = ws.engine if database is None else open_engine(f"sqlite:///{database}")
    try:
        paths = lake_files(Workspace(ws.settings, engine))
    finally:
        if database is not None:
            engine.dispose()
    home = ws.settings.home.resolve()
    return [(path.relative_to(home).as_posix(), path) for path in dict.fromkeys(paths)]
