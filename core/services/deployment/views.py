"""What the room tells people and programs: changes of the champion, and the champion."""

from dataclasses import dataclass
from datetime import datetime

from typing_extensions import TypedDict


@dataclass(frozen=True, slots=True)
class DeploymentView:
    """A change of the champion, for people; `data_until` says where the log ended then.

    Attributes:
        state: "done" once the registry has confirmed it, "intended" before that, or "refused".
        verdict: what the comparison said; None where there was none.
        override: of which kind, where the comparison did not say that it is at least not worse.
    """

    version: str
    previous: str | None
    kind: str
    reason: str
    person: str
    at: datetime
    data_until: str | None
    state: str = "done"
    verdict: str | None = None
    override: str | None = None


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
    by: str
    """Who put it there."""
    reason: str
    """Why."""
    verdict: str | None
    """What its comparison said (better, not_worse, cannot_tell, worse); null where there was none."""
    override: str | None
    """Kind of the override by which it was promoted without being shown to be better; null without one."""
