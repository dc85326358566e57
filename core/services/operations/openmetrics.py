"""Numbers for a monitoring system: how every model stands, what came, what the worker does. Only SQL."""

from core.jobs import client
from core.services.monitoring import monitor
from core.services.operations.views import Gauges, ModelGauges
from core.services.shadow import status
from core.store import models
from core.store.engine import reading
from core.store.experiments import deployments
from core.store.ingestion import batches, deliveries
from core.store.workspace import Workspace

STATES = ("green", "amber", "red", "grey")


def read(ws: Workspace, name: str | None) -> Gauges:
    """The numbers of one model, or of all of them."""
    with reading(ws.engine) as session:
        specs = [spec for spec in models.specs(session) if name in {None, spec.name}]
        deliveries_by_model = {spec.id: deliveries.totals(session, spec.id) for spec in specs}
        batches_by_model = {spec.id: batches.totals(session, spec.id) for spec in specs}
        serving = {spec.id: deployments.champion(session, spec.id) for spec in specs}
    lines = []
    for spec in specs:
        row = serving[spec.id]
        version = row.version if row else None
        document = monitor.health(ws, spec.name)
        guard = status.guard(ws, spec.name)
        arrivals = batches_by_model[spec.id], deliveries_by_model[spec.id]
        lines.append(ModelGauges(spec.name, version, document, *arrivals, guard))
    return Gauges(tuple(lines), len(client.unfinished_ids(ws.settings)), client.worker_alive(ws.settings))
