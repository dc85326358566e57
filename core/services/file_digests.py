"""Digests of files that never change: taken as they are written, compared by doctor and backup."""

from collections.abc import Iterable
from hashlib import file_digest
from pathlib import Path

from core.errors import StoreError
from core.lake.whole import restoring
from core.registry.models import META
from core.registry.trials import Logged
from core.settings import Settings
from core.store.engine import reading, writing
from core.store.ingestion import file_digests
from core.store.ingestion.file_digests import Digest
from core.store.types import now
from core.store.workspace import Workspace


def take_digest(settings: Settings, path: Path) -> Digest:
    """What a file of the home holds now."""
    with path.open("rb") as file:
        sha256 = file_digest(file, "sha256").hexdigest()
        size = file.tell()
    return Digest(path.relative_to(settings.home.resolve()).as_posix(), size, sha256, now())


def take_digests(settings: Settings, paths: Iterable[Path]) -> list[Digest]:
    """What files hold now; those that do not lie in the home are left out."""
    home = settings.home.resolve()
    return [take_digest(settings, path) for path in paths if path.is_relative_to(home)]


def note_version(ws: Workspace, registry_name: str, logged: Logged) -> None:
    """Write down what the files of a version hold that was just registered; a server keeps its own."""
    folder = ws.settings.artifacts / registry_name / "models" / logged.model_id / "artifacts"
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != META)
    digests = take_digests(ws.settings, files) if logged.model_id else []
    with writing(ws.engine) as session:
        file_digests.note(session, digests)


def require_whole(ws: Workspace, folder: Path) -> None:
    """Compare the files below a folder with what they held when they were written.

    Of files outside the home, as a server of MLflow sends them, nothing is known: they pass.

    Raises:
        StoreError: one of them is another, or gone; says which and how it comes back.
    """
    home = ws.settings.home.resolve()
    if not folder.resolve().is_relative_to(home):
        return
    with reading(ws.engine) as session:
        known = file_digests.read_all(session, f"{folder.resolve().relative_to(home).as_posix()}/")
    for name, digest in known.items():
        path = home / name
        if not path.is_file() or take_digest(ws.settings, path).sha256 != digest.sha256:
            reason = "its SHA-256 is another than when it was written" if path.is_file() else "it is gone"
            raise StoreError(f"{path} is damaged ({reason}).", restoring(path, home))
