"""Refit the version in production on all labels, the holdout's too; its tests let it be promoted."""

import json
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.errors import RetrainError
from core.jobs.spec import StepContext
from core.lake import prediction_cache
from core.model import ModelSpec
from core.services.annotation.revise import cut
from core.services.experiments.gates.views import GateEntry
from core.services.experiments.jobs import Refit
from core.services.experiments.search import refit_again
from core.services.experiments.search.champion_again import Again
from core.services.experiments.trial_data import SEED, Frozen, TrialData, labels_known_at, load_all
from core.services.experiments.trial_files import write_document, write_fit, write_predictions
from core.services.file_digests import note_version
from core.services.spec_metrics import metrics_of
from core.store import models
from core.store.engine import reading, writing
from core.store.experiments import deployments, trials
from core.store.ingestion import batches
from core.store.tables import Trial
from core.store.workspace import Workspace
from core.tables.values.content_hash import row_hashes

if TYPE_CHECKING:
    from core.stats.arrays import Ints
    from core.stats.predictions import Predictions
    from core.training.comparison.gates import Gate


@dataclass(frozen=True, slots=True)
class RefitView:
    """A refit of the version in production, for people.

    Attributes:
        version: of the refit; None until it is registered.
        passed: whether it may be promoted.
        gates: its tests, as {name, passed, detail}.
    """

    of: str
    version: str | None
    status: str
    passed: bool
    gates: list[GateEntry]
    at: datetime


def newest(ws: Workspace, name: str) -> RefitView | None:
    """The newest refit of the version in production; only SQL.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        live = deployments.champion(session, spec.id)
        row = trials.newest_refit(session, spec.id, live.version) if live else None
    if row is None:
        return None
    refit = row.params.get("refit", {})
    passed, gates = bool(refit.get("passed")), list(refit.get("gates", []))
    return RefitView(str(row.params["refit_of"]), row.version, row.status, passed, gates, row.created_at)


def is_possible(ws: Workspace, name: str) -> bool:
    """Whether the version in production can be refitted: an experiment made it, and it is no refit.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
    try:
        refit_again.of_champion(ws, spec)
    except RetrainError:
        return False
    return True


def fit_all(ctx: StepContext[Refit]) -> dict[str, Any]:
    """Fit the promoted pipeline on all labels, test it, and keep the files until they are registered.

    Raises:
        RetrainError: no experiment made the version in production, or it cannot learn from these rows.
        RegistryError: its model cannot be loaded.
    """
    from core.registry.load import load_estimator
    from core.training.fingerprint import estimator_parameters, fingerprint
    from core.training.refit import RULES, refit
    from core.training.split import place_of_newest
    from core.training.tasks import task_of

    folder, began = ctx.work / "refit", time.monotonic()
    if (folder / "done.json").exists():
        return dict(json.loads((folder / "done.json").read_text()))
    with ctx.workspace() as ws:
        spec, trial, again, frozen = _freeze(ws, ctx.args.model, ctx.args.by)
        data, recent = load_all(ws, spec, frozen, RULES.recent)
        promoted = load_estimator(ws.settings, spec.registry_name, trial.version or "")
        refit_again.require_members(promoted, again)
        rows = data.training.rows
        same = {"refit_of": trial.version, "data": data.fingerprint, "estimator": promoted}
        mark, treatments = fingerprint({**same, **again.marks_of_rows(rows)}), again.treatments(rows)
        row = _start(ws, ctx, spec, trial, frozen, mark)
    if row.status == "trained":
        return {"trial": row.id, "reused": True}
    made = refit(
        promoted,
        data.X(rows, promoted),
        rows["_label"],
        data.X(recent, promoted),
        task_of(spec.classes, spec.threshold),
        seed=SEED,
        copies=row_hashes(rows[data.content]),
        progress=ctx.progress,
        treatments=treatments,
    )
    places = rows.reset_index(drop=True).reset_index().set_index("_id")["index"]
    positions = places.reindex(data.holdout_rows["_id"]).to_numpy(dtype=np.intp)
    out = type(made.out_of_fold)(
        made.out_of_fold.probabilities[positions], made.out_of_fold.predicted[positions]
    )
    gates = _gates(data, promoted, made, out, recent)
    write_fit(folder, made.estimator, data.X(rows, promoted))
    write_predictions(folder / "holdout.parquet", spec, data.holdout_rows["_id"], out)
    done = {
        "trial": row.id,
        "reused": False,
        "rows": len(rows),
        "data": data.fingerprint,
        "until": place_of_newest(rows),
        "gates": [asdict(gate) for gate in gates],
        "cv": _scores(data, made.out_of_fold, treatments.judged),
        "repeats": again.title,
        "estimator": estimator_parameters(made.estimator),
        "seconds": time.monotonic() - began,
    }
    write_document(folder / "done.json", done)
    return done


def register(ctx: StepContext[Refit]) -> dict[str, Any]:
    """Log the refit to the registry with its lineage, and finish its row; each once."""
    from core.registry.trials import TrialRecord, log_trial

    with ctx.workspace() as ws:
        with reading(ws.engine) as session:
            spec = models.spec(session, ctx.args.model)
            trial = trials.get(session, ctx.state["trial"])
        if trial.status != "trained":
            folder, of = ctx.work / "refit", trial.params["refit_of"]
            lake = str(ctx.settings.lake / str(spec.id))
            record = TrialRecord(
                registry_name=spec.registry_name,
                run_name=f"{trial.recipe}, refit of {of}",
                fingerprint=trial.fingerprint,
                job_id=ctx.job_id,
                params={
                    "recipe": trial.recipe,
                    "refit_of": of,
                    "rows": ctx.state["rows"],
                    "seed": SEED,
                    **ctx.state.get("estimator", {}),
                },
                description=f"Version {of} refitted on all {ctx.state['rows']:,} labelled rows: "
                f"{ctx.state['repeats']}.",
                parent_version=of,
                metrics={f"cv_{name}": score["value"] for name, score in ctx.state["cv"].items()},
                datasets=[("training", ctx.state["data"], lake, "training")],
                estimator=folder / "model.skops",
                input_example=pd.read_parquet(folder / "example.parquet"),
                artifacts=[folder / "holdout.parquet"],
            )
            logged = log_trial(ws.settings, record)
            note_version(ws, spec.registry_name, logged)
            # What a later comparison reads: predictions of models that had not seen the holdout's rows.
            place = prediction_cache.path(ws.settings, spec, trial.holdout_id or 0, logged.version)
            prediction_cache.write(place, pd.read_parquet(folder / "holdout.parquet"))
            trial = _finish(ws, ctx, trial, logged.run_id, logged.version)
    refit = trial.params["refit"]
    return {"version": trial.version, "refit_of": trial.params["refit_of"], **refit}


def _freeze(ws: Workspace, name: str, by: str) -> tuple[ModelSpec, Trial, Again, Frozen]:
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        upto = batches.newest(session, spec.id)
    trial, again = refit_again.of_champion(ws, spec)
    frozen = Frozen(cut(ws, name, by).id, trial.holdout_id or 0, upto, labels_known_at(spec))
    return spec, trial, again, frozen


def _start(
    ws: Workspace, ctx: StepContext[Refit], spec: ModelSpec, trial: Trial, frozen: Frozen, mark: str
) -> Trial:
    new = Trial(
        model_id=spec.id,
        fingerprint=mark,
        recipe=trial.recipe,
        revision_id=frozen.revision,
        holdout_id=frozen.holdout,
        parent_version=trial.version,
        status="running",
        params={"refit_of": trial.version},
        job_id=ctx.job_id,
        created_by=ctx.args.by,
    )
    with writing(ws.engine) as session:
        return trials.start(session, new)


def _gates(
    data: TrialData, promoted: Any, made: Any, out_of_fold: "Predictions", recent: pd.DataFrame
) -> "list[Gate]":
    from core.training.predictions import predict
    from core.training.refit import check_agreement, check_metric
    from core.training.tasks import task_of

    task = task_of(data.spec.classes, data.spec.threshold)
    metric = metrics_of(data.spec)[data.spec.metric]
    truth = task.truth(data.holdout_rows["_label"])
    before = predict(promoted, data.X(data.holdout_rows, promoted), task)
    return [
        check_metric(metric, truth, before, out_of_fold),
        check_agreement(task, predict(promoted, data.X(recent, promoted), task), made),
    ]


def _scores(data: TrialData, out_of_fold: "Predictions", judged: "Ints") -> dict[str, dict[str, float]]:
    from core.training.fit import scores
    from core.training.tasks import task_of

    task = task_of(data.spec.classes, data.spec.threshold)
    truth = task.truth(data.training.rows["_label"].iloc[judged])
    return scores(truth, out_of_fold.at(judged), data.spec.metric, metrics=metrics_of(data.spec))


def _finish(ws: Workspace, ctx: StepContext[Refit], trial: Trial, run_id: str, version: str) -> Trial:
    gates = ctx.state["gates"]
    params = {
        "rows": ctx.state["rows"],
        "data": ctx.state["data"],
        "until": ctx.state["until"],
        "refit": {"passed": all(gate["passed"] for gate in gates), "gates": gates},
        # it has learnt from the holdout: a comparison on it proves nothing
        "leak": {"keys": ctx.state["rows"], "contents": ctx.state["rows"], "passed": False},
    }
    with writing(ws.engine) as session:
        return trials.finish(
            session,
            trial.id or 0,
            run_id=run_id,
            version=version,
            cv=ctx.state["cv"],
            params=params,
            seconds=ctx.state["seconds"],
        )
