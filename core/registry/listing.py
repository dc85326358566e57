"""What the registry holds, for people who choose a model from it."""

from dataclasses import dataclass

from core.registry import store
from core.settings import Settings

MOST = 200


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
