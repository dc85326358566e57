"""Tell the deploy targets of a deployment, again and again until each confirmed the version."""

from typing import Any

from core.locks import try_hold
from core.model import ModelSpec
from core.services.deployment import targets
from core.services.deployment.targets import RULES, TargetRules
from core.services.deployment.views import TargetView
from core.store import audit, models
from core.store.engine import reading, writing
from core.store.experiments import deployments, outbox
from core.store.tables import Announcement, Deployment
from core.store.types import now
from core.store.workspace import Workspace


def message(spec: ModelSpec, row: Deployment) -> dict[str, Any]:
    """What the targets are told of a deployment: `sequence` grows, so that a late message can be dropped."""
    return {
        "type": "deployment",
        "sequence": row.id,
        "model": spec.name,
        "version": row.version,
        "previous": row.previous,
        "uri": f"models:/{spec.registry_name}/{row.version}",
        "kind": row.kind,
        "by": row.person,
        "approved_by": row.decided_by,
        "reason": row.reason,
        "override": row.override,
        "at": (row.decided_at or row.created_at).isoformat(),
    }


def tell_due(ws: Workspace, name: str, rules: TargetRules = RULES) -> list[TargetView]:
    """Tell every target of the model whose turn it is, once; while another process does, nothing.

    The lock is held while a target answers: an older deployment is never told after a newer one.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
    lock = try_hold(ws.settings.run / f"announce-{spec.id}.lock")
    if lock is None:
        return []
    views = []
    with lock:
        while (row := _next_due(ws, spec)) is not None:
            outcome = targets.tell(ws.settings, row.target, row.uid, row.body, rules)
            views.append(_record(ws, spec, row, outcome, rules))
    return views


def tell_again(ws: Workspace, name: str, *, by: str) -> list[TargetView]:
    """Put every target in line that has not confirmed the present version, and those added since.

    Raises:
        DataError: there is no such model.
        NoTarget: a target of the model is not configured.
    """
    with writing(ws.engine) as session:
        spec = models.spec(session, name, to_change=True)
        targets.require_targets(ws.settings, spec.deploy_to)
        present = deployments.champion(session, spec.id)
        if present is None:
            return []
        outbox.announce(session, present, spec.deploy_to, message(spec, present))
        rows = outbox.again(session, spec.id)
        if rows:
            body = {"version": present.version, "targets": [row.target for row in rows]}
            audit.add(session, spec.id, by, outbox.AGAIN, body)
        return [_view(row) for row in rows]


def targets_of(ws: Workspace, name: str) -> list[TargetView]:
    """How each target stands with the version in production, by name; one SQL read.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        present = deployments.champion(session, models.spec(session, name).id)
        return [_view(row) for row in outbox.of_deployment(session, present.id or 0)] if present else []


def models_due(ws: Workspace) -> list[str]:
    """Names of the models of which a target is to be told by now."""
    with reading(ws.engine) as session:
        numbers = {row.model_id for row in outbox.due(session, now())}
        return sorted(models.by_id(session, number).name for number in numbers)


def _next_due(ws: Workspace, spec: ModelSpec) -> Announcement | None:
    with reading(ws.engine) as session:
        return next(iter(outbox.due(session, now(), spec.id)), None)


def _record(
    ws: Workspace, spec: ModelSpec, row: Announcement, outcome: targets.Outcome, rules: TargetRules
) -> TargetView:
    with writing(ws.engine) as session:
        pauses = targets.pauses_of(ws.settings, row.target, rules)
        after = outbox.conclude(session, row.uid, outcome.state, outcome.message, pauses)
        if after.state in {"live", "failed"}:
            body = {"target": row.target, "version": row.body["version"], "message": outcome.message}
            body |= {"announcement": row.uid, "attempts": after.attempts}
            audit.add(session, spec.id, row.target, f"target {after.state}", body)
        return _view(after)


def _view(row: Announcement) -> TargetView:
    return TargetView(
        target=row.target,
        version=row.body["version"],
        state=row.state,
        message=row.message,
        attempts=row.attempts,
        at=row.changed_at,
        next_at=row.next_at if row.state == "waiting" else None,
    )
