"""Numbers for a monitoring system: how every model stands, what came, what the worker does. Only SQL."""

from dataclasses import dataclass

from core.health.report.document import HealthDocument
from core.jobs import client
from core.services.monitoring import monitor
from core.store import models
from core.store.engine import reading
from core.store.experiments import deployments
from core.store.ingestion import batches, deliveries
from core.store.workspace import Workspace

STATES = ("green", "amber", "red", "grey")


@dataclass(frozen=True, slots=True)
class ModelGauges:
    """One model.

    Attributes:
        batches: kind -> (batches, rows) that were taken in.
        arrivals: (door, outcome) -> deliveries.
    """

    name: str
    version: str | None
    health: HealthDocument | None
    batches: dict[str, tuple[int, int]]
    arrivals: dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Gauges:
    """Everything at one moment; `jobs` are queued or running."""

    models: tuple[ModelGauges, ...]
    jobs: int
    worker: bool


def read(ws: Workspace, name: str | None) -> Gauges:
    """The numbers of one model, or of all of them."""
    with reading(ws.engine) as session:
        specs = [spec for spec in models.specs(session) if name in {None, spec.name}]
        arrived = {spec.id: deliveries.totals(session, spec.id) for spec in specs}
        stored = {spec.id: batches.totals(session, spec.id) for spec in specs}
        serving = {spec.id: deployments.champion(session, spec.id) for spec in specs}
    seen = []
    for spec in specs:
        row = serving[spec.id]
        version = row.version if row else None
        found = monitor.health(ws, spec.name)
        seen.append(ModelGauges(spec.name, version, found, stored[spec.id], arrived[spec.id]))
    return Gauges(tuple(seen), len(client.unfinished_ids(ws.settings)), client.worker_alive(ws.settings))
