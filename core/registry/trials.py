"""Log a trial as an MLflow run with its data and a registered version: once for each fingerprint."""

import re
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.registry import store
from core.registry.package import log_model
from core.registry.reconcile import discard_pending, end
from core.settings import Settings

if TYPE_CHECKING:
    from mlflow import MlflowClient

LONGEST_PARAM = 6000
MOST_PARAMS = 100
"""MLflow takes no more in one call."""
LONGEST_DIGEST = 36
LONGEST_NAME = 250
UNNAMEABLE = re.compile(r"[^\w.\-/ :]", re.ASCII)
"""What MLflow takes in no name; parts of pipelines are named after columns, which may hold anything."""
MLFLOW_PARENT_RUN = "mlflow.parentRunId"
LOGGED_MODEL = "models:/"
"""Before the id of a logged model, in its address."""


@dataclass(frozen=True, slots=True)
class TrialRecord:
    """What is known of a trial when its fit is done.

    Attributes:
        registry_name: the registered model; also the name of the experiment.
        fingerprint: hash of data, recipe, parameters and seed; the same fingerprint is logged once.
        job_id: the job that fitted it; a crashed job's leftovers are found by it.
        datasets: (name, digest, source path, context) of what was read.
        estimator: the fitted estimator, or the path of its skops file.
        input_example: some rows as the estimator reads them.
        artifacts: files to keep beside the model.
        description: of the version, for people who read it in MLflow.
        parent_version: the version that was the champion, or was refitted, when this one was made.
        group: title of the run below which the runs of this job stand; none where it has one run only.
    """

    registry_name: str
    run_name: str
    fingerprint: str
    job_id: str
    params: dict[str, Any]
    metrics: dict[str, float]
    datasets: list[tuple[str, str, str, str]]
    estimator: Any
    input_example: pd.DataFrame
    artifacts: list[Path] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    description: str = ""
    parent_version: str | None = None
    group: str = ""

    @property
    def lineage(self) -> dict[str, str]:
        """The tag that names the parent, where there is one."""
        return {store.PARENT_VERSION: self.parent_version} if self.parent_version else {}


@dataclass(frozen=True, slots=True)
class Logged:
    """Where a trial stands in the registry; `model_id` names the folder of its files."""

    run_id: str
    version: str
    model_id: str = ""


def log_trial(settings: Settings, record: TrialRecord) -> Logged:
    """Log and register the trial, or return what an earlier call made of the same fingerprint.

    Killed at any moment it can be called again: the run that was left behind is finished if its model was
    registered already, else ended and a new one made.

    Raises:
        UntrustedModel: the estimator holds types that may not be loaded again.
    """
    opened = store.client(settings)
    experiment = store.experiment(opened, settings, record.registry_name)
    earlier = _earlier(opened, experiment, record)
    return earlier or _log(settings, opened, experiment, record)


def find(settings: Settings, registry_name: str, fingerprint: str) -> Logged | None:
    """The finished run and version of a fingerprint; None when it was never logged to its end."""
    opened = store.client(settings)
    experiment = opened.get_experiment_by_name(registry_name)
    return _finished_run(opened, str(experiment.experiment_id), fingerprint) if experiment else None


def _earlier(opened: "MlflowClient", experiment: str, record: TrialRecord) -> Logged | None:
    left = [
        run.info.run_id
        for run in _runs(opened, experiment, record.fingerprint)
        if run.info.status == "RUNNING"
    ]
    for run_id in left:
        end(opened, run_id)
    discard_pending(opened, [experiment], left)
    return _finished_run(opened, experiment, record.fingerprint)


def _finished_run(opened: "MlflowClient", experiment: str, fingerprint: str) -> Logged | None:
    for run in _runs(opened, experiment, fingerprint):
        if run.info.status == "FINISHED":
            versions = opened.search_model_versions(f"run_id = '{run.info.run_id}'")
            if versions:
                # The registry does not keep the id of the model of a version, but the address that names it.
                model_id = str(versions[0].source).partition(LOGGED_MODEL)[2]
                return Logged(run.info.run_id, str(versions[0].version), model_id)
    return None


def _runs(opened: "MlflowClient", experiment: str, fingerprint: str) -> list[Any]:
    return list(opened.search_runs([experiment], f"tags.`{store.FINGERPRINT}` = '{fingerprint}'"))


def _log(settings: Settings, opened: "MlflowClient", experiment: str, record: TrialRecord) -> Logged:
    import mlflow

    tags = record.tags | record.lineage | {store.FINGERPRINT: record.fingerprint, store.JOB: record.job_id}
    if record.group:
        tags[MLFLOW_PARENT_RUN] = _group_run(opened, experiment, record)
    run_id = opened.create_run(experiment, run_name=record.run_name, tags=tags).info.run_id
    _log_facts(opened, run_id, record)
    # Ending the run is the last act: a finished run always has its version.
    with mlflow.start_run(run_id=run_id):
        model_id = log_model(settings, record.estimator, record.input_example)
        version = _register(opened, record, model_id, run_id)
    return Logged(run_id, version, model_id)


def _group_run(opened: "MlflowClient", experiment: str, record: TrialRecord) -> str:
    """The run of the job, which holds nothing but the others; made once."""
    known = opened.search_runs([experiment], f"tags.`{store.GROUP}` = '{record.job_id}'", max_results=1)
    if known:
        run_id = str(known[0].info.run_id)
    else:
        tags = {store.GROUP: record.job_id, store.JOB: record.job_id}
        run_id = str(opened.create_run(experiment, run_name=record.group, tags=tags).info.run_id)
    # at once: whatever dies afterwards, it is not left open
    opened.set_terminated(run_id, "FINISHED")
    return run_id


def _register(opened: "MlflowClient", record: TrialRecord, model_id: str, run_id: str) -> str:
    """What `mlflow.register_model` does, without its prints."""
    from mlflow.exceptions import MlflowException

    with suppress(MlflowException):  # it exists; if not, the next call says why
        opened.create_registered_model(record.registry_name)
    made = opened.create_model_version(
        record.registry_name,
        f"{LOGGED_MODEL}{model_id}",
        run_id,
        tags=record.lineage | {store.FINGERPRINT: record.fingerprint},
        description=record.description,
        await_creation_for=0,
        model_id=model_id,
    )
    return str(made.version)


def _log_facts(opened: "MlflowClient", run_id: str, record: TrialRecord) -> None:
    from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param

    now = int(time.time() * 1000)
    metrics = [Metric(name, float(value), now, 0) for name, value in record.metrics.items()]
    params = [Param(name, str(value)[:LONGEST_PARAM]) for name, value in _plain_names(record.params).items()]
    opened.log_batch(run_id, metrics=metrics, params=params[:MOST_PARAMS])
    for begin in range(MOST_PARAMS, len(params), MOST_PARAMS):
        opened.log_batch(run_id, params=params[begin : begin + MOST_PARAMS])
    inputs = [
        DatasetInput(
            dataset=Dataset(name=name, digest=digest[:LONGEST_DIGEST], source_type="local", source=source),
            tags=[InputTag("mlflow.data.context", context)],
        )
        for name, digest, source, context in record.datasets
    ]
    if inputs:
        opened.log_inputs(run_id, inputs)
    for path in record.artifacts:
        opened.log_artifact(run_id, str(path))


def _plain_names(params: dict[str, Any]) -> dict[str, Any]:
    """The parameters under names that MLflow takes; two that would be one keep apart.

    >>> _plain_names({"text_größe?": 1, "text_große?": 2})
    {'text_gr__e_': 1, 'text_gro_e_': 2}
    >>> _plain_names({"a?": 1, "a!": 2})
    {'a_': 1, 'a_ 2': 2}
    """
    by_name: dict[str, Any] = {}
    for name, value in params.items():
        plain = short = UNNAMEABLE.sub("_", name)[: LONGEST_NAME - 5]
        number = 1
        while plain in by_name:
            number += 1
            plain = f"{short} {number}"
        by_name[plain] = value
    return by_name
