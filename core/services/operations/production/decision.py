"""What was known when a deployment was decided. Only SQL: pages may ask."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.errors import DataError
from core.services.deployment.reasons import OVERRIDES
from core.stats.measures.table import metric_named
from core.store import models
from core.store.counts import count_until
from core.store.engine import reading
from core.store.experiments import comparisons, deployments
from core.store.tables import Batch, Comparison, Deployment, Revision, Trial
from core.store.workspace import Workspace
from core.tables import chunks

ON_RECORD = {
    ("delivery", "deliveries"): Batch,
    ("experiment", "experiments"): Trial,
    ("comparison", "comparisons"): Comparison,
    ("label revision", "label revisions"): Revision,
}

Counts = list[tuple[int, tuple[str, str]]]
"""How many of each there are, with the word for one and for several."""


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
        counts = [(count_until(session, table, spec.id, at), nouns) for nouns, table in ON_RECORD.items()]
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
            (
                "Verdict",
                f"{comparison.verdict.replace('_', ' ')}, look {comparison.look} at the holdout",
            ),
            (
                "Tests",
                f"failed: {', '.join(failed)}" if failed else f"all {len(body.get('gates', []))} passed",
            ),
            ("Segments that got worse", ", ".join(worse)),
        ]
    )


def _facts_of_then(row: Deployment, counts: Counts) -> list[tuple[str, str]]:
    known: dict[str, Any] = row.known or {}
    health = known.get("health") or {}
    return _present(
        [
            ("In production", f"version {row.previous}" if row.previous else ""),
            ("Health said", health.get("sentence")),
            ("Metric of record", _metric_title(known.get("metric"))),
            ("Threshold", known.get("threshold")),
            ("Data up to", _day(row.data_until)),
            ("On record", ", ".join(f"{number:,} {nouns[number != 1]}" for number, nouns in counts)),
        ]
    )


def _metric_title(name: str | None) -> str | None:
    """As people call it; the name of one's own metric that is gone since."""
    try:
        return metric_named(name).title if name else None
    except KeyError:
        return name


def _present(pairs: list[tuple[str, Any]]) -> list[tuple[str, str]]:
    return [(what, str(value)) for what, value in pairs if value not in (None, "")]


def _day(place: str | None) -> str:
    """The day of a moment as people write it; a number of a row stays.

    >>> _day("2015-12-01T00:00:00"), _day("999"), _day(None)
    ('1 Dec 2015', '999', '')
    """
    if place is None or place.isdecimal():
        return place or ""
    return chunks.label(place[:10], "day")
