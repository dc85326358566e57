"""The job of shadows, and the step that other jobs do after rows or labels came."""

from dataclasses import dataclass
from typing import Any

from core.jobs.job import ModelJob, job, step
from core.jobs.spec import StepContext


@job("shadow", "Predict beside the champion")
@dataclass(frozen=True, slots=True, kw_only=True)
class WatchShadows(ModelJob):
    """Bring the versions that predict beside the champion up to date."""


def watch_shadows(context: StepContext[ModelJob]) -> dict[str, Any]:
    """Predict what came, and count rows whose labels have matured; the last step of other jobs as well."""
    from core.services.shadow import watch

    with context.workspace() as ws:
        views = watch.watch(ws, context.args.model, context.progress)
    return {"shadows": [dict(view) for view in views]}


step(WatchShadows)(watch_shadows)
