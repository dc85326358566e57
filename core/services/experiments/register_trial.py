"""The last step of the job "retrain": what was fitted enters the registry and the trial rows, each once."""

import json
from typing import Any

import pandas as pd

from core.errors import RetrainError
from core.jobs.job import AModelJob
from core.jobs.spec import StepContext
from core.lake import prediction_cache
from core.locks import hold_lock
from core.registry.trials import TrialRecord, log_trial
from core.services.experiments.recipes.titles import title
from core.services.experiments.search.candidate import Candidate
from core.services.experiments.search.candidate import describe as describe_candidate
from core.services.experiments.trial_files import FOLD_PREDICTIONS, folder_of
from core.services.experiments.views import TrialEntry
from core.services.file_digests import note_version
from core.store import models
from core.store.engine import reading, writing
from core.store.experiments import trials
from core.store.tables import Trial
from core.store.workspace import Workspace, open_workspace


def register(ctx: StepContext[AModelJob]) -> dict[str, Any]:
    """Log what was fitted to the registry and finish the trial rows; each only once.

    Raises:
        RetrainError: not one of the experiments succeeded.
    """
    ws = open_workspace(ctx.settings)
    todo = ctx.state["todo"]
    with reading(ws.engine) as session:
        spec = models.spec(session, ctx.args.model)
    with hold_lock(ws.settings.run / f"register-{spec.id}.lock"):
        for index, item in enumerate(todo):
            ctx.progress(index / len(todo), f"Registering {title(item['recipe'])}")
            if not item["reused"]:
                _register_one(ctx, ws, item)
    with reading(ws.engine) as session:
        rows = [trials.get(session, item["trial"]) for item in todo]
    if all(row.status == "failed" for row in rows):
        raise RetrainError(f"No recipe could be trained. {rows[0].error}", "Try another recipe.")
    documents = [_document(row, item) for row, item in zip(rows, todo, strict=True)]
    names = ("revision", "holdout", "problems")
    frozen: dict[str, Any] = {name: ctx.state[name] for name in names if name in ctx.state}
    return {"trials": documents, **frozen}


def _register_one(ctx: StepContext[AModelJob], ws: Workspace, item: dict[str, Any]) -> None:
    folder = folder_of(ctx, item)
    result = json.loads((folder / "done.json").read_text())
    with reading(ws.engine) as session:
        spec = models.spec(session, ctx.args.model)
        trial = trials.get(session, item["trial"])
    if trial.status == "trained" and trial.version:
        return
    if "error" in result:
        with writing(ws.engine) as session:
            trials.close(session, item["trial"], "failed", result["error"])
        return
    logged = log_trial(ws.settings, _record(ctx, spec.registry_name, trial, item, result))
    note_version(ws, spec.registry_name, logged)
    predictions = pd.read_parquet(folder / "holdout.parquet")
    prediction_cache.write(
        prediction_cache.path(ws.settings, spec, ctx.state["frozen"]["holdout"], logged.version), predictions
    )
    with writing(ws.engine) as session:
        trials.finish(
            session,
            item["trial"],
            run_id=logged.run_id,
            version=logged.version,
            cv=result["cv"],
            params=result["params"],
            seconds=result["seconds"],
        )


def _record(
    ctx: StepContext[AModelJob],
    registry_name: str,
    trial: Trial,
    item: dict[str, Any],
    result: dict[str, Any],
) -> TrialRecord:
    folder = folder_of(ctx, item)
    facts = {key: result["params"][key] for key in ("rows", "duplicates", "seed")}
    metrics = {f"cv_{name}": score["value"] for name, score in result["cv"].items()}
    lake = str(ctx.settings.lake / str(trial.model_id))
    return TrialRecord(
        registry_name=registry_name,
        run_name=trial.recipe,
        fingerprint=trial.fingerprint,
        job_id=ctx.job_id,
        params={"recipe": trial.recipe, "revision": ctx.state["revision"], **facts, **result["estimator"]},
        description=describe(trial, facts["rows"], f"labels of revision {ctx.state['revision']}")
        + _decides(result["params"]["threshold"])
        + _repeats(item)
        + "".join(f" {problem}" for problem in ctx.state.get("problems", ())),
        parent_version=trial.parent_version,
        group=ctx.args.declaration.title if len(ctx.state["todo"]) > 1 else "",
        metrics=metrics,
        datasets=[
            ("training", result["params"]["data"], lake, "training"),
            ("holdout", f"holdout-{ctx.state['frozen']['holdout']}", lake, "evaluation"),
        ],
        estimator=folder / "model.skops",
        input_example=pd.read_parquet(folder / "example.parquet"),
        artifacts=[path for path in (folder / FOLD_PREDICTIONS, folder / "holdout.parquet") if path.exists()],
    )


def describe(trial: Trial, rows: int, labels: str) -> str:
    """Of which data a version is, in a sentence for people who read it in MLflow."""
    before = f" The champion then was version {trial.parent_version}." if trial.parent_version else ""
    by = f", asked for by {trial.created_by}" if trial.created_by else ""
    return f"{_title(trial)} on {rows:,} rows, {labels}{by}.{before}"


def _title(trial: Trial) -> str:
    """Its recipe, with what a search has changed of it."""
    search = trial.params.get("search")
    if search is None:
        return title(trial.recipe)
    return describe_candidate(Candidate.from_json(trial.recipe, search))


def _repeats(item: dict[str, Any]) -> str:
    what = item.get("repeats")
    return f" It repeats what made the champion: {what}." if what else ""


def _decides(threshold: float | None) -> str:
    return f" It decides from a score of {threshold:.3g} on." if threshold is not None else ""


def _document(row: Trial, item: dict[str, Any]) -> TrialEntry:
    entry = TrialEntry(
        fingerprint=row.fingerprint,
        recipe=row.recipe,
        status="reused" if item["reused"] else row.status,
        run_id=row.run_id,
        version=row.version,
        cv=row.cv,
        seconds=row.seconds,
        error=row.error,
    )
    return {**entry, "repeats": item["repeats"]} if item.get("repeats") else entry
