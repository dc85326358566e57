"""Connect a model: its spec, its first champion, its training rows and its log."""

import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.errors import DataError
from core.jobs.spec import Progress, quiet
from core.lake.remotes.sources import read_table
from core.locks import hold_lock
from core.model import ModelSpec
from core.registry import from_run, load
from core.registry import models as registered
from core.services.dataset import features, rows
from core.services.file_digests import note_version
from core.services.ingestion.store_delivery import Batch, report, write_batch
from core.services.onboarding.agreement import require_ranking
from core.services.onboarding.first_notes import quality_notes
from core.services.onboarding.own_classes import require_own_classes
from core.services.onboarding.plan import (
    RUN_URI,
    ConnectRequest,
    Plan,
    content_of,
    plan,
    predicts_here,
    registry_version,
)
from core.services.scoring import predict_columns
from core.store import audit, models
from core.store.engine import reading, writing
from core.store.experiments import deployments, trials
from core.store.ingestion import batches, deliveries, file_digests
from core.store.tables import Trial
from core.store.workspace import Workspace
from core.tables.deliveries import Sender
from core.tables.left_out import EVERYTHING
from core.tables.table import Table

if TYPE_CHECKING:
    from core.lake.paths import Part
    from core.tables.deliveries import Kind


@dataclass(frozen=True, slots=True)
class Made:
    """Training rows and log with predictions; the version in production, and the trial that made it."""

    training: pd.DataFrame
    log: pd.DataFrame
    version: str | None = None
    trial: Trial | None = None


def list_models(ws: Workspace) -> list[ModelSpec]:
    """The connected models; one whose connecting was cut off in the middle is not among them."""
    with reading(ws.engine) as session:
        return models.connected_specs(session)


def connect(ws: Workspace, request: ConnectRequest, progress: Progress = quiet) -> ModelSpec:
    """Connect a model from a file; again with the same file changes nothing, and finishes what was cut off.

    Raises:
        DataError: the request or the file does not fit, or the name is taken by other data.
        RetrainError: the recipe cannot learn from the training rows.
    """
    if request.data is None:
        raise DataError("There is no file to connect the model from.", "Say --data FILE.")
    return carry_out(ws, request, plan(request, read_table(request.data)), progress)


def connect_table(
    ws: Workspace, request: ConnectRequest, table: Table, progress: Progress = quiet
) -> ModelSpec:
    """Connect a model from rows in memory."""
    return carry_out(ws, request, plan(request, table), progress)


def carry_out(ws: Workspace, request: ConnectRequest, made: Plan, progress: Progress = quiet) -> ModelSpec:
    """Do what a plan says; what was done by an earlier, interrupted call is not done again."""
    with hold_lock(ws.settings.run / "connect.lock"):
        earlier = _earlier(ws, made)
        if earlier is not None and _complete(ws, earlier):
            return earlier
        done = _champion(ws, request, made, progress)
        progress(0.95, "Storing the rows")
        with writing(ws.engine) as session:
            spec = earlier or models.add(session, made.spec)
        _store(ws, spec, request, _batches(made, done.training, done.log), done)
    return spec


def first_notes(ws: Workspace, request: ConnectRequest, spec: ModelSpec) -> list[str]:
    """What a person should know of a champion that predicted the rows here: maybe it is chance."""
    if not predicts_here(request):
        return []
    part: Part = "training" if request.train_until else "log"
    return quality_notes(spec, rows(ws, spec, part=part, columns=[]))


def _earlier(ws: Workspace, made: Plan) -> ModelSpec | None:
    with writing(ws.engine) as session:
        same = [spec for spec in models.specs(session) if spec.name == made.spec.name]
        if not same:
            return None
        contents = {batch.content_hash for batch in batches.live(session, same[0].id)}
        if not contents:
            unfinished = replace(made.spec, id=same[0].id)
            models.replace(session, unfinished)
            return unfinished
    if not contents & {content_of(made.training), content_of(made.log)}:
        raise DataError(
            f"A model {made.spec.name!r} exists already, with other data.", "Choose another name."
        )
    return same[0]


def _complete(ws: Workspace, spec: ModelSpec) -> bool:
    with reading(ws.engine) as session:
        return bool(batches.live(session, spec.id))


def _champion(ws: Workspace, request: ConnectRequest, made: Plan, progress: Progress) -> Made:
    spec = made.spec
    if request.train_until is not None:
        return _train_champion(ws, request, made, progress)
    if request.model is not None:
        name, version = _registered_version(ws, request, request.model)
        progress(0.3, f"Scoring {len(made.log):,} rows with version {version}")
        estimator = load.load_model(ws.settings, spec, version)
        require_own_classes(spec, estimator, made.log, f"Version {version} of {name}")
        log = _score_log(spec, made.log, estimator, version)
        if request.columns.positive is None:
            require_ranking(spec, log, f"Version {version} of {name}")
        return Made(made.training, log, version)
    if made.log["_prediction"].isna().all():
        raise DataError("The file has no predictions.", "Say which column holds them with --prediction.")
    return Made(made.training, made.log.assign(_version=made.log["_version"].fillna("")))


def _registered_version(ws: Workspace, request: ConnectRequest, uri: str) -> tuple[str, str]:
    """Registered name and version of a model's address; a run's model is registered under the new name."""
    if RUN_URI.fullmatch(uri):
        return request.name, from_run.register(ws.settings, uri, request.name)
    name, version = registry_version(uri)
    version = version or registered.champion(ws.settings, name)
    if version is None:
        raise DataError(f"The model {name!r} has no champion.", f"Say a version: models:/{name}/1.")
    return name, version


def _train_champion(ws: Workspace, request: ConnectRequest, made: Plan, progress: Progress) -> Made:
    from core.services.onboarding.first_champion import SEED, first_fingerprint, fit, register

    spec, began = made.spec, time.monotonic()
    first = fit(spec, made.training, lambda done, message: progress(0.8 * done, message))
    seconds = time.monotonic() - began
    progress(0.8, "Registering the first champion")
    logged = register(ws.settings, spec, first, made.content_hash, made.source, f"connect {spec.name}")
    note_version(ws, spec.registry_name, logged)
    if len(made.log):
        progress(0.9, f"Scoring {len(made.log):,} rows")
    trial = Trial(
        model_id=0,
        fingerprint=first_fingerprint(spec, made.content_hash),
        recipe=spec.recipe or "",
        status="trained",
        params={"rows": len(made.training), "seed": SEED},
        cv=first.cv,
        run_id=logged.run_id,
        version=logged.version,
        seconds=seconds,
        created_by=request.by,
    )
    log = _predict_log(spec, made.log, first.estimator, logged.version)
    return Made(first.training.assign(_version=logged.version), log, logged.version, trial)


def _score_log(spec: ModelSpec, log: pd.DataFrame, estimator: Any, version: str) -> pd.DataFrame:
    if log.empty or log["_prediction"].notna().all():
        return log.assign(_version=log["_version"].astype(object).where(log["_version"].notna(), version))
    return _predict_log(spec, log, estimator, version)


def _predict_log(spec: ModelSpec, log: pd.DataFrame, estimator: Any, version: str) -> pd.DataFrame:
    """The log with this version's predictions, also where it holds those of an older one."""
    if log.empty:
        return log.assign(_version=version)
    return log.assign(**predict_columns(estimator, spec, features(spec, log)), _version=version)


def _batches(made: Plan, training: pd.DataFrame, log: pd.DataFrame) -> list[Batch]:
    parts: list[tuple[Kind, pd.DataFrame, str]] = [
        ("training", training, content_of(made.training)),
        ("predictions", log, content_of(made.log)),
    ]
    filled_parts = [part for part in parts if len(part[1])]
    lists_left_out = [EVERYTHING] * (len(filled_parts) - 1) + [made.left_out]  # once, beside the log
    return [
        Batch(report(made.source, kind, rows, len(rows), content, left_out), rows)
        for (kind, rows, content), left_out in zip(filled_parts, lists_left_out, strict=True)
    ]


def _store(ws: Workspace, spec: ModelSpec, request: ConnectRequest, parts: list[Batch], made: Made) -> None:
    digests = [digest for batch in parts for digest in write_batch(ws, spec, batch)]
    with writing(ws.engine) as session:
        file_digests.note(session, digests)
        for batch in parts:
            batch_id = batches.add(session, spec.id, batch.report)
            deliveries.record_accepted(
                session, spec.id, batch_id, batch.report, Sender(request.by, request.door)
            )
        if made.version is not None:
            deployments.record_first(
                session, spec.id, made.version, person=request.by, data_until=spec.trained_until
            )
        if made.trial is not None:
            made.trial.model_id = spec.id
            trials.start(session, made.trial).status = "trained"
        body: dict[str, Any] = {
            "version": made.version,
            "batches": [asdict(batch.report) for batch in parts],
        }
        body |= {"file": request.file} if request.file else {}
        audit.add(session, spec.id, request.by, "connect", body)
