"""The job of shadows, and the step that other jobs do after rows or labels came."""

from dataclasses import dataclass
from typing import Any

from core.jobs.job import ModelJob, job, step
from core.jobs.spec import StepContext
from core.store.workspace import Workspace


@job("shadow", "Predict beside the champion")
@dataclass(frozen=True, slots=True, kw_only=True)
class WatchShadows(ModelJob):
    """Bring the versions that predict beside the champion up to date."""


def watch_shadows(context: StepContext[ModelJob]) -> dict[str, Any]:
    """Predict what came, and count rows whose labels have matured; the last step of other jobs as well."""
    from core.services.shadow import watch

    with context.workspace() as ws:
        views = watch.watch(ws, context.args.model, context.progress)
        tell_health(ws, context.args.model)
    return {"shadows": [dict(view) for view in views]}


def tell_health(ws: Workspace, name: str) -> None:
    """Let Health say what the guard asks for: it was computed before the rows were counted."""
    from core.services.monitoring import monitor
    from core.services.shadow import status

    guard, document = status.guard(ws, name), monitor.health(ws, name)
    if guard is None or guard["finding"] is None or document is None:
        return
    if not any(alert["rule"] == "guard" for alert in document["alerts"]):
        monitor.refresh(ws, name)


step(WatchShadows)(watch_shadows)
