"""What was known when a deployment was decided. Only SQL: pages may ask."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.errors import DataError
from core.services.deployment.reasons import OVERRIDES
from core.store import models
from core.store.counts import count_until
from core.store.engine import reading
from core.store.experiments import comparisons, deployments
from core.store.tables import Batch, Comparison, Deployment, Revision, Trial
from core.store.workspace import Workspace

ON_RECORD = {
    "deliveries": Batch,
    "experiments": Trial,
    "comparisons": Comparison,
    "label revisions": Revision,
}


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision with what was known: pairs of what and value, in order."""

    number: int
    version: str
    at: datetime
    title: str
    facts: list[tuple[str, str]]


def describe(ws: Workspace, name: str, number: int) -> DecisionView:
    """What was known at a deployment of this model, by its number.

    Raises:
        DataError: this model has no such deployment.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        row = next((row for row in deployments.list_all(session, spec.id) if row.id == number), None)
        if row is None:
            raise DataError(f"{name} has no deployment {number}.", "Choose one of those that History lists.")
        at = row.decided_at or row.created_at
        comparison = comparisons.find(session, row.comparison_id) if row.comparison_id else None
        counts = {what: count_until(session, table, spec.id, at) for what, table in ON_RECORD.items()}
    of = f" in place of version {row.previous}" if row.previous else ""
    title = f"Version {row.version}{of}: {row.state}"
    return DecisionView(
        number,
        row.version,
        at,
        title,
        [*_decision_facts(row), *_evidence(comparison), *_facts_of_then(row, counts)],
    )


def _decision_facts(row: Deployment) -> list[tuple[str, str]]:
    return _present(
        [
            ("Who", row.person),
            ("Why", row.reason),
            ("Override", OVERRIDES.get(row.override or "", "")),
            ("Second person", row.decided_by),
            ("What the second person wrote", row.decision),
        ]
    )


def _evidence(comparison: Comparison | None) -> list[tuple[str, str]]:
    if comparison is None:
        return [("Evidence", "no comparison")]
    body = comparison.body
    failed = [gate["name"] for gate in body.get("gates", []) if not gate["passed"]]
    worse = [
        f"{part['column']} {part['value']}" for part in body.get("segments", []) if part["verdict"] == "worse"
    ]
    return _present(
        [
            ("Evidence", str(body.get("sentence", ""))),
            ("Verdict", f"{comparison.verdict}, look {comparison.look} at the holdout"),
            (
                "Tests",
                f"failed: {', '.join(failed)}" if failed else f"all {len(body.get('gates', []))} passed",
            ),
            ("Segments that got worse", ", ".join(worse)),
        ]
    )


def _facts_of_then(row: Deployment, counts: dict[str, int]) -> list[tuple[str, str]]:
    known: dict[str, Any] = row.known or {}
    health = known.get("health") or {}
    return _present(
        [
            ("In production", f"version {row.previous}" if row.previous else ""),
            ("Health said", health.get("sentence")),
            ("Metric of record", known.get("metric")),
            ("Threshold", known.get("threshold")),
            ("Data up to", row.data_until),
            ("On record", ", ".join(f"{number:,} {what}" for what, number in counts.items())),
        ]
    )


def _present(pairs: list[tuple[str, Any]]) -> list[tuple[str, str]]:
    return [(what, str(value)) for what, value in pairs if value not in (None, "")]
