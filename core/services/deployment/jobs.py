"""The jobs that change the champion: they need the registry, which the web process does not know."""

from dataclasses import dataclass
from typing import Any

from core.access import Person
from core.jobs.job import ModelJob, job, step
from core.jobs.spec import StepContext
from core.services.monitoring.jobs import Monitor, check_health


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeChampion(ModelJob):
    """What promotion and rollback share; of one model they stand in each other's way.

    Attributes:
        by: who decides, for the record.
        reason: why, for the record.
    """

    by: str
    reason: str


@job("promote", "Promote", quick=True, does=(ChangeChampion, Monitor))
@dataclass(frozen=True, slots=True, kw_only=True)
class Promote(ChangeChampion):
    """Put a compared version into production.

    Attributes:
        version: the challenger that is to be promoted.
        compared_with: the champion that the person saw; None takes the one of the comparison.
        typed_name: the model's name, typed by hand where a page asks for it.
        override: of which kind, where the comparison says "cannot tell" or "worse".
    """

    version: str
    compared_with: str | None = None
    typed_name: str | None = None
    override: str | None = None


@step(Promote)
def promote_version(context: StepContext[Promote]) -> dict[str, Any]:
    """Move the alias, and confirm it."""
    from core.services.deployment.promote import promote

    args = context.args
    context.progress(0.0, f"Promoting version {args.version}")
    with context.workspace() as ws:
        deployment = promote(
            ws,
            args.model,
            args.version,
            by=args.by,
            reason=args.reason,
            override=args.override,
            compared_with=args.compared_with,
            typed_name=args.typed_name,
        )
    return {"version": deployment.version, "previous": deployment.previous, "state": deployment.state}


step(Promote)(check_health)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideProposal(ChangeChampion):
    """What approving and declining share: `by` is the second person.

    Attributes:
        roles: of the second person, which are checked again where it is done.
        proposal: number of the proposal that the person saw; None takes the open one.
    """

    roles: tuple[str, ...]
    proposal: int | None = None

    @property
    def person(self) -> Person:
        """Who decides, with the roles."""
        return Person(self.by, frozenset(self.roles))


@job("approve", "Approve a promotion", quick=True, does=(ChangeChampion, Monitor))
@dataclass(frozen=True, slots=True, kw_only=True)
class Approve(DecideProposal):
    """Put a proposed version into production, as another person than the proposer."""


@step(Approve)
def approve_proposal(context: StepContext[Approve]) -> dict[str, Any]:
    """Move the alias if everything is as it was when it was proposed, and confirm it."""
    from core.services.deployment.promote import approve

    args = context.args
    context.progress(0.0, "Approving")
    with context.workspace() as ws:
        deployment = approve(ws, args.model, person=args.person, reason=args.reason, number=args.proposal)
    return {"version": deployment.version, "previous": deployment.previous, "state": deployment.state}


step(Approve)(check_health)


@job("decline", "Decline a promotion", quick=True, does=(ChangeChampion,))
@dataclass(frozen=True, slots=True, kw_only=True)
class Decline(DecideProposal):
    """Close a proposal without promoting; its proposer withdraws it so."""


@step(Decline)
def decline_proposal(context: StepContext[Decline]) -> dict[str, Any]:
    """Write down who declined it, and why."""
    from core.services.deployment.proposals import decline

    args = context.args
    with context.workspace() as ws:
        declined = decline(ws, args.model, person=args.person, reason=args.reason, number=args.proposal)
    return {"version": declined.version}


@job("rollback", "Roll back", quick=True, does=(ChangeChampion, Monitor))
@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback(ChangeChampion):
    """Go back to the version that was in production before the present one.

    Attributes:
        replaces: the version that the person saw in production; None takes the present one.
    """

    replaces: str | None = None


@step(Rollback)
def roll_back(context: StepContext[Rollback]) -> dict[str, Any]:
    """Move the alias back, and confirm it."""
    from core.services.deployment.promote import rollback

    context.progress(0.0, "Rolling back")
    with context.workspace() as ws:
        args = context.args
        deployment = rollback(ws, args.model, by=args.by, reason=args.reason, replaces=args.replaces)
    return {"version": deployment.version, "previous": deployment.previous}


step(Rollback)(check_health)


@job("announce", "Tell deploy targets", quick=True)
@dataclass(frozen=True, slots=True, kw_only=True)
class Announce(ModelJob):
    """Tell the deploy targets of a model whose turn it is, once.

    Attributes:
        by: who wants those told again that have not confirmed the present version; None: nobody, it is due.
    """

    by: str | None = None


@step(Announce)
def tell_targets(context: StepContext[Announce]) -> dict[str, Any]:
    """Send what waits in the outbox, and write down what each target answered."""
    from core.services.deployment import announce

    args = context.args
    context.progress(0.0, "Telling the deploy targets")
    with context.workspace() as ws:
        if args.by is not None:
            announce.tell_again(ws, args.model, by=args.by)
        announce.tell_due(ws, args.model)
        targets = announce.targets_of(ws, args.model)
    return {
        "targets": [{"name": view.target, "state": view.state, "message": view.message} for view in targets]
    }
