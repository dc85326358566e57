"""How a job stands, for people."""

from dataclasses import dataclass, field
from typing import Any, Literal

from core.errors import CaretakerError
from core.jobs.job import AJob, from_json

State = Literal["queued", "running", "done", "failed", "cancelled"]


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

    @property
    def is_live(self) -> bool:
        """Whether the job is queued or running."""
        return self.state in {"queued", "running"}

    @property
    def model(self) -> str | None:
        """The name of the model that the job is about; None when it is about none, or about several."""
        return self.args.get("model")

    def arguments(self, kind: type[AJob]) -> AJob | None:
        """The arguments, when the job is of that kind and they are of this version; else None."""
        if self.kind != kind.declaration.name:
            return None
        try:
            return from_json(kind, self.args)
        except CaretakerError:
            return None
