"""What a step of a job is given, and how it tells how far it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from core.settings import Settings

if TYPE_CHECKING:
    from core.store.workspace import Workspace

Arguments = TypeVar("Arguments", covariant=True)  # noqa: PLC0105 -- the word that the readers need

Progress: TypeAlias = Callable[[float, str], None]
"""Takes the done fraction (0..1) and a sentence; raises `Cancelled` when the work should stop."""


def quiet(fraction: float, message: str) -> None:
    """Progress that nobody looks at."""


class Cancelled(Exception):
    """The person asked for the job to stop; steps let it pass through."""


@dataclass(frozen=True, slots=True)
class StepContext(Generic[Arguments]):
    """What a step is given.

    Attributes:
        settings: where the stores are.
        job_id: the job; also the tag on everything that the step makes.
        args: the arguments with which the job was submitted.
        state: the merged results of the earlier steps.
        work: folder of this job, kept across restarts of the worker until the job ends.
        progress: takes the done fraction of this step (0..1) and a sentence; raises `Cancelled`.
        patience: seconds to wait for a process that writes to SQLite; None as long as a person waits.
    """

    settings: Settings
    job_id: str
    args: Arguments
    state: dict[str, Any]
    work: Path
    progress: Progress
    patience: float | None = None

    @contextmanager
    def workspace(self) -> Iterator["Workspace"]:
        """The stores, closed at the end."""
        from core.store.workspace import open_workspace

        ws = open_workspace(self.settings, self.patience)
        try:
            yield ws
        finally:
            ws.engine.dispose()
