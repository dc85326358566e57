"""What a home consists of: which files a backup holds, and where each belongs."""

from collections.abc import Iterator
from pathlib import Path

from core.lake.paths import label_files, row_files
from core.settings import Settings
from core.store import models
from core.store.engine import reading
from core.store.ingestion import batches
from core.store.snapshot import sqlite_file
from core.store.workspace import Workspace

DATABASES = ("jobs", "database", "mlflow")
"""In this order: an older job is repeated without harm, and MLflow may know more than our records do."""
SMALL = ("run/token.key", "run/dossier.key", "run/welcomed", "demo/injected_labels.parquet")
WAITING = ("run/inbox", "run/deliveries", "drafts")
"""What came and waits for a job; it is deleted when it was taken in."""
FOLDERS = ("mlartifacts", "dossiers", *WAITING)
HALVES = "halves"
CACHES = ("items", "run/jobs")
"""Made again when they are missing; those of another home would mislead."""


def database_files(settings: Settings) -> dict[str, Path]:
    """Name in the archive -> SQLite file; databases on a server are not among them."""
    urls = {"jobs": settings.jobs, "database": settings.database, "mlflow": settings.mlflow}
    files_by_name = {name: sqlite_file(urls[name]) for name in DATABASES}
    return {f"{name}.db": path for name, path in files_by_name.items() if path is not None}


def uncovered_stores(settings: Settings) -> tuple[str, ...]:
    """What lies on a server, in words with the way to save it."""
    sentences = []
    if sqlite_file(settings.database) is None:
        sentences.append("The database is on a server: save it with pg_dump right after this.")
    if sqlite_file(settings.jobs) is None:
        sentences.append("The table of jobs is on a server: running jobs are not in the backup.")
    if sqlite_file(settings.mlflow) is None:
        sentences.append("MLflow is on a server: save its database and artifacts there.")
    return tuple(sentences)


def places(settings: Settings) -> dict[str, Path]:
    """Top-level name in the archive -> where it belongs."""
    home = settings.home.resolve()
    plain = {name: home / name for name in ("lake", *FOLDERS, *SMALL)}
    return database_files(settings) | plain


def lake_files(ws: Workspace) -> list[Path]:
    """The files of the lake that rows make exist, predictions and vectors, the rows of joined sources."""
    paths: list[Path] = []
    with reading(ws.engine) as session:
        for spec in models.specs(session):
            live = batches.live(session, spec.id)
            files = (*row_files(ws.settings, spec, live), *label_files(ws.settings, spec, live))
            paths += [file.path for file in files]
            paths += sorted((ws.settings.lake / str(spec.id) / "answers").rglob("*.parquet"))
            paths += sorted((ws.settings.lake / str(spec.id) / "joined").glob("*.parquet"))
            paths += sorted((ws.settings.lake / str(spec.id) / "embeddings").rglob("*.parquet"))
    return paths


def plain_files(settings: Settings) -> Iterator[tuple[str, Path]]:
    """The files beside databases and lake that stay: name in the archive, path."""
    home = settings.home.resolve()
    for name in SMALL:
        if (home / name).is_file():
            yield name, home / name
    for folder in ("mlartifacts", "dossiers"):
        yield from _below(home, folder)


def waiting_files(settings: Settings) -> Iterator[tuple[str, Path]]:
    """What waits for a job: name in the archive, path."""
    home = settings.home.resolve()
    for folder in WAITING:
        yield from (pair for pair in _below(home, folder) if HALVES not in pair[1].parts)


def _below(home: Path, folder: str) -> Iterator[tuple[str, Path]]:
    for path in sorted((home / folder).rglob("*")):
        if path.is_file():
            yield path.relative_to(home).as_posix(), path
