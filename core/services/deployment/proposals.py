"""Promotions that wait for a second person: proposed, then approved, declined, or lapsed."""

from core.access import Person, is_same, require
from core.errors import AccessError, PromotionRefused
from core.model import ModelSpec
from core.services.deployment.reasons import RULES, says_something
from core.services.deployment.views import ProposalView
from core.store import models
from core.store.engine import reading, writing
from core.store.experiments import proposals as store
from core.store.tables import Deployment
from core.store.workspace import Workspace

ROLE = "engineer"


class NoProposal(PromotionRefused):
    """No promotion of this model waits for a second person, or it was decided or has lapsed.

    Next: look at what became of it in History; propose again where that is due.
    """

    http_status = PromotionRefused.http_status


class SamePerson(AccessError):
    """Who proposed a promotion cannot approve it.

    Next: ask somebody else with the role engineer to approve it, or decline it to withdraw it.
    """

    http_status = AccessError.http_status


def asks_for_two(ws: Workspace, spec: ModelSpec, by: str) -> bool:
    """Whether this person cannot put a version of the model into production alone."""
    with reading(ws.engine) as session:
        return store.needs_two(session, spec, by)


def propose(ws: Workspace, spec: ModelSpec, proposed: Deployment) -> Deployment:
    """Store what a second person is to decide; the same of the same person again changes nothing.

    Raises:
        PromotionRefused: another proposal of this model is open.
    """
    with writing(ws.engine) as session:
        models.lock(session, spec.id)
        store.lapse_changed(session, spec)
        row = store.open_one(session, spec.id)
        if row is None:
            proposed.known = store.facts(session, spec, proposed.version) | (proposed.known or {})
            return store.propose(session, proposed)
    if (row.version, row.person) == (proposed.version, proposed.person):
        return row
    raise PromotionRefused(
        f"Version {row.version} is proposed by {row.person} already.", "Approve or decline that first."
    )


def open_proposal(ws: Workspace, name: str) -> ProposalView | None:
    """The promotion that waits for a second person, and what changed since; only SQL.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        row = store.open_one(session, spec.id)
        return _view(row, store.changes(session, spec, row)) if row is not None else None


def require_approver(proposer: str, person: Person) -> None:
    """Let somebody pass who may approve what the proposer proposed.

    Raises:
        AccessError: the role is missing.
        SamePerson: it is the proposer, however the name is written.

    >>> require_approver("eve", Person("bob", frozenset({"engineer"})))
    """
    require(person, ROLE)
    if is_same(proposer, person.name):
        raise SamePerson(
            f"{person.name} proposed it and cannot approve it.", "Ask another engineer to approve it."
        )


def accept(ws: Workspace, spec: ModelSpec, person: Person, why: str, number: int | None) -> Deployment:
    """Turn the open proposal into an intent, if everything is as it was when it was proposed.

    Args:
        ws: the stores.
        spec: the model.
        person: who approves.
        why: what the approver writes; may be empty.
        number: of the proposal that the person saw; None takes the open one.

    Raises:
        NoProposal: none is open, it is another one, or it lapsed.
        AccessError: this person may not approve it.
    """
    with writing(ws.engine) as session:
        models.lock(session, spec.id)
        row = _require_number(store.open_one(session, spec.id), spec, number)
        require_approver(row.person, person.at(spec.name))
        changed = store.lapse_changed(session, spec)
        if not changed:
            return store.decide(session, row, "intended", person.name, why)
    raise NoProposal(
        f"The proposal of version {row.version} has lapsed: {changed}.",
        "Compare with the present champion, and propose it again where it still holds.",
    )


def decline(
    ws: Workspace, name: str, *, person: Person, reason: str, number: int | None = None
) -> ProposalView:
    """Close the open proposal; who proposed it withdraws it so.

    Raises:
        NoProposal: none is open, or it is another one.
        AccessError: the role is missing.
        PromotionRefused: the reason says nothing.
    """
    require(person, ROLE, name)
    if not says_something(reason):
        raise PromotionRefused(
            "A proposal is declined for a reason.",
            f"Write at least {RULES.letters} characters that say something.",
        )
    with writing(ws.engine) as session:
        spec = models.spec(session, name, to_change=True)
        row = _require_number(store.open_one(session, spec.id), spec, number)
        store.decide(session, row, "declined", person.name, reason)
    return _view(row, ())


def _require_number(row: Deployment | None, spec: ModelSpec, number: int | None) -> Deployment:
    if row is None or number not in {None, row.id}:
        raise NoProposal(
            f"No such promotion of {spec.name} waits for a second person.",
            "See History for what became of it.",
        )
    return row


def _view(row: Deployment, changed: tuple[str, ...]) -> ProposalView:
    return ProposalView(
        number=row.id or 0,
        version=row.version,
        previous=row.previous,
        reason=row.reason,
        verdict=row.verdict,
        override=row.override,
        person=row.person,
        at=row.created_at,
        sentence=str((row.known or {}).get("sentence") or ""),
        changed=changed,
    )
