"""What the room tells people and programs: changes of the champion, and the champion."""

from dataclasses import dataclass
from datetime import datetime

from typing_extensions import TypedDict


@dataclass(frozen=True, slots=True)
class DeploymentView:
    """A change of the champion, for people; `data_until` says where the log ended then.

    `state` is "done" once the registry has confirmed it, "intended" before that, or "refused".
    """

    version: str
    previous: str | None
    kind: str
    reason: str
    person: str
    at: datetime
    data_until: str | None
    state: str = "done"


class ChampionDocument(TypedDict):
    """The version in production."""

    model: str
    """Name of the model."""
    version: str
    """Its version in the registry."""
    uri: str
    """Its address in the MLflow registry."""
    since: str
    """Since when it is in production (UTC, ISO 8601)."""
