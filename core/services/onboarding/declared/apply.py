"""Make what a plan says: connect what is new, then one transaction for each model, then what follows it."""

from typing import Any

from core.errors import BusyError, CaretakerError
from core.jobs.job import Job
from core.jobs.spec import Progress, quiet
from core.services.monitoring.jobs import Monitor
from core.services.onboarding.connect_model import carry_out
from core.services.onboarding.declared.plan import ModelsPlan, PlannedModel
from core.services.onboarding.declared.sections.registry import SECTIONS, read_model
from core.services.onboarding.declared.sections.section import Change
from core.store import audit, models
from core.store.engine import reading, writing
from core.store.monitoring import findings
from core.store.workspace import Workspace

JUDGED_BY = frozenset({"metric", "tolerance", "threshold", "costs", "class_order", "reference"})
"""Settings after whose change the health is computed anew."""
RECENT = 50
"""Changes that are looked at: one apply makes a few."""
PLAN_AGAIN = "Run `python -m core plan` again and look at what it says now."


class PlanChanged(BusyError):
    """Files or home are not those that were planned, or somebody changed a model while it was applied.

    Next: plan again, look at the difference, and apply that.
    """

    http_status = BusyError.http_status


def require_plan(made: ModelsPlan, fingerprint: str | None = None) -> None:
    """Let a plan pass that can be made whole, and is the one that was looked at.

    Raises:
        CaretakerError: something of it cannot be made; nothing was changed.
        PlanChanged: it is another than the one of that fingerprint.
    """
    if fingerprint is not None and made.document["fingerprint"] != fingerprint:
        raise PlanChanged(
            f"This is not the plan {fingerprint}: files or models changed since (now it is "
            f"{made.document['fingerprint']}). Nothing was changed.",
            PLAN_AGAIN,
        )
    if made.problems:
        first, *others = made.problems
        more = f" {len(others)} more are in the plan." if others else ""
        raise CaretakerError(
            f"{first['place']}: {first['message']} Nothing was changed.{more}", first["hint"]
        )


def apply_model(ws: Workspace, planned: PlannedModel, by: str, progress: Progress = quiet) -> tuple[Job, ...]:
    """Make one model as it was planned; gives the jobs that follow. Killed anywhere, it is made by the next.

    Raises:
        PlanChanged: somebody changed it meanwhile; nothing of it was made.
        CaretakerError: it is refused.
    """
    if planned.entry["action"] == "create" and planned.new is not None:
        carry_out(ws, *planned.new, progress)
    if planned.entry["action"] in {"create", "change"}:
        _change(ws, planned, by)
    due = (Monitor(model=planned.declaration.name),) if check_due(ws, planned.declaration.name) else ()
    return (*planned.jobs, *due)


def _change(ws: Workspace, planned: PlannedModel, by: str) -> None:
    one = planned.declaration
    with writing(ws.engine) as session:
        spec = models.spec(session, one.name, to_change=True)
        if planned.before is not None and read_model(session, spec) != planned.before:
            who = next((row.person for row in audit.entries(session, spec.id, 1)), "somebody")
            raise PlanChanged(f"{one.name} was changed by {who} since it was planned.", PLAN_AGAIN)
        for name, wish in planned.wish.items():
            SECTIONS[name].apply(Change(session, ws.settings, one.name, by, one.file), wish)
            session.flush()


def check_due(ws: Workspace, name: str) -> bool:
    """Whether the health was computed before the last change of what it is judged by, or never."""
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        computed = findings.computation_time(session, spec.id)
        rows = audit.entries(session, spec.id, RECENT, actions={"change settings", "class"})
    if computed is None:
        return True
    return any(row.created_at > computed for row in rows if row.action == "class" or _judges(row.body))


def _judges(body: dict[str, Any]) -> bool:
    return bool(JUDGED_BY & body["after"].keys())
