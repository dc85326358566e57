"""Bring a backup into a home: verified first, then put in place by renaming; a crash can be finished."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

from core.errors import BusyError, DataError
from core.jobs.spec import Progress, quiet
from core.lake import archive
from core.locks import is_held, try_hold
from core.services.operations.backup_contents import CACHES, places
from core.services.operations.views import RestoreReport
from core.settings import Settings
from core.store.migrate import is_known
from core.store.snapshot import relocate, revision, sound
from core.store.workspace import RESTORING, VERIFIED

ASIDE = ("-wal", "-shm")


def restore(
    settings: Settings, file: Path, *, replace: bool = False, progress: Progress = quiet
) -> RestoreReport:
    """Verify the backup, then let it take the place of what is in the home.

    A restore that was cut off while it put files in place is finished instead, whatever `file` is.

    Raises:
        BusyError: a server, a worker or a command is at work in this home.
        DataError: the home is not empty and nobody confirmed, or the backup is of a newer Caretaker.
        UnreadableFile: the file is no backup, or it is damaged; nothing was changed.
    """
    settings.run.mkdir(parents=True, exist_ok=True)
    lock = _alone(settings)
    try:
        staging = settings.home.resolve() / RESTORING
        if (staging / VERIFIED).exists():
            return _put_in_place(settings, staging, finished=True)
        shutil.rmtree(staging, ignore_errors=True)
        if not replace:
            _require_empty(settings)
        _stage(settings, file, staging, progress)
        progress(0.95, "Putting it in place")
        return _put_in_place(settings, staging)
    finally:
        lock.close()


def _alone(settings: Settings) -> Any:
    """The worker's lock; while we hold it, no worker starts."""
    lock = try_hold(settings.run / "worker.lock")
    busy = ["worker.lock"] if lock is None else []
    others = (path for path in settings.run.glob("*.lock") if path.name != "worker.lock")
    busy += [path.name for path in others if is_held(path)]
    if busy:
        if lock is not None:
            lock.close()
        raise BusyError(
            f"Caretaker is at work in {settings.home} ({', '.join(sorted(busy))}).",
            "Stop the server, the worker and running commands first; nothing was changed.",
        )
    return lock


def _require_empty(settings: Settings) -> None:
    occupied = [name for name, path in places(settings).items() if _has_files(path)]
    if occupied:
        raise DataError(
            f"{settings.home} is not empty: it holds {', '.join(occupied)}.",
            "Choose another CARETAKER_HOME, or say --replace to give up what is there.",
        )


def _has_files(path: Path) -> bool:
    if path.is_dir():
        return any(path_below.is_file() for path_below in path.rglob("*"))
    return path.exists()


def _stage(settings: Settings, file: Path, staging: Path, progress: Progress) -> None:
    """Unpack beside what is there, verify, and write down that it is whole."""
    new = staging / "new"
    try:
        manifest = archive.unpack(file, new, lambda name: progress(0.5, f"Verifying {name}"))
        _check(file, new)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    if (new / "mlflow.db").exists():
        relocate(new / "mlflow.db", manifest["artifacts"], settings.artifacts.as_uri())
    facts = {key: manifest[key] for key in ("made", "missing", "uncovered")}
    body = {
        **facts,
        "damaged": manifest.get("damaged", []),
        "files": len(manifest["files"]),
        "there": _restored_files(settings, new),
    }
    partial = staging / f"{VERIFIED}.partial"
    with partial.open("w", encoding="utf-8") as handle:
        json.dump(body, handle)
        handle.flush()
        os.fsync(handle.fileno())
    partial.rename(staging / VERIFIED)


def _check(file: Path, new: Path) -> None:
    for path in sorted(new.glob("*.db")):
        if not sound(path):
            raise DataError(f"{file.name}: {path.name} is damaged.", archive.HINT)
    database = new / "database.db"
    version = revision(database) if database.exists() else None
    if version is not None and not is_known(version):
        raise DataError(
            f"{file.name} was made by a newer Caretaker (tables {version}).",
            "Update this Caretaker, then restore; nothing was changed.",
        )


def _restored_files(settings: Settings, new: Path) -> list[str]:
    return [name for name in places(settings) if (new / name).exists()]


def _put_in_place(settings: Settings, staging: Path, *, finished: bool = False) -> RestoreReport:
    """Rename piece by piece; every piece that was done before is passed over."""
    body = json.loads((staging / VERIFIED).read_text(encoding="utf-8"))
    home, old = settings.home.resolve(), staging / "old"
    for name in CACHES:
        _aside(home / name, old / name)
    for name, target in places(settings).items():
        new = staging / "new" / name
        if name in body["there"] and not new.exists():
            continue
        _aside(target, old / name)
        for ending in ASIDE:
            _aside(target.with_name(target.name + ending), old / f"{name}{ending}")
        if new.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(new, target)
    (staging / VERIFIED).unlink()
    shutil.rmtree(staging, ignore_errors=True)
    missing, damaged, uncovered = (tuple(body.get(key, ())) for key in ("missing", "damaged", "uncovered"))
    return RestoreReport(body["made"], body["files"], missing, damaged, uncovered, finished)


def _aside(path: Path, to: Path) -> None:
    if path.exists() and not to.exists():
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(path, to)
