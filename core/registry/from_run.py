"""Register the model of an MLflow run, so that it can be a champion."""

from pathlib import Path

from core.errors import RegistryError
from core.registry import foreign, load, store
from core.registry.models import champion, set_champion
from core.settings import Settings


def register(settings: Settings, uri: str, name: str) -> str:
    """Version of the run's model under that name, made the champion if there is none; twice gives the same.

    Raises:
        RegistryError: there is no such run or model.
        UntrustedModel: opening the model could run code, and neither the address nor the name is trusted.
    """
    opened = store.client(settings)
    import mlflow
    from mlflow.exceptions import MlflowException

    try:
        folder = Path(mlflow.artifacts.download_artifacts(artifact_uri=uri))
        if not load.is_skops(folder):
            foreign.require_safe(settings, folder, uri, uri)
        run = uri.removeprefix("runs:/").partition("/")[0]
        known = [one for one in opened.search_model_versions(f"run_id='{run}'") if one.name == name]
        version = known[0] if known else mlflow.register_model(uri, name, await_registration_for=0)
    except (MlflowException, OSError) as error:
        raise RegistryError(
            f"{uri} cannot be read from the MLflow store.",
            "Check the id of the run and the model's name in it.",
        ) from error
    if champion(settings, name) is None:
        set_champion(settings, name, str(version.version), None)
    return str(version.version)
