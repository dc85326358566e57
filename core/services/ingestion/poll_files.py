"""Look at a folder or pattern: files that are new or changed are taken in, each by itself."""

import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from core.errors import DataError, DuplicateBatch
from core.jobs.spec import Progress
from core.lake.remotes.address import Address, parse
from core.lake.remotes.objects import FileEntry, at_hand, digest, list_files
from core.lake.remotes.sources import read_table
from core.model import ModelSpec
from core.services.ingestion.delivery_log import Keeper, noted
from core.services.ingestion.ingest import ingest_tables
from core.store.engine import reading, writing
from core.store.ingestion import sources
from core.store.tables import Source, SourceFile
from core.store.workspace import Workspace
from core.tables.deliveries import Kind, Sender
from core.tables.table import about

STILL_SECONDS = 1.0
"""A file that was written to less than this ago is looked at twice."""
UNFINISHED = (".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".inprogress", ".swp")


def poll_files(ws: Workspace, spec: ModelSpec, source: Source, progress: Progress) -> None:
    """Take in what is new or changed, the oldest change first. A file that is gone changes nothing.

    Raises:
        DataError: the folder or the bucket cannot be listed.
        RegistryError: the champion, who is to score the rows, cannot be loaded.
    """
    with reading(ws.engine) as session:
        known = sources.files(session, source.id or 0)
    changed = [each for each in _there(parse(source.address)) if _differs(known.get(each.path), each)]
    found = _still(sorted(changed, key=lambda each: (each.changed, each.path)))
    for at, each in enumerate(found):
        progress(at / len(found), f"Reading {each.name}")
        _take(ws, spec, source, each, known.get(each.path))


def _there(where: Address) -> list[FileEntry]:
    """Whole files: not those that some program is known to be still writing."""
    if where.kind == "files":
        folder = Path(re.split(r"[*?\[]", where.place, maxsplit=1)[0] + "x").parent
        if not folder.is_dir():
            raise DataError(f"The folder {folder} is not there.", "Is a drive missing? Nothing was changed.")
        if not where.many and not Path(where.place).exists():
            return []
    return [each for each in list_files(where) if each.size and _whole(each.name)]


def _whole(name: str) -> bool:
    return not name.startswith((".", "_", "~")) and not name.lower().endswith(UNFINISHED)


def _differs(known: SourceFile | None, now: FileEntry) -> bool:
    return known is None or (known.size, known.changed) != (now.size, now.changed)


def _still(files: list[FileEntry]) -> list[FileEntry]:
    """Those that nobody writes to at this moment; the others are for the next look."""
    if any(time.time_ns() - each.changed < STILL_SECONDS * 1e9 for each in files):
        time.sleep(STILL_SECONDS)
    return [each for each in files if _same(each)]


def _same(stored: FileEntry) -> bool:
    where = parse(stored.path)
    if where.kind == "s3":
        return True
    try:
        seen = Path(stored.path).stat()
    except OSError:
        return False
    return (seen.st_size, seen.st_mtime_ns) == (stored.size, stored.changed)


def _take(
    ws: Workspace, spec: ModelSpec, source: Source, stored: FileEntry, known: SourceFile | None
) -> None:
    with at_hand(stored) as path:
        sha256 = digest(path)
        row = SourceFile(
            source_id=source.id or 0,
            path=stored.path,
            size=stored.size,
            changed=stored.changed,
            sha256=sha256,
            refused=False,
        )
        if known is not None and known.sha256 == sha256:
            row.refused = known.refused
            with writing(ws.engine) as session:
                sources.know(session, row)
            return
        keeper = _keeper(row)
        kind, sender = cast("Kind", source.kind), Sender(source.created_by, "source", source.id)
        try:
            with noted(ws, spec.id, [(stored.name, sha256)], kind, sender, keeper), about(stored.name):
                table = replace(read_table(path), sha256=sha256)
            if _same(stored):
                ingest_tables(
                    ws,
                    spec.name,
                    [table],
                    kind,
                    by=sender.by,
                    door="source",
                    source_id=source.id,
                    keeper=keeper,
                )
        except DataError:
            return  # it has its line; the other files go on


def _keeper(row: SourceFile) -> Keeper:
    """The file is known from the transaction on in which its rows are taken in or refused."""

    def taken(session: Any) -> None:
        sources.know(session, row)

    def refused(session: Any, error: DataError) -> bool:
        row.refused = not isinstance(error, DuplicateBatch)
        sources.know(session, row)
        return True

    return Keeper(taken, refused)
