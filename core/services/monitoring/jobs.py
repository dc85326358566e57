"""The job of monitoring: profile what changed, compute the findings."""

from dataclasses import dataclass
from typing import Any

from core.jobs.job import ModelJob, job, step
from core.jobs.spec import StepContext


@job("monitor", "Check the health", quick=True)
@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor(ModelJob):
    """Compute the health of a model anew where its data or settings changed."""


def check_health(context: StepContext[ModelJob]) -> dict[str, Any]:
    """Profile the chunks that changed and compute the findings; the last step of other jobs as well."""
    from core.services.monitoring import monitor

    with context.workspace() as ws:
        document = monitor.refresh(ws, context.args.model, context.progress)
    return {"status": document["status"], "sentence": document["sentence"]}


step(Monitor)(check_health)
