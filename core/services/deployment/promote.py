"""Promote and roll back: intent, alias, confirmation; what a crash left is finished or undone."""

from contextlib import suppress
from typing import Any

from core.access import Person
from core.errors import PromotionRefused, RegistryError
from core.lake.row_locations import log_end
from core.model import ModelSpec
from core.registry import models as registry
from core.services.deployment import announce, proposals
from core.services.deployment.evidence import require_evidence
from core.services.deployment.reasons import needs_override, require_reason
from core.services.deployment.views import DeploymentView
from core.store import audit, models
from core.store.engine import reading, writing
from core.store.experiments import deployments as store
from core.store.experiments import outbox, shadows
from core.store.experiments import proposals as proposed
from core.store.experiments.champion_lock import hold_champion
from core.store.ingestion import batches
from core.store.tables import Deployment
from core.store.workspace import Workspace

AFTER_CRASH = "reconciled after a crash"


def deployments(ws: Workspace, name: str) -> list[DeploymentView]:
    """Every change of the champion that was done, oldest first."""
    with reading(ws.engine) as session:
        return [_view(row) for row in store.list_done(session, models.spec(session, name).id)]


def champion(ws: Workspace, name: str) -> DeploymentView | None:
    """What is in production: one SQL read."""
    with reading(ws.engine) as session:
        row = store.champion(session, models.spec(session, name).id)
    return _view(row) if row is not None else None


def newest(ws: Workspace, name: str) -> DeploymentView | None:
    """The newest change of the champion, also one that is not confirmed or that was refused."""
    with reading(ws.engine) as session:
        row = store.newest(session, models.spec(session, name).id)
    return _view(row) if row is not None else None


def promote(
    ws: Workspace,
    name: str,
    version: str,
    *,
    by: str,
    reason: str,
    override: str | None = None,
    compared_with: str | None = None,
    typed_name: str | None = None,
) -> DeploymentView:
    """Make a compared version the champion, or propose it where the model asks for a second person.

    Done before, it changes nothing.

    Args:
        ws: the stores.
        name: of the model.
        version: of the challenger.
        by: who decides.
        reason: why; it must say something when the comparison does not say "better".
        override: of which kind (`reasons.OVERRIDES`), when the comparison says "cannot tell" or "worse".
        compared_with: the champion that the person saw; None takes the one of the comparison.
        typed_name: the model's name, typed by hand where a page asks for it.

    Raises:
        OverrideNeeded: the verdict asks for an override.
        PromotionRefused: not compared, blocked, on a holdout that is used up, no reason, or the champion
            changed since.
    """
    spec, current = _read_champion(ws, name)
    if typed_name is not None and typed_name != name:
        raise PromotionRefused(f"{typed_name!r} is not the name of this model.", f"Type {name} to promote.")
    if current is not None and current.version == version:
        return _view(current)
    evidence = require_evidence(ws, spec, version, current, compared_with)
    require_reason(version, evidence.verdict, reason, override)
    intent = Deployment(
        model_id=spec.id,
        kind="promote",
        state="intended",
        version=version,
        previous=evidence.champion,
        comparison_id=evidence.comparison,
        reason=reason,
        person=by,
        data_until=data_until(ws, spec),
        verdict=evidence.verdict,
        override=override if needs_override(evidence.verdict) else None,
    )
    intent.known = _files(ws, spec, version)
    if proposals.asks_for_two(ws, spec, by):
        return _view(proposals.propose(ws, spec, intent))
    return _carry_out(ws, spec, intent)


def approve(
    ws: Workspace, name: str, *, person: Person, reason: str = "", number: int | None = None
) -> DeploymentView:
    """Put the proposed version into production, as another person than the proposer; done before, nothing.

    Args:
        ws: the stores.
        name: of the model.
        person: who approves.
        reason: what the approver writes; may be empty.
        number: of the proposal that the person saw; None takes the open one.

    Raises:
        NoProposal: none is open, it is another one, or it lapsed: what it rested on changed.
        AccessError: this person may not approve it.
        PromotionRefused: the champion changed outside of Caretaker.
    """
    spec, _ = _read_champion(ws, name)
    with hold_champion(ws, spec.id):
        _reconcile_model(ws, spec)
        with reading(ws.engine) as session:
            done = [row for row in store.list_done(session, spec.id) if row.id == number]
        if done:
            return _view(done[0])
        return _move_alias(ws, spec, proposals.accept(ws, spec, person, reason, number))


def rollback(
    ws: Workspace, name: str, *, by: str, reason: str, replaces: str | None = None
) -> DeploymentView:
    """Go back to the version that was in production before the present one.

    Args:
        ws: the stores.
        name: of the model.
        by: who decides.
        reason: why.
        replaces: the version that the person saw in production; gone back from it before, it changes
            nothing. None takes the present one.

    Raises:
        RegistryError: there is no earlier version.
        PromotionRefused: the champion changed meanwhile.
    """
    spec, _ = _read_champion(ws, name)
    with hold_champion(ws, spec.id):
        _reconcile_model(ws, spec)
    _, current = _read_champion(ws, name)
    if current is not None and replaces not in {None, current.version}:
        if (current.kind, current.previous) == ("rollback", replaces):
            return _view(current)
        raise PromotionRefused(
            f"In production is version {current.version}, not {replaces}.", "Look again and decide again."
        )
    with reading(ws.engine) as session:
        versions = standing([(row.kind, row.version) for row in store.list_done(session, spec.id)])
    if current is None or len(versions) < 2:  # noqa: PLR2004 -- the present and an earlier one
        raise RegistryError(
            f"{name} has no earlier version to go back to.", "Promote another version instead."
        )
    intent = Deployment(
        model_id=spec.id,
        kind="rollback",
        state="intended",
        version=versions[-2],
        previous=current.version,
        reason=reason,
        person=by,
        data_until=data_until(ws, spec),
        known=_files(ws, spec, versions[-2]),
    )
    return _carry_out(ws, spec, intent)


def standing(history: list[tuple[str, str]]) -> list[str]:
    """The versions that stand on each other: a promotion adds one, a rollback takes the top one away.

    >>> standing([("first", "1"), ("promote", "2"), ("promote", "3"), ("rollback", "2")])
    ['1', '2']
    """
    stack: list[str] = []
    for kind, version in history:
        if kind == "rollback" and len(stack) > 1:
            stack.pop()
        else:
            stack.append(version)
    return stack


def reconcile(ws: Workspace) -> list[DeploymentView]:
    """Finish or undo what a crash left: what the alias says holds. Gives the deployments it finished."""
    with reading(ws.engine) as session:
        specs = {spec.id: spec for spec in models.specs(session)}
        left = {row.model_id for row in store.list_intended(session)}
    finished: list[DeploymentView] = []
    for model_id in sorted(left):
        with hold_champion(ws, model_id):
            finished += _reconcile_model(ws, specs[model_id])
    return finished


def _reconcile_model(ws: Workspace, spec: ModelSpec) -> list[DeploymentView]:
    with reading(ws.engine) as session:
        left = store.list_intended(session, spec.id)
    alias = registry.champion(ws.settings, spec.registry_name) if left else None
    # Only the newest intent can be the one that moved the alias: each holds the lock until it is concluded.
    done = [row for row in left[-1:] if row.version == alias]
    finished: list[DeploymentView] = []
    for row in left:
        if row in done:
            finished.append(_view(_conclude(ws, spec, row, "done", AFTER_CRASH)))
        elif row.decided_by is None:
            _conclude(ws, spec, row, "refused", AFTER_CRASH)
        else:
            with writing(ws.engine) as session:
                proposed.reopen(session, row, AFTER_CRASH)
    return finished


def _carry_out(ws: Workspace, spec: ModelSpec, intent: Deployment) -> DeploymentView:
    with hold_champion(ws, spec.id):
        for finished in _reconcile_model(ws, spec):
            if (finished.kind, finished.version) == (intent.kind, intent.version):
                return finished
        with writing(ws.engine) as session:
            intent.known = proposed.facts(session, spec, intent.version) | (intent.known or {})
            row = store.intend(session, intent)
        return _move_alias(ws, spec, row)


def _files(ws: Workspace, spec: ModelSpec, version: str) -> dict[str, Any]:
    """The hash of the version's files, as it is stored with the decision on it: `doctor` looks again."""
    with suppress(RegistryError):  # no files: the registry refuses, which stays on record
        return {"files": registry.files_hash(ws.settings, spec.registry_name, version)}
    return {}


def _move_alias(ws: Workspace, spec: ModelSpec, row: Deployment) -> DeploymentView:
    """Carry out what is intended; who calls holds the lock."""
    try:
        registry.set_champion(ws.settings, spec.registry_name, row.version, row.previous)
    except RegistryError as error:
        _conclude(ws, spec, row, "refused", error.message)
        raise
    return _view(_conclude(ws, spec, row, "done", "override" if row.override else ""))


def _conclude(ws: Workspace, spec: ModelSpec, row: Deployment, state: str, note: str) -> Deployment:
    body: dict[str, Any] = {"version": row.version, "previous": row.previous, "reason": row.reason}
    body |= {"note": note, "verdict": row.verdict, "override": row.override, "comparison": row.comparison_id}
    body |= {"approved_by": row.decided_by, "deployment": row.id}
    with writing(ws.engine) as session:
        concluded = store.conclude(session, row.id or 0, state)
        action = row.kind if state == "done" else f"{row.kind} refused"
        audit.add(session, spec.id, row.person, action, body)
        if concluded.state == "done":
            shadows.start_guard(session, concluded)
            present = models.by_id(session, spec.id)
            outbox.announce(session, concluded, present.deploy_to, announce.message(present, concluded))
        proposed.lapse_changed(session, spec)
    return concluded


def _read_champion(ws: Workspace, name: str) -> tuple[ModelSpec, Deployment | None]:
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        return spec, store.champion(session, spec.id)


def data_until(ws: Workspace, spec: ModelSpec) -> str | None:
    """Where the log ends now: the newest time, else the newest row; None without a log."""
    with reading(ws.engine) as session:
        live = batches.live(session, spec.id)
    return log_end(ws.settings, spec, live)


def _view(row: Deployment) -> DeploymentView:
    return DeploymentView(
        version=row.version,
        previous=row.previous,
        kind=row.kind,
        reason=row.reason,
        person=row.person,
        at=row.decided_at or row.created_at,
        data_until=row.data_until,
        state=row.state,
        verdict=row.verdict,
        override=row.override,
        approved_by=row.decided_by,
        decision=row.decision,
        files=(row.known or {}).get("files"),
    )
