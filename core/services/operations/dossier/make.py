"""Make the file of a dossier where the home keeps them, and list what is there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.services.operations.dossier import file as dossier_file
from core.services.operations.dossier.document import document
from core.services.operations.dossier.views import DossierDocument
from core.settings import Settings
from core.store import models
from core.store.engine import reading
from core.store.experiments import deployments, trials
from core.store.types import now
from core.store.workspace import Workspace

FOLDER = "dossiers"


@dataclass(frozen=True, slots=True)
class MadeDossier:
    """A dossier that lies in the home."""

    path: Path
    version: str
    at: datetime


def make(
    ws: Workspace, name: str, version: str | None, *, by: str, path: Path | None = None
) -> tuple[Path, DossierDocument]:
    """Write the dossier of a version; None: of the one in production, and into the home.

    Raises:
        DataError: there is no such model or version.
    """
    made = document(ws, name, version, by=by)
    at = f"{now():%Y%m%d-%H%M%S}"
    own = _folder(ws.settings, name) / f"version-{_plain(made['version'])}-{at}.zip"
    return dossier_file.write(ws.settings, made, path or own), made


def made_dossiers(settings: Settings, name: str) -> Sequence[MadeDossier]:
    """Those in the home of one model, newest first."""
    files = _folder(settings, name).glob("version-*.zip")
    made = [
        MadeDossier(
            path,
            path.stem.removeprefix("version-").rpartition("-")[0].rpartition("-")[0],
            datetime.fromtimestamp(path.stat().st_mtime, UTC),
        )
        for path in files
    ]
    return sorted(made, key=lambda one: one.at, reverse=True)


def known_versions(ws: Workspace, name: str) -> list[str]:
    """Versions that a dossier can be made of, the one in production first, then the newest."""
    with reading(ws.engine) as session:
        model = models.spec(session, name).id
        live = deployments.champion(session, model)
        deployed = [row.version for row in deployments.list_all(session, model)]
        trained = trials.list_versions(session, model)
    first = [live.version] if live else []
    return list(dict.fromkeys([*first, *reversed(trained), *reversed(deployed)]))


def _folder(settings: Settings, name: str) -> Path:
    return settings.home / FOLDER / _plain(name)


def _plain(text: str) -> str:
    """A name as part of a path: nothing in it leads elsewhere.

    >>> _plain("churn"), _plain("../x y")
    ('churn', '___x_y')
    """
    return re.sub(r"[^\w-]", "_", text)
