"""The guard after a promotion: where the version before is shown to be better, a model may be rolled back."""

from dataclasses import dataclass

from core.services.deployment.jobs import Rollback
from core.store import models
from core.store.engine import reading
from core.store.experiments import shadows
from core.store.workspace import Workspace

BY = "Caretaker"


@dataclass(frozen=True, slots=True)
class DueRollback:
    """A rollback that a model has asked for beforehand, by what its guard shows."""

    guard: int
    job: Rollback


def rollbacks_due(ws: Workspace) -> list[DueRollback]:
    """Of the models that say so, those whose guard shows that the version before is better."""
    due = []
    with reading(ws.engine) as session:
        for spec in models.specs(session):
            row = shadows.guard_of_champion(session, spec.id) if spec.guard_rolls_back else None
            if row is not None and (row.state, row.verdict) == ("decided", "better"):
                why = f"The guard asked for it. {row.reason}"
                job = Rollback(model=spec.name, by=BY, reason=why, replaces=row.champion)
                due.append(DueRollback(row.id or 0, job))
    return due
