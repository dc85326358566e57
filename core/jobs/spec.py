"""What a job is: a named row of steps, each of which may be run again without harm."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

from core.settings import Settings

State = Literal["queued", "running", "done", "failed", "cancelled"]


Progress: TypeAlias = Callable[[float, str], None]
"""Takes the done fraction (0..1) and a sentence; raises `Cancelled` when the work should stop."""


def quiet(fraction: float, message: str) -> None:
    """Progress that nobody looks at."""


class Cancelled(Exception):
    """The person asked for the job to stop; steps let it pass through."""


@dataclass(frozen=True, slots=True)
class StepContext:
    """What a step is given.

    Attributes:
        settings: where the stores are.
        job_id: the job; also the tag on everything that the step makes.
        args: the arguments with which the job was submitted.
        state: the merged results of the earlier steps.
        work: folder of this job, kept across restarts of the worker until the job ends.
        progress: takes the done fraction of this step (0..1) and a sentence; raises `Cancelled`.
    """

    settings: Settings
    job_id: str
    args: dict[str, Any]
    state: dict[str, Any]
    work: Path
    progress: Progress


Step: TypeAlias = Callable[[StepContext], dict[str, Any]]
"""A step returns a small JSON document; it may be killed at any moment and run again."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of job.

    Attributes:
        name: what `submit` is given, e.g. "retrain".
        title: what people read, e.g. "Retrain".
        steps: dotted functions in order, e.g. "core.services.experiments.retrain:fit_step".
        quick: does not wait behind the heavy jobs.
        weights: share of the time that each step takes; empty = equal shares.
    """

    name: str
    title: str
    steps: tuple[str, ...]
    quick: bool = False
    weights: tuple[float, ...] = ()

    def span(self, index: int) -> tuple[float, float]:
        """From which fraction of the job to which the step at `index` runs.

        >>> JobKind("demo", "Demo", ("m:a", "m:b"), weights=(1, 3)).span(1)
        (0.25, 1.0)
        """
        weights = self.weights or (1.0,) * len(self.steps)
        return sum(weights[:index]) / sum(weights), sum(weights[: index + 1]) / sum(weights)


Kinds: TypeAlias = Mapping[str, JobKind]


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How a job stands, for people.

    Attributes:
        fraction: done share of the whole job, 0..1.
        seconds_left: estimate from the fraction and the time so far; None when nothing can be said yet.
        started_at: ISO moment in UTC; None while queued.
        result: merged results of the steps of a job that is done.
        error: message and hint of a failed job.
        args: the arguments with which it was submitted.
    """

    id: str
    kind: str
    state: State
    fraction: float
    message: str
    seconds_left: float | None
    started_at: str | None
    result: dict[str, Any] | None
    error: dict[str, str] | None
    args: dict[str, Any] = field(default_factory=dict)
