"""What the record holds about a version and the decision on it: read at once, only SQL."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.errors import DataError
from core.model import ModelSpec
from core.store import audit, models
from core.store.annotation import activity, revisions, suspects
from core.store.annotation.activity import Work
from core.store.engine import reading
from core.store.experiments import automatic_runs, comparisons, deployments, holdouts, outbox, trials
from core.store.ingestion import batches
from core.store.monitoring import findings
from core.store.tables import (
    Announcement,
    Audit,
    AutomaticRun,
    Batch,
    Comparison,
    Deployment,
    Holdout,
    HoldoutLook,
    Revision,
    Scan,
    Trial,
)
from core.store.types import now
from core.store.workspace import Workspace

MOST = 1_000_000
"""Audit entries of a model that are read: all."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The rows behind a decision; lists are oldest first.

    Attributes:
        decision: that put the version into production, else the newest that was to; None without any.
        at: the moment of the decision; without one, now. `earlier` says what was there by then.
        comparison: that the decision rests on, else the newest of the version.
        trial: that made the version; None where it was trained elsewhere.
        works: who annotated how often what, by the revision that the version learned from.
        champion: the deployment in production now; `health`: the finding of now.
        automatic: the training by a rule that made the version; None where a person began it.
    """

    spec: ModelSpec
    version: str
    decision: Deployment | None
    at: datetime
    comparison: Comparison | None
    comparisons: list[Comparison]
    trial: Trial | None
    trials: list[Trial]
    revision: Revision | None
    revisions: list[Revision]
    holdout: Holdout | None
    looks: list[HoldoutLook]
    works: list[Work]
    batches: list[Batch]
    scans: list[Scan]
    deployments: list[Deployment]
    announcements: list[Announcement]
    entries: list[Audit]
    champion: Deployment | None
    health: dict[str, Any] | None
    automatic: AutomaticRun | None

    def is_earlier(self, row: Any) -> bool:
        """Whether a row was there when it was decided."""
        return bool(row.created_at <= self.at)


def read(ws: Workspace, name: str, version: str | None = None) -> Evidence:
    """What the record holds about a version; None: the one in production.

    Raises:
        DataError: there is no such model, or nothing is known of such a version.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        changes = deployments.list_all(session, spec.id)
        champion = deployments.champion(session, spec.id)
        version = version or (champion.version if champion else None)
        trial = trials.by_version(session, spec.id, version) if version else None
        decision = _decision(changes, version)
        if version is None or (trial is None and decision is None):
            raise DataError(
                f"Nothing is known of version {version or '-'} of {name}.",
                "Name a version that was trained or deployed here; History lists them.",
            )
        compared = comparisons.list_comparisons(session, spec.id)
        comparison = _comparison(compared, decision, version)
        holdout_id = comparison.holdout_id if comparison else trial.holdout_id if trial else None
        cuts = revisions.list_revisions(session, spec.id)
        revision = next((cut for cut in cuts if trial and cut.id == trial.revision_id), None)
        return Evidence(
            spec=spec,
            version=version,
            decision=decision,
            at=(decision.decided_at or decision.created_at) if decision else now(),
            comparison=comparison,
            comparisons=compared,
            trial=trial,
            trials=trials.list_trials(session, spec.id),
            revision=revision,
            revisions=cuts,
            holdout=holdouts.get(session, holdout_id) if holdout_id else None,
            looks=holdouts.looks(session, holdout_id) if holdout_id else [],
            works=activity.work_up_to(session, spec.id, revision.event_seq) if revision else [],
            batches=batches.list_batches(session, spec.id)[::-1],
            scans=suspects.scans(session, spec.id),
            deployments=changes,
            announcements=outbox.of_deployment(session, decision.id or 0) if decision else [],
            entries=audit.entries(session, spec.id, MOST)[::-1],
            champion=champion,
            health=findings.read(session, spec.id),
            automatic=automatic_runs.of_version(session, spec.id, version),
        )


def _decision(changes: list[Deployment], version: str | None) -> Deployment | None:
    """The change that put the version into production the last time; else the newest that was to."""
    mine = [row for row in changes if row.version == version]
    done = [row for row in mine if row.state == "done"]
    rows = done or mine
    return rows[-1] if rows else None


def _comparison(compared: list[Comparison], decision: Deployment | None, version: str) -> Comparison | None:
    by_id = {row.id: row for row in compared}
    if decision is not None and decision.comparison_id in by_id:
        return by_id[decision.comparison_id]
    mine = [row for row in compared if row.challenger == version]
    return mine[-1] if mine else None


def moment(at: datetime) -> str:
    """A moment as it stands in the document.

    >>> moment(datetime(2026, 3, 1, 9, 30, 5, tzinfo=UTC))
    '2026-03-01 09:30:05 UTC'
    """
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
