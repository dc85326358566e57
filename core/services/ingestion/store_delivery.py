"""A checked batch on its way into the stores: its files, then its row."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.lake.paths import chunk_file, training_file
from core.lake.write import repeating_columns, write_rows
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
        parts = iter([(training_file(ws.settings, spec.id, facts.content_hash), batch.frame)])
    else:
        parts = (
            (chunk_file(ws.settings, spec.id, facts.kind, chunk, facts.content_hash), rows)
            for chunk, rows in split_by_chunk(batch.frame)
        )
    repeating, paths = repeating_columns(batch.frame), []
    for path, rows in parts:
        write_rows(path, rows, spec, repeating)
        paths.append(path)
    return take_digests(ws.settings, paths)


def split_by_chunk(frame: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows of every chunk in the order in which they came; where chunks follow each other none is copied.

    >>> rows = pd.DataFrame({"_chunk": ["b", "a", "b"], "x": [1, 2, 3]})
    >>> [(chunk, part["x"].tolist()) for chunk, part in split_by_chunk(rows)]
    [('a', [2]), ('b', [1, 3])]
    """
    codes, chunks = pd.factorize(frame["_chunk"], sort=True)
    together = bool((np.diff(codes) >= 0).all())
    order = None if together else np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=len(chunks)))
    for chunk, first, end in zip(chunks, [0, *ends[:-1]], ends, strict=True):
        yield str(chunk), frame.iloc[first:end] if order is None else frame.take(order[first:end])
