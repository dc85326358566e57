"""Finish what a crash left in the registry: runs that never ended, models that never became ready."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from core.registry import store
from core.settings import Settings

if TYPE_CHECKING:
    from mlflow import MlflowClient

PAGE = 200


def reconcile(settings: Settings, live_job_ids: Collection[str]) -> int:
    """End the running runs of jobs that are no longer alive, and discard their half-stored models.

    Returns:
        How many runs were ended.
    """
    if not store.exists(settings):
        return 0
    opened = store.client(settings)
    experiments = [e.experiment_id for e in opened.search_experiments()]
    running = opened.search_runs(experiments, "attributes.status = 'RUNNING'", max_results=PAGE)
    dead = [
        run.info.run_id
        for run in running
        if store.JOB in run.data.tags and run.data.tags[store.JOB] not in live_job_ids
    ]
    for run_id in dead:
        end(opened, run_id)
    discard_pending(opened, experiments, dead)
    return len(dead)


def end(opened: "MlflowClient", run_id: str) -> None:
    """End a run that was left behind: finished when its model was registered already, else killed."""
    registered = opened.search_model_versions(f"run_id = '{run_id}'")
    opened.set_terminated(run_id, "FINISHED" if registered else "KILLED")


def discard_pending(opened: "MlflowClient", experiments: list[str], run_ids: Collection[str]) -> None:
    """Delete the models of these runs whose upload never ended."""
    from mlflow.entities import LoggedModelStatus

    if not run_ids:
        return
    for model in opened.search_logged_models(experiments):
        if model.status == LoggedModelStatus.PENDING and model.source_run_id in run_ids:
            opened.finalize_logged_model(model.model_id, LoggedModelStatus.FAILED)
            opened.delete_logged_model(model.model_id)
