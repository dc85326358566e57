"""Promotions that wait for a second person: rows of `deployment`, with what the proposer knew."""

from dataclasses import asdict
from typing import Any

from sqlmodel import Session, col, select

from core.access import LOCAL, is_same
from core.model import ModelSpec
from core.store import audit
from core.store.experiments import comparisons, deployments
from core.store.monitoring import findings
from core.store.tables import Deployment
from core.store.types import now

CHANGES = {
    "deployment": "the champion changed",
    "comparison": "the version was compared again",
    "metric": "the metric of record changed",
    "threshold": "the threshold changed",
    "costs": "the costs changed",
}
"""Field of what was known -> what is said when it is another one now."""
SETTINGS = frozenset({"change settings"})
HEALTH = ("status", "sentence", "computed_at")
"""What is kept of the finding of then: findings are made anew, and the old one is gone."""


def needs_two(session: Session, spec: ModelSpec, by: str) -> bool:
    """Whether this person cannot put a version into production alone.

    Who switched the second person off decides nothing alone until another person has changed that setting:
    otherwise one press would skip it. It does not hold for "local": that is everybody where nobody signs in.
    """
    if spec.second_person:
        return True
    changes = audit.entries(session, spec.id, actions=SETTINGS)
    newest = next((row for row in changes if "second_person" in row.body["after"]), None)
    if newest is None or is_same(newest.person, LOCAL.name):
        return False
    return is_same(by, newest.person) or is_same(by, LOCAL.name)


def facts(session: Session, spec: ModelSpec, version: str) -> dict[str, Any]:
    """What is known of a version that could be promoted, as it is stored with the decision on it.

    `deployment` is the change that brought the champion, so that going away and back counts as a change.
    """
    champion = deployments.champion(session, spec.id)
    comparison = comparisons.latest(session, spec.id, version)
    health = findings.read(session, spec.id)
    return {
        "deployment": champion.id if champion else None,
        "champion": champion.version if champion else None,
        "comparison": comparison.id if comparison else None,
        "verdict": comparison.verdict if comparison else None,
        "sentence": comparison.body.get("sentence") if comparison else None,
        "metric": spec.metric,
        "threshold": spec.threshold,
        "costs": _as_lists(asdict(spec.costs)) if spec.costs else None,
        "health": {key: health.get(key) for key in HEALTH} if health else None,
    }


def open_one(session: Session, model_id: int) -> Deployment | None:
    """The proposal that waits; a model has at most one."""
    mine = select(Deployment).where(Deployment.model_id == model_id, Deployment.state == "proposed")
    return session.exec(mine.order_by(col(Deployment.id).desc()).limit(1)).first()


def propose(session: Session, proposed: Deployment) -> Deployment:
    """Store a promotion that a second person decides."""
    proposed.state = "proposed"
    session.add(proposed)
    session.flush()
    _record(session, proposed, proposed.person, "propose", override=proposed.override, known=proposed.known)
    return proposed


def changes(session: Session, spec: ModelSpec, row: Deployment) -> tuple[str, ...]:
    """What is not as it was when this was proposed, in words; empty where it still rests on the same."""
    known, present = row.known or {}, facts(session, spec, row.version)
    return tuple(words for field, words in CHANGES.items() if known.get(field) != present[field])


def lapse_changed(session: Session, spec: ModelSpec) -> str:
    """Close the open proposal if it does not rest on what is known now; gives what changed, else nothing."""
    row = open_one(session, spec.id)
    why = " and ".join(changes(session, spec, row)) if row is not None else ""
    if row is not None and why:
        row.state, row.decision, row.decided_at = "lapsed", why, now()
        session.add(row)
        session.flush()
        _record(session, row, row.person, "proposal lapsed", why=why)
    return why


def decide(session: Session, row: Deployment, state: str, person: str, why: str) -> Deployment:
    """Approve it (state "intended") or close it ("declined")."""
    row.state, row.decided_by, row.decision, row.decided_at = state, person, why, now()
    session.add(row)
    _record(session, row, person, "approve" if state == "intended" else "decline", why=why)
    return row


def reopen(session: Session, row: Deployment, note: str) -> None:
    """Take an approval back that a crash left without an effect: the second person decides again."""
    _record(session, row, row.decided_by or "", "approval undone", note=note)
    row.state, row.decided_by, row.decision, row.decided_at = "proposed", None, None, None
    session.add(row)


def _record(session: Session, row: Deployment, person: str, action: str, **more: Any) -> None:
    body = {"proposal": row.id, "version": row.version, "previous": row.previous, "proposer": row.person}
    audit.add(session, row.model_id, person, action, {**body, "reason": row.reason, **more})


def _as_lists(value: Any) -> Any:
    """A document as JSON has it: lists in place of tuples."""
    if isinstance(value, dict):
        return {key: _as_lists(part) for key, part in value.items()}
    return [_as_lists(part) for part in value] if isinstance(value, list | tuple) else value
