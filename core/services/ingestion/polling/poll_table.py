"""Look at a SQL table: rows above the watermark are taken in block by block, in order, each of them once."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from core.errors import DataError, DuplicateBatch
from core.jobs.spec import Progress
from core.lake.remotes.address import parse
from core.lake.remotes.stream import DIGEST, Block, Start, read_block
from core.lake.remotes.watermark import back, encode, from_json, to_json
from core.model import ModelSpec
from core.services.ingestion.delivery_log import SourceHooks
from core.services.ingestion.ingest import ingest_tables
from core.store.engine import writing
from core.store.ingestion import sources
from core.store.tables import Source
from core.store.workspace import Workspace
from core.tables.table import Table

if TYPE_CHECKING:
    from core.tables.deliveries import Kind

BLOCK = 50_000


@dataclass(slots=True)
class _Reading:
    """How far this look has come; `old` are the hashes kept before it, `now` those of the rows it read."""

    watermark: str | None
    look_back: float
    old: set[bytes]
    now: dict[bytes, Any] = field(default_factory=dict)

    def start(self) -> Start:
        return Start() if self.watermark is None else Start(self.horizon(from_json(self.watermark)))

    def horizon(self, mark: Any) -> Any:
        return back(mark, self.look_back)

    def top(self, block: Block) -> Any:
        """The watermark after the block: it never goes back, though late rows are read before it."""
        last = encode(block.marks[-1])
        if self.watermark is None or not self.look_back:
            return last
        return max(last, from_json(self.watermark))

    def hashes_to_keep(self, mark: Any) -> set[bytes]:
        """Hashes of the rows read so far that the next look will read again; the others are let go."""
        horizon = self.horizon(mark)
        self.now = {
            digest: mark_of_row
            for digest, mark_of_row in self.now.items()
            if (mark_of_row >= horizon if self.look_back else mark_of_row == mark)
        }
        return set(self.now)


def poll_table(ws: Workspace, spec: ModelSpec, source: Source, progress: Progress) -> str:
    """Take in what is new; the watermark moves in the transaction of the rows.

    Returns:
        What holds the table up, or "": the first row that cannot be taken in is waited for.
    """
    where, column, key = parse(source.address), source.watermark_column or "", spec.roles.id or "id"
    reading = _Reading(source.watermark, source.look_back, _split(source.seen))
    start, done = reading.start(), 0
    while True:
        block = read_block(ws.settings, where, column, key, start, BLOCK)
        if block.marks:
            progress(0.0, f"{where.name}: {done:,} rows read")
            problem = _take(ws, spec, source, reading, block)
            if problem:
                return problem
            start, done = Start(block.marks[-1], block.keys[-1]), done + len(block.marks)
        if len(block.marks) < BLOCK:
            break
    if reading.watermark is not None:
        hashes = reading.hashes_to_keep(from_json(reading.watermark))
        if hashes != reading.old:
            _advance(ws, source, reading, reading.watermark, hashes)
    return ""


def _take(ws: Workspace, spec: ModelSpec, source: Source, reading: _Reading, block: Block) -> str:
    fresh = [at for at, digest in enumerate(block.digests) if digest not in reading.old]
    reading.now |= {d: encode(mark) for d, mark in zip(block.digests, block.marks, strict=True)}
    top = reading.top(block)
    watermark, hashes = to_json(top), reading.hashes_to_keep(top)
    if watermark == reading.watermark:  # else all rows that were read before have been read again
        hashes |= reading.old
    if not fresh:
        if watermark != reading.watermark:
            _advance(ws, source, reading, watermark, hashes)
        return ""
    number, before = source.id or 0, reading.watermark

    def on_accepted(session: Any) -> None:
        sources.advance(session, number, before, watermark, b"".join(sorted(hashes)))

    def on_refused(session: Any, error: DataError) -> bool:
        if isinstance(error, DuplicateBatch):
            on_accepted(session)
            return True
        return error.message != source.message

    table = _rows(block, source, fresh)
    hooks = SourceHooks(on_accepted, on_refused)
    try:
        ingest_tables(
            ws,
            spec.name,
            [table],
            cast("Kind", source.kind),
            by=source.created_by,
            door="source",
            source_id=number,
            hooks=hooks,
        )
    except DuplicateBatch:
        pass
    except DataError as error:
        return error.message
    reading.watermark, reading.old = watermark, hashes
    return ""


def _rows(block: Block, source: Source, fresh: list[int]) -> Table:
    marks = [encode(block.marks[at]) for at in fresh]
    frame = block.table.frame.iloc[fresh].reset_index(drop=True)
    return replace(
        block.table,
        frame=frame,
        place=lambda position: f"the row with {source.watermark_column} {marks[position]}",
    )


def _advance(
    ws: Workspace, source: Source, reading: _Reading, watermark: str, hashes: AbstractSet[bytes]
) -> None:
    with writing(ws.engine) as session:
        sources.advance(session, source.id or 0, reading.watermark, watermark, b"".join(sorted(hashes)))
    reading.watermark, reading.old = watermark, set(hashes)


def _split(joined: bytes) -> set[bytes]:
    return {joined[at : at + DIGEST] for at in range(0, len(joined), DIGEST)}
