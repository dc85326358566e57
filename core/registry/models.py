"""The registry's champion: read it, and move it only from where everybody thinks it is."""

from core.errors import PromotionRefused, RegistryError
from core.locks import hold_lock
from core.registry import store
from core.settings import Settings

CHAMPION = "champion"


def champion(settings: Settings, registry_name: str) -> str | None:
    """Version that carries the champion alias; None when there is none."""
    opened = store.client(settings)
    from mlflow.exceptions import MlflowException

    try:
        return str(opened.get_model_version_by_alias(registry_name, CHAMPION).version)
    except MlflowException as error:
        if error.error_code in {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}:
            return None
        raise


def set_champion(settings: Settings, registry_name: str, version: str, expected: str | None) -> None:
    """Move the champion alias from `expected` (None: nowhere) to `version`; already there is fine too.

    Raises:
        PromotionRefused: another version is the champion now.
        RegistryError: the version does not exist.
    """
    opened = store.client(settings)
    from mlflow.exceptions import MlflowException

    # MLflow has no conditional alias: the lock makes the look and the move one act on this machine.
    with hold_lock(settings.run / "champion.lock"):
        current = champion(settings, registry_name)
        if current == version:
            return
        if current != expected:
            raise PromotionRefused(
                f"The champion of {registry_name} is {_in_words(current)}, not {_in_words(expected)}.",
                "Somebody promoted in the meantime: compare with the present champion and decide again.",
            )
        try:
            opened.get_model_version(registry_name, version)
        except MlflowException as error:
            raise RegistryError(
                f"{registry_name} has no version {version}.", "Choose a version from the experiments."
            ) from error
        opened.set_registered_model_alias(registry_name, CHAMPION, version)


def _in_words(version: str | None) -> str:
    return "no version" if version is None else f"version {version}"
