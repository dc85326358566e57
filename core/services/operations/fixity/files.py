"""The files of a home that never change once written, beside what they held then."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.jobs.spec import Progress, quiet
from core.lake.paths import label_files, row_files
from core.lake.whole import damage, footer_damage, restoring
from core.lake.write import ABANDONED_SECONDS
from core.registry.models import META
from core.services.file_digests import take_digest
from core.services.operations.backup_contents import lake_files, plain_files
from core.services.operations.doctor_check import Check, size
from core.settings import Settings
from core.store import models
from core.store.engine import reading, writing
from core.store.ingestion import batches, file_digests
from core.store.ingestion.file_digests import Digest
from core.store.types import now
from core.store.workspace import Workspace

MADE_AGAIN = ("answers", "embeddings")
"""Folders of the lake with what is computed anew where it cannot be read: a newer file is no fault."""
AT_REST_SECONDS = 60.0
DEEP_BYTES = 1_000_000_000
"""Up to here the doctor reads everything without being asked: some seconds."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """What lies in the home.

    Attributes:
        named: files of the lake that rows of the database make exist.
        plain: files beside lake and databases.
        digests: path from the home -> what the file held when it was written.
    """

    settings: Settings
    named: tuple[Path, ...]
    plain: tuple[Path, ...]
    digests: dict[str, Digest]

    @property
    def bytes(self) -> int:
        """Of all files that are there."""
        return sum(path.stat().st_size for path in (*self.named, *self.plain) if path.is_file())

    def name(self, path: Path) -> str:
        """The path from the home, with slashes."""
        return path.relative_to(self.settings.home.resolve()).as_posix()

    def digest(self, path: Path) -> Digest | None:
        """What the file held; None where nobody wrote it down, or where it was made again since."""
        known = self.digests.get(self.name(path))
        again = known is not None and any(folder in path.parts for folder in MADE_AGAIN)
        return None if again and known and path.stat().st_mtime > known.at.timestamp() else known

    def sha256_by_name(self) -> dict[str, str]:
        """Path from the home -> SHA-256, of the files that are there."""
        digests = {
            self.name(path): self.digest(path) for path in (*self.named, *self.plain) if path.is_file()
        }
        return {name: digest.sha256 for name, digest in digests.items() if digest is not None}


def inventory(ws: Workspace) -> Inventory:
    """Read what should be there."""
    with reading(ws.engine) as session:
        digests = file_digests.read_all(session)
    plain = (path for _, path in plain_files(ws.settings) if path.name != META)
    return Inventory(ws.settings, tuple(dict.fromkeys(lake_files(ws))), tuple(plain), digests)


def fault(stock: Inventory, path: Path, *, deep: bool) -> str | None:
    """Why the file is not what was written; None where nothing is found.

    Args:
        stock: what is known.
        path: a file that is there.
        deep: read it to its end; else only its size, and of a Parquet file its footer.
    """
    known, is_table = stock.digest(path), path.suffix == ".parquet"
    if known is not None and known.bytes != (present := path.stat().st_size):
        return f"{present:,} bytes in place of {known.bytes:,}"
    if known is None or not deep:
        return (damage if deep else footer_damage)(path) if is_table else None
    try:
        same = take_digest(stock.settings, path).sha256 == known.sha256
    except OSError as error:
        return str(error)
    if same:
        return None
    return (damage(path) if is_table else None) or "its SHA-256 is another than when it was written"


def file_checks(ws: Workspace, *, deep: bool, progress: Progress = quiet) -> Iterator[Check]:
    """Files that are named and damaged or not there, and those that nobody names."""
    stock = inventory(ws)
    deep = deep or stock.bytes <= DEEP_BYTES
    missing = sorted(path for path in stock.named if not path.is_file())
    if missing:
        detail = f"{len(missing):,} files that the database names are gone, e.g. {missing[0]}"
        yield Check("stores", "lake", "broken", detail, restoring(missing[0]))
    files = [path for path in (*stock.named, *stock.plain) if path.is_file()]
    contents, home, damaged = _contents(ws), ws.settings.home.resolve(), 0
    for at, path in enumerate(files):
        progress(0.3 + 0.1 * at / len(files), f"Reading {path.name}")
        if (reason := fault(stock, path, deep=deep)) is not None:
            damaged += 1
            detail = f"{path} is damaged ({reason}){contents.get(path, '')}"
            name = "lake" if path in contents else "files"
            yield Check("stores", name, "broken", detail, restoring(path, home))
    yield from _absent_files(stock)
    if not missing and not damaged:
        yield Check("stores", "lake", "ok", _in_order(stock, files, deep=deep))
    yield from _left_over(ws.settings, set(stock.named))


def _in_order(stock: Inventory, files: list[Path], *, deep: bool) -> str:
    known = sum(stock.digest(path) is not None for path in files)
    how = f"SHA-256 of {known:,} compared" if deep else "their sizes compared (--deep reads them all)"
    later = f"; the next backup writes down that of {len(files) - known:,}" if known < len(files) else ""
    return f"{len(files):,} files, {size(sum(path.stat().st_size for path in files))}; {how}{later}"


def _contents(ws: Workspace) -> dict[Path, str]:
    """File of the lake -> which rows it holds, in words."""
    words = {}
    with reading(ws.engine) as session:
        for spec in models.specs(session):
            live = batches.live(session, spec.id)
            for file in (*row_files(ws.settings, spec, live), *label_files(ws.settings, spec, live)):
                of = "training rows" if file.part == "training" else f"{file.part} of {file.path.parent.name}"
                words[file.path] = f": {of} of {spec.name}, from batch {file.batch}"
    return words


def _absent_files(stock: Inventory) -> Iterator[Check]:
    """Files beside the lake that were written and are gone; of the lake only those that rows name matter."""
    home, lake = stock.settings.home.resolve(), stock.settings.lake
    absent = sorted(name for name in stock.digests if not (home / name).exists())
    lost = [home / name for name in absent if lake not in (home / name).parents]
    if lost:
        detail = f"{len(lost):,} files that were written are gone, e.g. {lost[0]}"
        hint = "Take them out of a backup, unless somebody deleted them on purpose."
        yield Check("stores", "files", "watch", detail, hint)


def _left_over(settings: Settings, named: set[Path]) -> Iterator[Check]:
    present = {path for path in settings.lake.rglob("*") if path.is_file()}
    old = [path for path in present - named if path.stat().st_mtime < time.time() - ABANDONED_SECONDS]
    if old:
        large = size(sum(path.stat().st_size for path in old))
        detail = f"{len(old):,} files ({large}) that no row names, e.g. {min(old)}"
        yield Check("stores", "lake", "watch", detail, "Nobody reads them; they may be deleted.")


def note_unknown(
    ws: Workspace, stock: Inventory, entries: Mapping[str, Mapping[str, Any]], damaged: Iterable[str]
) -> None:
    """Write down what files hold that nobody has written down, as a backup has just read them.

    Args:
        ws: the home.
        stock: what was known before.
        entries: name in the archive -> `sha256` and `bytes`.
        damaged: names of files that cannot be read.
    """
    paths = {stock.name(path): path for path in (*stock.named, *stock.plain)}
    new = [
        Digest(name, entry["bytes"], entry["sha256"], now())
        for name, entry in entries.items()
        if name in paths and name not in damaged and _is_new(stock, paths[name])
    ]
    with writing(ws.engine) as session:
        file_digests.note(session, new)


def _is_new(stock: Inventory, path: Path) -> bool:
    """What MLflow copies just now may be half there: it waits for the next backup."""
    is_at_rest = path.is_file() and path.stat().st_mtime < time.time() - AT_REST_SECONDS
    return is_at_rest and stock.digest(path) is None
