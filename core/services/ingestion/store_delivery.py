"""A checked batch on its way into the stores: its files, then its row."""

from dataclasses import dataclass

import pandas as pd

from core.lake.paths import chunk_file, training_file
from core.lake.write import write_rows
from core.model import ModelSpec
from core.services.file_digests import take_digests
from core.store.ingestion.file_digests import Digest
from core.store.workspace import Workspace
from core.tables.deliveries import WAITING, BatchReport, Kind
from core.tables.left_out import EVERYTHING, LeftOut


@dataclass(frozen=True, slots=True)
class Batch:
    """A checked batch that is not stored yet."""

    report: BatchReport
    frame: pd.DataFrame
    sha256: str = ""


def report(
    source: str,
    kind: Kind,
    rows: pd.DataFrame,
    new: int,
    content: str,
    left_out: LeftOut = EVERYTHING,
) -> BatchReport:
    """What taking in these placed rows means, and what was left out."""
    chunks = tuple(sorted(chunk for chunk in rows["_chunk"].unique() if chunk != WAITING))
    waiting = int((rows["_chunk"] == WAITING).sum()) if kind == "labels" else 0
    labelled = int(rows["_label"].notna().sum())
    fresh = 0 if kind == "labels" else new
    counts = (len(rows), fresh, len(rows) - fresh, labelled)
    return BatchReport(source, kind, *counts, chunks, content, waiting, left_out)


def write_batch(ws: Workspace, spec: ModelSpec, batch: Batch) -> list[Digest]:
    """Write the files; no reader sees them before `core.store.ingestion.batches.add`. Gives their digests."""
    facts = batch.report
    if facts.kind == "training":
        parts = {training_file(ws.settings, spec.id, facts.content_hash): batch.frame}
    else:
        parts = {
            chunk_file(ws.settings, spec.id, facts.kind, str(chunk), facts.content_hash): rows
            for chunk, rows in batch.frame.groupby("_chunk")
        }
    for path, rows in parts.items():
        write_rows(path, rows, spec)
    return take_digests(ws.settings, parts)
