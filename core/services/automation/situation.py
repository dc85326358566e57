"""What the stores say about a model that trains by itself; only SQL."""

from datetime import datetime

from core.health.report.document import HealthDocument
from core.services.automation.due import Alarm, NextRun, Situation, next_run
from core.services.experiments import new_since_champion
from core.services.monitoring import monitor
from core.store import models
from core.store.engine import reading
from core.store.experiments import automatic_runs
from core.store.tables import AutomaticRun
from core.store.workspace import Workspace

FAULTS = {"data_fault": "a column", "output_fault": "the predictions", "label_fault": "the labels"}
"""Kinds of causes that no training repairs -> what is broken, where the cause names no column."""


def read(ws: Workspace, name: str, moment: datetime) -> tuple[NextRun, int, AutomaticRun | None]:
    """What the rule of a model says now, how many labels there are, and the newest training by itself.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        newest = automatic_runs.newest(session, spec.id)
    since, document = new_since_champion.since(ws, name), monitor.health(ws, name)
    labels = since.labelled + since.corrected
    situation = Situation(
        now=moment,
        last=newest.created_at if newest else None,
        labels=labels,
        labels_then=newest.labels if newest else None,
        alarm=find_alarm(document) if document else None,
    )
    return next_run(spec.automation, situation), labels, newest


def find_alarm(document: HealthDocument) -> Alarm | None:
    """The alarm of the metric of record that stands, and whether a fault comes first."""
    if document["status"] != "red":
        return None
    of_metric = [alert for alert in document["alerts"] if alert["rule"] == "performance"]
    standing = [alert for alert in of_metric if alert["closed"] is None and alert["severity"] == "red"]
    if not standing:
        return None
    labels = {chunk["start"]: chunk["label"] for chunk in document["chunks"]}
    opened = standing[0]["opened"]
    since = labels.get(opened, str(opened))
    cause = document["causes"][0] if document["causes"] else None
    if cause is None or cause["kind"] not in FAULTS:
        return Alarm(since)
    return Alarm(since, cause.get("feature") or FAULTS[cause["kind"]])
