"""Take in a batch: everything is checked before anything is written, and a row in SQL makes files exist."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd

from core.access import LOCAL
from core.errors import DuplicateBatch
from core.jobs.spec import Progress, quiet
from core.lake.media.images import with_pictures
from core.lake.readers.read_frame import read_frame
from core.lake.remotes.sources import pieces, read_piece
from core.lake.schema import column_kinds, known_rows, next_position
from core.locks import hold_lock
from core.model import ModelSpec
from core.services.ingestion.assign_positions import place
from core.services.ingestion.delivery_log import SourceHooks, record_refusal
from core.services.ingestion.label_changes import changed_labels, unknown_classes
from core.services.ingestion.store_delivery import Batch, report, write_batch
from core.services.scoring import champion_version, score
from core.store import audit, models
from core.store.engine import reading, writing
from core.store.ingestion import batches, deliveries, file_digests
from core.store.workspace import Workspace
from core.tables.canonical import batch_hash, batch_hashes, canonical
from core.tables.deliveries import BatchReport, Door, Kind, LiveBatches, Sender
from core.tables.left_out import Sieve
from core.tables.table import Table, about
from core.tables.values.columns import ColumnKind


def ingest(
    ws: Workspace,
    name: str,
    paths: Sequence[str | Path],
    kind: Kind = "predictions",
    *,
    by: str = LOCAL.name,
    door: Door = "command line",
    progress: Progress = quiet,
) -> list[BatchReport]:
    """Take in what the addresses mean (files, patterns, objects, tables); either all of it or nothing.

    Raises:
        DataError: a file cannot be read, does not fit the model, or was taken in before.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
    parts = [piece for path in paths for piece in pieces(str(path))]
    tables = []
    with record_refusal(ws, spec.id, [(piece.name, "") for piece in parts], kind, Sender(by, door)):
        for piece in parts:
            progress(0.0, f"Reading {piece.name}")
            tables.append(read_piece(ws.settings, piece))
    return ingest_tables(ws, name, tables, kind, by=by, door=door, progress=progress)


def ingest_frame(
    ws: Workspace,
    name: str,
    frame: pd.DataFrame,
    source: str,
    kind: Kind = "predictions",
    *,
    by: str = LOCAL.name,
    door: Door = "command line",
    progress: Progress = quiet,
) -> BatchReport:
    """Take in rows that are in memory; `source` names them in messages."""
    table = read_frame(frame, source)
    return ingest_tables(ws, name, [table], kind, by=by, door=door, progress=progress)[0]


def ingest_tables(
    ws: Workspace,
    name: str,
    tables: Sequence[Table],
    kind: Kind,
    *,
    by: str = LOCAL.name,
    door: Door = "command line",
    source_id: int | None = None,
    hooks: SourceHooks | None = None,
    progress: Progress = quiet,
) -> list[BatchReport]:
    """Take in tables; one ingest at a time for each model, so that rows get places of their own.

    Every table leaves a line among the deliveries, also when it is refused.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
    sender, files = Sender(by, door, source_id), [(table.source, table.sha256) for table in tables]
    lock = ws.settings.run / f"ingest-{spec.id}.lock"
    with record_refusal(ws, spec.id, files, kind, sender, hooks), hold_lock(lock):
        prepared = prepare(ws, spec, tables, kind)
        if kind != "labels":
            prepared = with_predictions(ws, spec, prepared, progress)
        progress(0.9, "Storing")
        store(ws, spec, prepared, sender, hooks)
    return [batch.report for batch in prepared]


def prepare(ws: Workspace, spec: ModelSpec, tables: Sequence[Table], kind: Kind) -> list[Batch]:
    """Check everything and give every row its place; nothing is written."""
    with reading(ws.engine) as session:
        live = batches.live(session, spec.id)
    kinds = column_kinds(ws.settings, spec, live)
    sieves, frames = [Sieve(table) for table in tables], []
    for sieve in sieves:
        with about(sieve.table.source):
            frames.append(check_rows(sieve, spec, kinds, kind))
    ids = pd.concat([frame["_id"] for frame in frames], ignore_index=True)
    known = known_rows(ws.settings, spec, live, ids)
    position = next_position(ws.settings, spec, live)
    prepared: list[Batch] = []
    for sieve, frame in zip(sieves, frames, strict=True):
        content, table = batch_hash(frame), sieve.table
        with about(table.source):
            _refuse_known(table, kind, batch_hashes(frame, content), live, prepared)
            rows = place(sieve, frame, spec, kind, known, position)
        again = rows["_id"].isin(known.index)
        new = len(rows) - int(again.sum())
        facts = replace(
            report(table.source, kind, rows, new, content, sieve.left_out()),
            changed=changed_labels(ws, spec, live, rows[again]),
            unknown=unknown_classes(spec, rows["_label"]),
        )
        prepared.append(Batch(facts, rows, table.sha256))
        if kind != "labels":
            position += new
            if len(tables) > 1:  # the next one may hold them again
                known = _with_places(known, rows[~again], kind)
    return prepared


def _with_places(known: pd.DataFrame, fresh: pd.DataFrame, kind: Kind) -> pd.DataFrame:
    """Where rows lie, with those of a table that is not stored yet."""
    places = fresh[["_id", "_seq", "_chunk"]].assign(_part="training" if kind == "training" else "log")
    return pd.concat([known, places.set_index("_id")[list(known.columns)]])


def check_rows(sieve: Sieve, spec: ModelSpec, kinds: Mapping[str, ColumnKind], kind: Kind) -> pd.DataFrame:
    """The rows that fit, pictures as checked bytes; the sieve knows those that were left out.

    Raises:
        SchemaError: the file as a whole does not fit, or too many of its rows.
    """
    if spec.item == "image" and spec.roles.item is not None and kind != "labels":
        with_pictures(sieve, spec.roles.item, spec.picture_folder)
    return canonical(sieve, spec, kinds, kind)


def store(
    ws: Workspace,
    spec: ModelSpec,
    prepared: Sequence[Batch],
    sender: Sender,
    hooks: SourceHooks | None = None,
) -> None:
    """Files first, then one transaction: what a crash leaves are files that no reader looks at."""
    digests = [digest for batch in prepared for digest in write_batch(ws, spec, batch)]
    with writing(ws.engine) as session:
        file_digests.note(session, digests)
        for batch in prepared:
            batch_id = batches.add(session, spec.id, batch.report)
            deliveries.record_accepted(session, spec.id, batch_id, batch.report, sender, batch.sha256)
            audit.add(session, spec.id, sender.by, "ingest", asdict(batch.report))
        if hooks is not None:
            hooks.on_accepted(session)


def with_predictions(
    ws: Workspace, spec: ModelSpec, prepared: list[Batch], progress: Progress
) -> list[Batch]:
    """With the model's predictions: those in the file, else the champion's (who is loaded once)."""
    version = champion_version(ws, spec)
    silent = [batch for batch in prepared if batch.frame["_prediction"].isna().all()]
    if silent and version is None and silent[0].report.kind == "training":
        return prepared
    scored = _score_batches(ws, spec, silent, progress)
    return [
        replace(batch, frame=next(scored))
        if any(batch is one for one in silent)
        else replace(batch, frame=batch.frame.assign(_version=_versions(batch.frame, version)))
        for batch in prepared
    ]


def _score_batches(
    ws: Workspace, spec: ModelSpec, silent: list[Batch], progress: Progress
) -> Iterator[pd.DataFrame]:
    if not silent:
        return
    rows = score(ws, spec, pd.concat([batch.frame for batch in silent], ignore_index=True), progress)
    start = 0
    for batch in silent:
        yield rows.iloc[start : start + len(batch.frame)]
        start += len(batch.frame)


def _versions(frame: pd.DataFrame, version: str | None) -> pd.Series:
    """The version that a file names for its predictions, else the one in production."""
    return frame["_version"].astype(object).where(frame["_version"].notna(), version or "")


def _refuse_known(
    table: Table, kind: Kind, contents: AbstractSet[str], live: LiveBatches, prepared: Sequence[Batch]
) -> None:
    is_known = any(batch.kind == kind and batch.content_hash in contents for batch in live)
    again = [batch.report.source for batch in prepared if batch.report.content_hash in contents]
    if is_known or again:
        where = f"as {again[0]} in the same call" if again else "before"
        raise DuplicateBatch(
            f"{table.source} was taken in {where}: its {len(table.frame):,} rows are the same.",
            "Nothing was changed and nothing is lost; a corrected file replaces the rows with the same ids.",
        )
