"""Open the MLflow store: made once under a lock, in WAL mode, without telemetry."""

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import CaretakerError, RegistryError
from core.locks import hold_lock
from core.settings import Settings
from core.store.engine import OUT_OF_REACH
from core.store.sqlite.wal import write_ahead
from core.store.trouble import nameless, refusal
from core.trouble import explain_failures

if TYPE_CHECKING:
    from mlflow import MlflowClient

FINGERPRINT = "caretaker.fingerprint"
JOB = "caretaker.job_id"
GROUP = "caretaker.group"
"""On the run below which the runs of a job stand: the id of the job."""
PARENT_VERSION = "caretaker.parent_version"
SQLITE = "sqlite:///"
SERVED = ("http://", "https://", "databricks")
SETTING = "CARETAKER_MLFLOW_URI"


def client(settings: Settings) -> "MlflowClient":
    """A client of the store, which is made on the first call (about 4 s) and checked on the later ones.

    The fluent calls of MLflow are pointed at the same store.

    Raises:
        StoreError: its file is damaged, or a full disk or missing rights stand in the way.
        RegistryError: it does not answer.
    """
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    import mlflow

    for noisy in ("alembic", "mlflow.store.db.utils", "mlflow.tracking.fluent"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    settings.artifacts.mkdir(parents=True, exist_ok=True)
    mlflow.set_tracking_uri(settings.mlflow)
    mlflow.set_registry_uri(settings.mlflow)
    # Four processes that make the tables at once crash three of them.
    with hold_lock(settings.run / "mlflow.lock"):
        if not exists(settings):
            _make(settings)
        try:
            opened = mlflow.MlflowClient(settings.mlflow, settings.mlflow)
            opened.search_experiments(max_results=1)
        except (mlflow.exceptions.MlflowException, *OUT_OF_REACH) as error:
            raise _no_response(settings, error) from error
        write_ahead(settings.mlflow)
    return opened


def exists(settings: Settings) -> bool:
    """Whether a store was made before; asking makes none and imports nothing."""
    return not settings.mlflow.startswith(SQLITE) or _file(settings).exists()


def failure(settings: Settings) -> CaretakerError | None:
    """Why the store does not answer; None when it does. A server has five seconds, and is asked once."""
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "5")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    try:
        with explain_failures(settings.home):
            client(settings)
    except CaretakerError as error:
        return error
    return None


def _no_response(settings: Settings, error: Exception) -> CaretakerError:
    reason = str(error).strip().splitlines()[0]
    return refusal(error, settings.mlflow, SETTING) or RegistryError(
        f"The MLflow store {nameless(settings.mlflow)} does not answer: {reason}",
        f"Check {SETTING}, and that the server runs.",
    )


def _file(settings: Settings) -> Path:
    return Path(settings.mlflow.removeprefix(SQLITE))


def _make(settings: Settings) -> None:
    """Make the tables under another name first: a half-made store would refuse every later start."""
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    file = _file(settings)
    new = file.with_name(f"{file.name}.new")
    for left in file.parent.glob(f"{new.name}*"):
        left.unlink()
    made = SqlAlchemyStore(f"{SQLITE}{new}", settings.artifacts.as_uri())  # type: ignore[no-untyped-call]
    made.engine.dispose()
    new.replace(file)


def experiment(opened: "MlflowClient", settings: Settings, name: str) -> str:
    """Id of the experiment that holds the model's runs, made when it is missing."""
    from mlflow.exceptions import MlflowException

    stored_experiment = opened.get_experiment_by_name(name)
    if stored_experiment is not None:
        return str(stored_experiment.experiment_id)
    # a server keeps its files itself: under our home nobody else would find them
    place = None if settings.mlflow.startswith(SERVED) else (settings.artifacts / name).as_uri()
    try:
        return str(opened.create_experiment(name, artifact_location=place))
    except MlflowException:
        # Another process made it between the look and the call.
        stored_experiment = opened.get_experiment_by_name(name)
        if stored_experiment is None:
            raise
        return str(stored_experiment.experiment_id)
