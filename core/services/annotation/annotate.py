"""Experts annotate: lease the next items, save annotations, take them back, see how far it is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.annotation.queue import per_minute
from core.annotation.submissions import RELOAD, Submission, parse_submission
from core.errors import LabelError
from core.model import ModelSpec
from core.services.annotation.questions import Question, questions
from core.services.annotation.views import (
    OUTCOMES,
    LeaseSummary,
    QueueProgress,
    QueueStanding,
    RefusedAnnotation,
)
from core.store import models
from core.store.annotation import annotations as answers_store
from core.store.annotation import claims, queue_facts, tasks
from core.store.annotation.claims import OtherLease
from core.store.annotation.queue_facts import QueueFacts
from core.store.engine import reading, writing
from core.store.types import now
from core.store.workspace import Workspace

MOST_AT_ONCE = 40


@dataclass(frozen=True, slots=True)
class Desk:
    """Who annotates, for which model, in which tab."""

    person: str
    spec: ModelSpec
    holder: str


def open_desk(ws: Workspace, name: str, person: str, holder: str) -> Desk:
    """Sit down at the queue of a model.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        return Desk(person, models.spec(session, name), holder)


def lease(
    ws: Workspace, at: Desk, leased: Sequence[int], number: int, *, again: bool = False, take_over: str = ""
) -> list[Question]:
    """The next items for this tab, beside those it holds, for five minutes; skipped ones come on `again`.

    With `take_over` those that this person has elsewhere or in another tab come first, which is written down.
    """
    with writing(ws.engine) as session:
        moment = now()
        claims.expire(session, at.spec.id, moment)
        claims.release(session, at.spec.id, at.person, at.holder, keep=leased)
        held_still = claims.renew(session, at.person, at.holder, moment)
        lost = sorted(set(leased) - held_still)
        claims.hold_again(session, at.spec.id, at.person, at.holder, lost, moment)
        number = min(number, MOST_AT_ONCE)
        desk = (session, at.spec.id, at.person, at.holder)
        questions_due = claims.take_over(*desk, take_over, number, moment) if take_over else []
        questions_due += claims.take(*desk, number - len(questions_due), moment, again=again)
    return questions(ws, at.spec, questions_due)


def standing(ws: Workspace, at: Desk, leased: Sequence[int], *, new_items: bool = False) -> QueueStanding:
    """What became of the held items, and how far the queue is; one look at the database.

    Args:
        ws: the stores.
        at: who asks.
        leased: tasks that the tab holds.
        new_items: it was just given more. With items left, what only the end card shows is not counted.
    """
    with reading(ws.engine) as session:
        states = tasks.states_of_ids(session, at.spec.id, leased)
        away = claims.other_leases(session, at.spec.id, at.person, at.holder, now(), leased) if leased else []
        closed = [task for task in leased if states.get(task) != "open"]
        lost = {lease.task_id: lease.person for lease in away}
        briefly = new_items or bool(set(leased) - set(closed) - set(lost))
        facts = queue_facts.read(session, at.spec.id, at.person, at.holder, briefly=briefly)
    return QueueStanding(closed=closed, lost=lost, progress=_progress(facts, at.person))


def leave(ws: Workspace, at: Desk) -> None:
    """Give everything back that this tab holds."""
    with writing(ws.engine) as session:
        claims.release(session, at.spec.id, at.person, at.holder)


def save(ws: Workspace, at: Desk, raw: Sequence[Any]) -> tuple[list[str], list[RefusedAnnotation]]:
    """Save annotations as events and project them, in one transaction: uids saved, now or before; refused.

    Sending the same again changes nothing. A late annotation, after the lease ran out, is one more vote.
    """
    annotations, refused = _parse(raw, at.spec)
    with writing(ws.engine) as session:
        lost = answers_store.take_in(session, at.spec.id, at.person, at.holder, annotations)
    refused += [
        RefusedAnnotation(uid=uid, message="This item is not in the queue.", hint=RELOAD) for uid in lost
    ]
    return [annotation.uid for annotation in annotations if annotation.uid not in lost], refused


def progress(ws: Workspace, name: str, person: str | None = None, holder: str = "") -> QueueProgress:
    """How far the queue of a model is; with a person, their pace, what they passed on, what others have."""
    with reading(ws.engine) as session:
        facts = queue_facts.read(session, models.spec(session, name).id, person, holder)
    return _progress(facts, person or "")


def _progress(facts: QueueFacts, person: str) -> QueueProgress:
    total = sum(facts.states.values())
    left = facts.states.get("open", 0) - facts.skipped
    numbers: list[int | None] = [
        None if facts.outcomes is None else facts.outcomes.get(name, 0) for name in OUTCOMES
    ]
    return QueueProgress(
        open=left,
        done=total - left,
        total=total,
        **dict(zip(OUTCOMES, numbers, strict=True)),
        skipped=facts.skipped,
        waiting=facts.waiting,
        elsewhere=_lease_summaries(facts.leases, person),
        per_minute=per_minute(facts.moments, now()),
    )


def _lease_summaries(keeping: Sequence[OtherLease], person: str) -> list[LeaseSummary]:
    theirs = defaultdict(list)
    for claim in keeping:
        theirs[claim.person].append(claim)
    return [
        LeaseSummary(
            person=name,
            mine=name == person,
            number=len(leases),
            since=min(claim.taken_at for claim in leases).isoformat(),
            until=max(claim.expires_at for claim in leases).isoformat(),
        )
        for name, leases in sorted(theirs.items())
    ]


def _parse(raw: Sequence[Any], spec: ModelSpec) -> tuple[list[Submission], list[RefusedAnnotation]]:
    annotations: list[Submission] = []
    refused: list[RefusedAnnotation] = []
    for document in raw:
        try:
            annotations.append(parse_submission(document, spec.classes))
        except LabelError as error:
            uid = str(document.get("uid", "")) if isinstance(document, dict) else ""
            refused.append(RefusedAnnotation(uid=uid, message=error.message, hint=error.hint))
    return annotations, refused
