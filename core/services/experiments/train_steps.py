"""The first steps of the job "retrain": freeze and fit. Killed anywhere, a re-run ends in the same place."""

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from core.errors import RetrainError
from core.jobs.spec import Cancelled, StepContext
from core.model import ModelSpec
from core.services.experiments import retrain
from core.services.experiments.jobs import Retrain
from core.services.experiments.joins.refresh import refresh
from core.services.experiments.recipes.titles import AS_CHAMPION, title
from core.services.experiments.row_facts import KnownLabels
from core.services.experiments.search import champion_again
from core.services.experiments.search.champion_again import Again
from core.services.experiments.trial_data import (
    SEED,
    Experiment,
    Frozen,
    TrialData,
    experiment,
    load,
    rows_together,
    with_own_threshold,
)
from core.services.experiments.trial_files import (
    FOLD_PREDICTIONS,
    folder_of,
    write_document,
    write_fit,
    write_predictions,
)
from core.services.spec_metrics import metrics_of
from core.stats.measures.own import register
from core.store import models
from core.store.engine import reading, writing
from core.store.experiments import deployments, holdouts, trials
from core.store.tables import Holdout, Trial
from core.store.workspace import Workspace, open_workspace
from core.tables.values.content_hash import row_hashes

KNOWN = "known_labels.json"
BUDGET = "The time budget was used up before this recipe's turn."


def prepare(ctx: StepContext[Retrain]) -> dict[str, Any]:
    """Freeze data and holdout, and enter every new experiment as a running trial."""
    ws = open_workspace(ctx.settings)
    ctx.progress(0.0, "Freezing labels and holdout")
    name, by, wished = ctx.args.model, ctx.args.by, ctx.args.recipes
    again = retrain.read_champion(ws, name) if not wished or AS_CHAMPION in wished else None
    recipes = wished or retrain.default_recipes(ws, name, again)
    names = [] if list(recipes) == ["all"] else recipes
    problems = _ready(ctx, ws, again) if again else []
    made = retrain.plan_trials(ws, name, names, by, again, folds=ctx.args.folds)
    with writing(ws.engine) as session:
        live = deployments.champion(session, made.spec.id)
        rows = [
            trials.start(
                session,
                Trial(
                    model_id=made.spec.id,
                    fingerprint=plan.fingerprint,
                    recipe=plan.recipe,
                    revision_id=made.frozen.revision,
                    holdout_id=made.frozen.holdout,
                    parent_version=live.version if live else None,
                    status="running",
                    job_id=ctx.job_id,
                    created_by=by,
                    params={"search": plan.search} if plan.search else {},
                ),
            )
            for plan in made.plans
        ]
    todo = [
        {
            "trial": row.id,
            "recipe": row.recipe,
            "reused": row.status == "trained",
            "repeats": plan.title if plan.search else "",
        }
        for row, plan in zip(rows, made.plans, strict=True)
    ]
    frozen = {"frozen": asdict(made.frozen), "revision": made.revision, "holdout": made.holdout}
    return {**frozen, "todo": todo, "problems": problems}


def _ready(ctx: StepContext[Retrain], ws: Workspace, again: Again) -> list[str]:
    """Read the champion's sources once more, and keep what is known of labels: it is asked for only once.

    Returns:
        A sentence for each source that could not be read.
    """
    ctx.work.mkdir(parents=True, exist_ok=True)
    write_document(ctx.work / KNOWN, again.known.to_json())
    with reading(ws.engine) as session:
        spec = models.spec(session, ctx.args.model)
    return refresh(ws, spec, again.sources, by=ctx.args.by)


def fit(ctx: StepContext[Retrain]) -> dict[str, Any]:
    """Fit each new experiment; what is found in the work folder was fitted before a crash."""
    todo = [item for item in ctx.state["todo"] if not item["reused"]]
    if not todo:
        return {"seconds": 0.0}
    ws = open_workspace(ctx.settings)
    with reading(ws.engine) as session:
        spec = models.spec(session, ctx.args.model)
        holdout = holdouts.get(session, ctx.state["frozen"]["holdout"])
    start, budget = time.monotonic(), 60 * float(ctx.args.minutes or 1e9)
    try:
        data = load(ws, spec, Frozen(**ctx.state["frozen"]))
        for index, item in enumerate(todo):
            if not (folder_of(ctx, item) / "done.json").exists():
                late = index > 0 and time.monotonic() - start > budget
                share = (index / len(todo), 1 / len(todo))
                _attempt(ctx, ws, data, holdout, item, share, late=late)
    except Cancelled:
        _close_cancelled(ws, todo)
        raise
    return {"seconds": time.monotonic() - start}


def _attempt(
    ctx: StepContext[Retrain],
    ws: Workspace,
    data: TrialData,
    holdout: Holdout,
    item: dict[str, Any],
    share: tuple[float, float],
    *,
    late: bool,
) -> None:
    folder = folder_of(ctx, item)
    folder.mkdir(parents=True, exist_ok=True)
    label = title(item["recipe"])

    def report(fraction: float, message: str) -> None:
        ctx.progress(share[0] + share[1] * fraction, f"{label}: {message}")

    began = time.monotonic()
    if late:
        result: dict[str, Any] = {"error": BUDGET}
    else:
        try:
            again = _again(ctx, ws, data.spec, item)
            made = experiment(data, holdout, item["recipe"], folds=ctx.args.folds, again=again)
            result = _fit_one(folder, data, made, report, folds=ctx.args.folds)
        except RetrainError as error:
            result = {"error": str(error)}
    write_document(folder / "done.json", {**result, "seconds": time.monotonic() - began})


def _again(ctx: StepContext[Retrain], ws: Workspace, spec: ModelSpec, item: dict[str, Any]) -> Again | None:
    """What a trial repeats of a search; None where it is a recipe as it is."""
    with reading(ws.engine) as session:
        trial = trials.get(session, item["trial"])
    if "search" not in trial.params:
        return None
    known = KnownLabels.from_json(json.loads((ctx.work / KNOWN).read_text()))
    return champion_again.again(ws, spec, trial, known)


def _fit_one(
    folder: Path, data: TrialData, made: Experiment, report: Any, *, folds: bool = True
) -> dict[str, Any]:
    from core.training import fit as fitting
    from core.training.fingerprint import estimator_parameters
    from core.training.predictions import predict
    from core.training.split import leak
    from core.training.tasks import task_of

    spec, rows, task = data.spec, data.training.rows, task_of(data.spec.classes, data.spec.threshold)
    register(data.settings.metrics)
    cv: dict[str, Any] = {}
    if folds:
        fit = fitting.fit(
            made.pipeline,
            made.X,
            rows["_label"],
            task,
            metric=spec.metric,
            seed=SEED,
            copies=row_hashes(rows[data.content]),
            progress=report,
            metrics=metrics_of(spec),
            treatments=made.treatments,
        )
        fitted, judged = (fit.estimator, fit.out_of_fold, fit.cv), rows.iloc[fit.judged]
        truth, together = task.truth(judged["_label"]), rows_together(spec, judged)
        estimator, decided, cv = with_own_threshold(spec, *fitted, truth, fit.folds, together)
        write_predictions(folder / FOLD_PREDICTIONS, spec, judged["_id"], decided)
    else:
        report(0.0, fitting.ON_ALL)
        estimator = fitting.fit_once(made.pipeline, made.X, rows["_label"], task, made.treatments)
    unseen = predict(estimator, data.X(data.holdout_rows, estimator), task_of(spec.classes))
    write_predictions(folder / "holdout.parquet", spec, data.holdout_rows["_id"], unseen)
    write_fit(folder, estimator, made.X)
    params = facts_of(data, estimator, leak(rows, data.holdout_rows, data.content))
    parameters = estimator_parameters(estimator)
    return {"fingerprint": made.fingerprint, "cv": cv, "params": params, "estimator": parameters}


def facts_of(data: TrialData, estimator: Any, leak: dict[str, Any]) -> dict[str, Any]:
    """What is kept with every trial of the data, and of a threshold of its own."""
    from core.training.search.decision_threshold import threshold_of

    return {
        "rows": len(data.training.rows),
        "duplicates": data.training.duplicates,
        "data": data.fingerprint,
        "seed": SEED,
        "leak": leak,
        "threshold": threshold_of(estimator),
    }


def _close_cancelled(ws: Workspace, todo: list[dict[str, Any]]) -> None:
    with writing(ws.engine) as session:
        for item in todo:
            trials.close(session, item["trial"], "cancelled")
