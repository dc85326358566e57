"""Load a registered model version, if nothing in its file is strange."""

from pathlib import Path
from typing import Any

from core.errors import RegistryError, UntrustedModel
from core.model import ModelSpec
from core.registry import files, foreign, store
from core.registry.opening import opening
from core.registry.rename_classes import rename_classes
from core.settings import Settings


def load_estimator(settings: Settings, registry_name: str, version: str) -> Any:
    """The fitted estimator of a version.

    Raises:
        RegistryError: there is no such version, its files are gone or damaged, or another Caretaker saved it.
        UntrustedModel: the version is pickled, or its file holds types that are not on the allow-list.
    """
    folder, title = download(settings, registry_name, version), f"{registry_name} version {version}"
    with opening(title):
        return files.read(settings, folder / _skops_file(folder, title))


def load_model(settings: Settings, spec: ModelSpec, version: str) -> Any:
    """A version that can answer: an estimator in the skops format, or any other flavour through pyfunc.

    It answers with the classes of the monitored model, whatever they are called in the version.

    Raises:
        RegistryError: there is no such version, its files are gone or damaged, or a module of it is missing.
        UntrustedModel: opening it could run code, and its name is not trusted.
    """
    name, means = spec.registry_name, spec.roles.means
    folder, title = download(settings, name, version), f"{name} version {version}"
    with opening(title):
        if is_skops(folder):
            return rename_classes(files.read(settings, folder / _skops_file(folder, title)), means)
        return foreign.open_model(settings, folder, name, spec.classes, title, means)


def is_skops(folder: Path) -> bool:
    """Whether the files hold a scikit-learn estimator that can be opened without running code."""
    from mlflow.models import Model

    return bool(Model.load(folder).flavors.get("sklearn", {}).get("serialization_format") == "skops")


def download(settings: Settings, registry_name: str, version: str) -> Path:
    """Local folder with the version's files.

    Raises:
        RegistryError: there is no such version, or its files are gone.
    """
    store.client(settings)
    from mlflow.artifacts import download_artifacts
    from mlflow.exceptions import MlflowException

    try:
        return Path(download_artifacts(artifact_uri=f"models:/{registry_name}/{version}"))
    except (MlflowException, OSError) as error:
        raise RegistryError(
            f"Version {version} of {registry_name} cannot be read from the registry.",
            "Check that the version exists and that its files were not deleted.",
        ) from error


def _skops_file(folder: Path, title: str) -> str:
    from mlflow.models import Model

    flavour = Model.load(folder).flavors.get("sklearn")
    if flavour is None:
        raise RegistryError(f"{title} is not a scikit-learn model.", "Register a scikit-learn model.")
    if flavour.get("serialization_format") != "skops":
        raise UntrustedModel(
            f"{title} is stored as a pickle, which can run any code when it is opened.",
            "Log the model again with MLflow's skops format.",
        )
    return str(flavour["pickled_model"])
