"""The job that sends alerts: only it loads the library that knows the places."""

from dataclasses import dataclass
from typing import Any

from core.jobs.job import Job, job, step
from core.jobs.spec import StepContext


@job("send_alerts", "Send alerts", quick=True)
@dataclass(frozen=True, slots=True, kw_only=True)
class SendAlerts(Job):
    """Send what is due to one destination of alerts.

    Attributes:
        destination: name of it, as the operator configured it.
    """

    destination: str


@step(SendAlerts)
def send_waiting(context: StepContext[SendAlerts]) -> dict[str, Any]:
    """Send what waits in the outbox, and write down what became of each try."""
    from core.services.alerts import deliver

    context.progress(0.0, f"Sending to {context.args.destination}")
    with context.workspace() as ws:
        views = deliver.send_due(ws, context.args.destination)
    return {"messages": [{"id": v.uid, "state": v.state, "message": v.message} for v in views]}
