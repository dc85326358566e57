"""What the room tells people and programs: changes of the champion, and the champion."""

from dataclasses import dataclass
from datetime import datetime

from typing_extensions import TypedDict


@dataclass(frozen=True, slots=True)
class DeploymentView:
    """A change of the champion, for people; `data_until` says where the log ended then.

    Attributes:
        state: "done" once the registry has confirmed it, "intended" before that, or "refused".
        verdict: what the comparison said, or "refit"; None where there was none.
        override: of which kind, where the comparison did not say that it is at least not worse.
        approved_by: the second person, where the model asks for one; `at` is the moment of the approval then.
        decision: what the second person wrote, or why a proposal lapsed.
        files: hash of the version's files when it was decided; None of decisions that did not keep it.
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
    approved_by: str | None = None
    decision: str | None = None
    files: str | None = None


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A promotion that waits for a second person.

    Attributes:
        number: of the proposal.
        sentence: what its comparison said; `verdict` in one word.
        override: of which kind, where the comparison did not say that it is at least not worse.
        person: who proposed it.
        changed: what is not as it was then, in words: with any of it, the proposal has lapsed.
    """

    number: int
    version: str
    previous: str | None
    reason: str
    verdict: str | None
    override: str | None
    person: str
    at: datetime
    sentence: str
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TargetView:
    """How a deploy target stands with a version, for people.

    Attributes:
        state: "live" once the target confirmed that it serves the version, "waiting" before, "failed" when it
            was given up, "superseded" when a later deployment took its place.
        message: what it answered, or why it did not; empty before the first try.
        next_at: when it is told again; None unless it waits.
    """

    target: str
    version: str
    state: str
    message: str
    attempts: int
    at: datetime
    next_at: datetime | None


class TargetEntry(TypedDict):
    """How a deploy target stands with the version in production."""

    name: str
    """Name of the target, as the operator configured it."""
    state: str
    """live (it confirmed that it serves the version), waiting, or failed."""
    message: str
    """What it answered, or why it did not; empty before it was told."""
    at: str
    """Since when it stands so (UTC, ISO 8601)."""


class CanaryEntry(TypedDict):
    """A version that answers a share of the ids beside the champion."""

    version: str
    """Its version in the registry."""
    uri: str
    """Its address in the MLflow registry."""
    share: float
    """Of the ids: those of which the hash of version and id, as a number from 0 to 1, is below it."""
    by: str
    """Who set it."""
    since: str
    """Since when it is set so (UTC, ISO 8601)."""


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
    """Of its comparison (better, small_gain, not_worse, cannot_tell, worse), or refit; null without one."""
    override: str | None
    """Kind of the override by which it was promoted without being shown to be better; null without one."""
    approved_by: str | None
    """The second person, where the model asks for one; null where it does not."""
    live: bool | None
    """Whether every deploy target has confirmed that it serves this version; null where none was told."""
    targets: list[TargetEntry]
    """The deploy targets that were told of it."""
    canary: CanaryEntry | None
    """The version that answers some ids beside it; null where there is none."""
