"""Predict what came, count the rows whose labels have matured, and say what they show."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.errors import RegistryError, SchemaError
from core.jobs.spec import Progress, quiet
from core.lake import prediction_cache
from core.lake.row_locations import first_brought
from core.lake.rows_view import prediction_columns
from core.locks import try_hold
from core.model import ModelSpec
from core.services.dataset import rows
from core.services.shadow import sentences
from core.services.shadow.judge import choose_basis, read_basis, stored_basis
from core.services.shadow.rules import RULES, ShadowRules
from core.services.shadow.sentences import LookNumbers
from core.services.shadow.status import document
from core.services.shadow.views import ShadowDocument
from core.services.spec_metrics import metrics_of
from core.services.version_predictions import VersionPredictions, judgeable_rows
from core.store import models
from core.store.engine import reading, writing
from core.store.experiments import deployments, shadows
from core.store.ingestion import batches
from core.store.tables import Shadow
from core.store.types import now
from core.store.workspace import Workspace
from core.tables.deliveries import LiveBatches
from core.training.comparison import live_rows
from core.training.comparison.live_rows import Basis
from core.training.tasks import task_of

LEDGER = ["_id", "unit", "gain"]
FIELDS = ["_id", "_seq", "_time", "_version", "_label", "_mature"]


def watch(
    ws: Workspace, name: str, progress: Progress = quiet, rules: ShadowRules = RULES
) -> list[ShadowDocument]:
    """Bring every running shadow of a model up to date; one at a time, killed anywhere it goes on.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        running = shadows.list_running(session, spec.id)
    views = []
    for row in running:
        lock = try_hold(ws.settings.run / f"shadow-{row.id}.lock")
        if lock is None:
            continue
        with lock:
            views.append(document(spec, _watch_one(ws, spec, row, progress, rules)))
    return views


def _watch_one(ws: Workspace, spec: ModelSpec, row: Shadow, progress: Progress, rules: ShadowRules) -> Shadow:
    with reading(ws.engine) as session:
        live = batches.live(session, spec.id)
        present = deployments.champion(session, spec.id)
    over = _reason_to_lapse(spec, row, present.version if present else None, rules)
    if over:
        return _lapse(ws, row, over)
    if row.basis is None:
        basis = stored_basis(spec, choose_basis(ws, spec, row, rules))
        with writing(ws.engine) as session:
            row = shadows.fix_basis(session, row.id or 0, basis)
    version = VersionPredictions(ws, spec, row.version)
    try:
        for batch in live:
            if batch.kind == "predictions" and batch.id > row.start_batch:
                version.of_batch(batch, progress)
    except (RegistryError, SchemaError) as error:
        return _lapse(ws, row, error.message)
    return _look(ws, spec, row, live, version, rules)


def _reason_to_lapse(spec: ModelSpec, row: Shadow, champion: str | None, rules: ShadowRules) -> str:
    if champion != row.champion:
        return f"Version {row.champion} is no longer in production."
    if row.basis is not None and row.basis["judged_by"] != spec.judging_settings():
        return "What versions are judged by was changed in Setup."
    if row.basis is not None and row.basis.get("group", spec.roles.group) != spec.roles.group:
        return "What rows belong to was changed in Setup."
    if now() - row.created_at > rules.longest:
        return f"No difference was shown in {rules.longest.days} days."
    return ""


def _lapse(ws: Workspace, row: Shadow, reason: str) -> Shadow:
    with writing(ws.engine) as session:
        return shadows.lapse(session, shadows.get(session, row.id or 0), reason)


def _look(
    ws: Workspace,
    spec: ModelSpec,
    row: Shadow,
    live: LiveBatches,
    version: VersionPredictions,
    rules: ShadowRules,
) -> Shadow:
    """Count what has matured since the last look: each row once, with the label that it has now.

    The file of the look is written before the row that names it: after a crash it is written anew.
    """
    basis = read_basis(row.basis or {})
    counted = _read_ledger(ws, spec, row)
    brought = first_brought(ws.settings, spec, live, row.start_batch)
    past = pa.array(counted["_id"], pa.string())
    waiting = brought.filter(pc.invert(pc.is_in(brought["_id"], value_set=past)))
    fresh = _count(ws, spec, row, basis, live, version, waiting, counted)
    looks = row.looks
    if len(fresh):
        looks += 1
        prediction_cache.write(prediction_cache.look_path(ws.settings, spec, row.id or 0, looks), fresh)
        counted = pd.concat([counted, fresh], ignore_index=True) if len(counted) else fresh
    body = _summary(spec, row, basis, counted, len(waiting) - len(fresh), rules)
    if not len(fresh) and row.body == body:
        return row
    with writing(ws.engine) as session:
        return shadows.record_look(session, row.id or 0, looks, body["verdict"], body)


def _read_ledger(ws: Workspace, spec: ModelSpec, row: Shadow) -> pd.DataFrame:
    paths = [
        prediction_cache.look_path(ws.settings, spec, row.id or 0, look + 1) for look in range(row.looks)
    ]
    parts = [pd.read_parquet(path) for path in paths]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=LEDGER)


def _count(
    ws: Workspace,
    spec: ModelSpec,
    row: Shadow,
    basis: Basis,
    live: LiveBatches,
    version: VersionPredictions,
    waiting: pa.Table,
    counted: pd.DataFrame,
) -> pd.DataFrame:
    """The rows that count from this look on, with their units and gains."""
    group = spec.roles.group
    if not len(waiting):
        return pd.DataFrame(columns=LEDGER)
    by = set(waiting["batch"].unique().to_pylist())
    brought = [batch for batch in live if batch.id in by]
    chunks = sorted({chunk for batch in brought for chunk in batch.chunks})
    fields = [*FIELDS, *prediction_cache.columns(spec)]
    extra, ids = [group] if group else [], waiting["_id"].combine_chunks()
    table = rows(ws, spec, part="log", columns=extra, fields=fields, ids=ids, chunks=chunks, measuring=True)
    usable = table["_mature"].astype(bool) & (table["_version"] != row.version)
    if basis.kind != "decisions":
        usable &= table[prediction_columns(spec)].notna().all(axis=1)
    table = judgeable_rows(spec, table[usable])
    table = table.assign(_unit=live_rows.units(basis, table, group)) if len(table) else table.assign(_unit=[])
    if basis.unit != "row":
        table = table[~table["_unit"].isin(counted["unit"])]
        if basis.unit != "group":  # the newest day may still grow
            table = table[table["_unit"] != table["_unit"].tail(1).squeeze()]
    if not len(table):
        return pd.DataFrame(columns=LEDGER)
    table = table.reset_index(drop=True)
    if len(brought) > 1:
        places = pc.index_in(pa.array(table["_id"], pa.string()), value_set=ids)
        by = set(waiting["batch"].take(places).unique().to_pylist())
    files = [version.path(batch) for batch in brought if batch.id in by]
    return _gains(spec, basis, table, prediction_cache.read_first(files, spec, table["_id"]))


def _gains(spec: ModelSpec, basis: Basis, ours: pd.DataFrame, theirs: pd.DataFrame) -> pd.DataFrame:
    truth = task_of(spec.classes, spec.threshold).truth(ours["_label"])
    sides = prediction_cache.predictions(spec, ours), prediction_cache.predictions(spec, theirs)
    lines = live_rows.gains(basis, metrics_of(spec)[basis.metric], ours["_unit"], truth, *sides)
    ids = ours["_id"].to_numpy()[lines["row"].to_numpy(dtype=int)]
    return lines.assign(_id=ids)[LEDGER].reset_index(drop=True)


def _summary(
    spec: ModelSpec, row: Shadow, basis: Basis, counted: pd.DataFrame, waiting: int, rules: ShadowRules
) -> dict[str, Any]:
    gains = counted.drop_duplicates("unit")["gain"].to_numpy(dtype=np.float64)
    if not len(gains):
        return {
            "verdict": "open",
            "waiting": waiting,
            "sentence": sentences.of_start(row.version, row.champion, waiting),
        }
    evidence = live_rows.evidence(gains, rules.evidence)
    verdict, differing = evidence.verdict(rules.evidence), int((gains != 0).sum())
    numbers = LookNumbers(float(gains.mean()), evidence.low, evidence.high, len(counted), differing)
    metric = metrics_of(spec)[basis.metric]
    return {
        "verdict": verdict,
        "rows": len(counted),
        "units": len(gains),
        "differing": differing,
        "waiting": waiting,
        "gain": basis.cap * numbers.gain,
        "low": basis.cap * numbers.low,
        "high": basis.cap * numbers.high,
        "progress": evidence.progress(rules.evidence),
        "sentence": sentences.of_look(basis, metric, (row.version, row.champion), verdict, numbers),
    }
