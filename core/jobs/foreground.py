"""Run a job here and now: the same steps, without a worker, for the command line."""

import shutil
from typing import Any
from uuid import uuid4

from core.jobs import threads
from core.jobs.runner import StepCall, call, work_folder
from core.jobs.spec import Kinds, Progress
from core.settings import Settings


def run(
    settings: Settings,
    kinds: Kinds,
    kind: str,
    args: dict[str, Any],
    progress: Progress,
) -> dict[str, Any]:
    """Run every step of the kind and return their merged results.

    Raises:
        CaretakerError: a step refused, or something unexpected happened.
    """
    threads.cap()
    job, job_id = kinds[kind], f"foreground-{uuid4().hex}"
    work = work_folder(settings, job_id)
    state: dict[str, Any] = {}
    try:
        for index, step in enumerate(job.steps):
            low, high = job.span(index)

            def report(fraction: float, message: str, low: float = low, high: float = high) -> None:
                progress(low + (high - low) * fraction, message)

            state |= call(StepCall(settings, job_id, step, args, state, work), report)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return state
