"""Digests of files that never change: taken as they are written, compared by doctor and backup."""

from collections.abc import Iterable
from hashlib import file_digest
from pathlib import Path

from core.registry.models import META
from core.registry.trials import Logged
from core.settings import Settings
from core.store.engine import writing
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
