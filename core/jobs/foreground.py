"""Run a job here and now: the same steps, without a worker, for the command line."""

from typing import Any
from uuid import uuid4

from core.jobs import threads
from core.jobs.job import Job
from core.jobs.runner import StepCall, call, own_folder, remove_left
from core.jobs.spec import Progress
from core.settings import Settings

PREFIX = "foreground-"


def run(settings: Settings, job: Job, progress: Progress) -> dict[str, Any]:
    """Run every step of the job and return their merged results.

    Raises:
        CaretakerError: a step refused, or something unexpected happened.
    """
    threads.cap()
    remove_left(settings, lambda name: name.startswith(PREFIX))
    job_id = f"{PREFIX}{uuid4().hex}"
    state: dict[str, Any] = {}
    with own_folder(settings, job_id) as work:
        for index, step in enumerate(job.declaration.steps):
            low, high = job.declaration.span(index)

            def report(fraction: float, message: str, low: float = low, high: float = high) -> None:
                progress(low + (high - low) * fraction, message)

            state |= call(StepCall(settings, job_id, step.function, job, state, work), report)
    return state
