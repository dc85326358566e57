"""The registered versions, and the champion among them: moved only from where everybody thinks it is."""

from dataclasses import dataclass
from hashlib import file_digest, sha256
from typing import TYPE_CHECKING

from core.errors import PromotionRefused, RegistryError
from core.locks import hold_lock
from core.registry import store
from core.settings import Settings

if TYPE_CHECKING:
    from mlflow import MlflowClient

META = "registered_model_meta"
"""What MLflow writes beside the files when somebody asks for them."""
CHAMPION = "champion"
MOST = 200


def champion(settings: Settings, registry_name: str) -> str | None:
    """Version that carries the champion alias; None when there is none."""
    return champion_of(store.client(settings), registry_name)


def champion_of(opened: "MlflowClient", registry_name: str) -> str | None:
    """The same, asked of a client that is open."""
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
        RegistryError: the version does not exist, or its files are gone.
    """
    opened = store.client(settings)

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
        require_version(settings, registry_name, version)
        opened.set_registered_model_alias(registry_name, CHAMPION, version)


def require_version(settings: Settings, registry_name: str, version: str) -> None:
    """Whether there is such a version with its files: what cannot be loaded predicts nothing.

    Raises:
        RegistryError: there is no such version, or its files are gone.
    """
    opened = store.client(settings)
    from mlflow.artifacts import list_artifacts
    from mlflow.exceptions import MlflowException

    try:
        opened.get_model_version(registry_name, version)
    except MlflowException as error:
        raise RegistryError(
            f"{registry_name} has no version {version}.", "Choose a version from the experiments."
        ) from error
    try:
        files = list_artifacts(artifact_uri=f"models:/{registry_name}/{version}")
    except (MlflowException, OSError):
        files = []
    if not any(file.path.endswith("MLmodel") for file in files):
        raise RegistryError(
            f"The files of version {version} of {registry_name} are gone.",
            "Bring them back, from a backup if there is one, or choose another version.",
        )


def files_hash(settings: Settings, registry_name: str, version: str) -> str:
    """SHA-256 of the files of a version: their names and bytes, in order.

    Raises:
        RegistryError: there is no such version, or its files are gone.
    """
    from core.registry.load import download

    folder = download(settings, registry_name, version)
    digest = sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != META):
        with path.open("rb") as file:
            content = file_digest(file, "sha256").hexdigest()
        digest.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def _in_words(version: str | None) -> str:
    return "no version" if version is None else f"version {version}"


@dataclass(frozen=True, slots=True)
class RegistryVersion:
    """A registered version; `uri` is what a request to connect names."""

    name: str
    version: str
    champion: bool
    run_id: str
    uri: str


def list_versions(settings: Settings) -> list[RegistryVersion]:
    """The newest versions of all registered models, the champion of each first."""
    if not store.exists(settings):
        return []
    versions = store.client(settings).search_model_versions(max_results=MOST)
    rows = [
        RegistryVersion(
            str(version.name),
            str(version.version),
            "champion" in (version.aliases or []),
            str(version.run_id or ""),
            f"models:/{version.name}/{version.version}",
        )
        for version in versions
    ]
    return sorted(rows, key=lambda version: (version.name, not version.champion, -int(version.version)))
