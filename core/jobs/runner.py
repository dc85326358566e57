"""Call one step, in whichever process; here anything unexpected becomes a sentence with a reference."""

import shutil
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.errors import CaretakerError
from core.jobs.cluster.connection import fits_on_cluster
from core.jobs.spec import Cancelled, Progress, StepContext
from core.locks import hold_lock, try_hold
from core.logs import reference
from core.settings import Settings
from core.trouble import explain, explain_failures

LOCK, SENT = "lock", "sent"


@dataclass(frozen=True, slots=True)
class StepCall:
    """Everything that a step needs, without the channel for its progress: can be sent to another process."""

    settings: Settings
    job_id: str
    function: Callable[[StepContext[Any]], dict[str, Any]]
    args: Any
    state: dict[str, Any]
    work: Path
    patience: float | None = None

    @property
    def name(self) -> str:
        """What the step is called in the log and among the processes."""
        return self.function.__name__


def work_folder(settings: Settings, job_id: str) -> Path:
    """Where the steps of a job keep their files until the job ends."""
    return settings.run / "jobs" / job_id


@contextmanager
def own_folder(settings: Settings, job_id: str) -> Iterator[Path]:
    """The folder of a job that no worker knows, held while this process lives; gone at the end."""
    work = work_folder(settings, job_id)
    try:
        with hold_lock(work / LOCK):
            yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def remove_left(settings: Settings, ended: Callable[[str], bool]) -> list[str]:
    """Delete the folders of jobs that have ended, unless a process holds them; gives their names.

    Of a job whose process was killed the models that were fitted would stay for ever.

    Args:
        settings: where they lie.
        ended: whether no worker will go on with the job of this id.
    """
    jobs = work_folder(settings, LOCK).parent
    removed = []
    for folder in sorted(jobs.iterdir()) if jobs.is_dir() else []:
        with suppress(OSError):
            if ended(folder.name) and (handle := try_hold(folder / LOCK)) is not None:
                handle.close()
                shutil.rmtree(folder)
                removed.append(folder.name)
    return removed


def call(step: StepCall, progress: Progress) -> dict[str, Any]:
    """Run the step and return its result.

    Raises:
        CaretakerError: the step refused, or something unexpected happened, which is then in the log.
        Cancelled: the step saw that it should stop.
    """
    with in_words(step.settings, f"job {step.job_id}, step {step.name}"):
        step.work.mkdir(parents=True, exist_ok=True)
        context = StepContext(
            step.settings, step.job_id, step.args, step.state, step.work, progress, step.patience
        )
        with fits_on_cluster(step.settings, step.work / SENT):
            return step.function(context)


@contextmanager
def in_words(settings: Settings, where: str) -> Iterator[None]:
    """Turn whatever goes wrong inside into a sentence.

    Raises:
        CaretakerError: the work refused, or something unexpected happened, which is then in the log.
        Cancelled: it saw that it should stop.
    """
    try:
        yield
    except (CaretakerError, Cancelled):
        raise
    except Exception as error:
        raise unexpected_error(settings, where, error) from error


def unexpected_error(settings: Settings, where: str, error: BaseException) -> CaretakerError:
    """What the machine refused, in words; else the full trace goes to the worker's log under a reference."""
    known = explain(error, settings.home)
    if known is not None:
        return known
    name = reference()
    trace = "".join(traceback.format_exception(error))
    with explain_failures(settings.home):
        settings.run.mkdir(parents=True, exist_ok=True)
        with log_path(settings).open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now(UTC).isoformat()} reference={name} {where}\n{trace}\n")
    return CaretakerError(
        f"Something unexpected happened (reference {name}).",
        f"Try again. If it happens again, send the reference and {log_path(settings)} to your engineer.",
    )


def log_path(settings: Settings) -> Path:
    """The worker's log."""
    return settings.run / "worker.log"
