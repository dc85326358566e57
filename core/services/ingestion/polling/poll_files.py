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
from core.services.ingestion.delivery_log import SourceHooks, record_refusal
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
    changed = [
        file for file in _complete_files(parse(source.address)) if _differs(known.get(file.path), file)
    ]
    files = _still(sorted(changed, key=lambda file: (file.changed, file.path)))
    for at, file in enumerate(files):
        progress(at / len(files), f"Reading {file.name}")
        _take(ws, spec, source, file, known.get(file.path))


def _complete_files(where: Address) -> list[FileEntry]:
    """Whole files: not those that some program is known to be still writing."""
    if where.kind == "files":
        folder = Path(re.split(r"[*?\[]", where.place, maxsplit=1)[0] + "x").parent
        if not folder.is_dir():
            raise DataError(f"The folder {folder} is not there.", "Is a drive missing? Nothing was changed.")
        if not where.many and not Path(where.place).exists():
            return []
    return [file for file in list_files(where) if file.size and _whole(file.name)]


def _whole(name: str) -> bool:
    return not name.startswith((".", "_", "~")) and not name.lower().endswith(UNFINISHED)


def _differs(known: SourceFile | None, now: FileEntry) -> bool:
    return known is None or (known.size, known.changed) != (now.size, now.changed)


def _still(files: list[FileEntry]) -> list[FileEntry]:
    """Those that nobody writes to at this moment; the others are for the next look."""
    if any(time.time_ns() - file.changed < STILL_SECONDS * 1e9 for file in files):
        time.sleep(STILL_SECONDS)
    return [file for file in files if _same(file)]


def _same(file: FileEntry) -> bool:
    where = parse(file.path)
    if where.kind == "s3":
        return True
    try:
        state = Path(file.path).stat()
    except OSError:
        return False
    return (state.st_size, state.st_mtime_ns) == (file.size, file.changed)


def _take(ws: Workspace, spec: ModelSpec, source: Source, file: FileEntry, known: SourceFile | None) -> None:
    with at_hand(file) as path:
        sha256 = digest(path)
        row = SourceFile(
            source_id=source.id or 0,
            path=file.path,
            size=file.size,
            changed=file.changed,
            sha256=sha256,
            refused=False,
        )
        if known is not None and known.sha256 == sha256:
            row.refused = known.refused
            with writing(ws.engine) as session:
                sources.know(session, row)
            return
        hooks = _hooks(row)
        kind, sender = cast("Kind", source.kind), Sender(source.created_by, "source", source.id)
        try:
            with record_refusal(ws, spec.id, [(file.name, sha256)], kind, sender, hooks), about(file.name):
                table = replace(read_table(path), sha256=sha256)
            if _same(file):
                ingest_tables(
                    ws,
                    spec.name,
                    [table],
                    kind,
                    by=sender.by,
                    door="source",
                    source_id=source.id,
                    hooks=hooks,
                )
        except DataError:
            return  # it has its line; the other files go on


def _hooks(row: SourceFile) -> SourceHooks:
    """The file is known from the transaction on in which its rows are taken in or refused."""

    def on_accepted(session: Any) -> None:
        sources.know(session, row)

    def on_refused(session: Any, error: DataError) -> bool:
        row.refused = not isinstance(error, DuplicateBatch)
        sources.know(session, row)
        return True

    return SourceHooks(on_accepted, on_refused)
