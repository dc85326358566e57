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
    found = store.client(settings).search_model_versions(max_results=MOST)
    rows = [
        RegistryVersion(
            str(each.name),
            str(each.version),
            "champion" in (each.aliases or []),
            str(each.run_id or ""),
            f"models:/{each.name}/{each.version}",
        )
        for each in found
    ]
    return sorted(rows, key=lambda each: (each.name, not each.champion, -int(each.version)))
