"""Run a job here and now: the same steps, without a worker, for the command line."""

import shutil
from typing import Any
from uuid import uuid4

from core.jobs import threads
from core.jobs.job import Job
from core.jobs.runner import StepCall, call, work_folder
from core.jobs.spec import Progress
from core.settings import Settings


def run(settings: Settings, job: Job, progress: Progress) -> dict[str, Any]:
    """Run every step of the job and return their merged results.

    Raises:
        CaretakerError: a step refused, or something unexpected happened.
    """
    threads.cap()
    job_id = f"foreground-{uuid4().hex}"
    work = work_folder(settings, job_id)
    state: dict[str, Any] = {}
    try:
        for index, step in enumerate(job.declaration.steps):
            low, high = job.declaration.span(index)

            def report(fraction: float, message: str, low: float = low, high: float = high) -> None:
                progress(low + (high - low) * fraction, message)

            state |= call(StepCall(settings, job_id, step.function, job, state, work), report)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return state
