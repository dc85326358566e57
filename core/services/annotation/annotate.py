"""Experts annotate: lease the next items, save annotations, take them back, see how far it is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.annotation.queue import per_minute
from core.annotation.submissions import RELOAD, Submission, parse_submission
from core.errors import LabelError
from core.model import ModelSpec
from core.services.annotation.questions import RECENT, Question, questions
from core.services.annotation.views import LeaseSummary, QueueProgress, RefusedAnnotation
from core.store import models
from core.store.annotation import annotations as answers_store
from core.store.annotation import claims, current, events, tasks
from core.store.engine import reading, writing
from core.store.tables import LabelClaim
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


def closed_items(ws: Workspace, at: Desk, leased: Sequence[int]) -> list[int]:
    """Those of the held items that need no annotation any more: annotated by others, or withdrawn."""
    with reading(ws.engine) as session:
        known = tasks.of_ids(session, at.spec.id, leased)
    return [task_id for task_id in leased if task_id not in known or known[task_id].state != "open"]


def lost_items(ws: Workspace, at: Desk, leased: Sequence[int]) -> dict[int, str]:
    """Those of the held items that are with somebody else by now, or in another tab: item -> who has it."""
    with reading(ws.engine) as session:
        leases = claims.other_leases(session, at.spec.id, at.person, at.holder, now(), leased)
    return {claim.task_id: claim.person for claim in leases}


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
        model_id = models.spec(session, name).id
        states = tasks.counts(session, model_id)
        outcome = current.outcomes(session, model_id)
        skipped = claims.count_skipped(session, model_id, person) if person is not None else 0
        waiting = claims.count_waiting(session, model_id, person) if person is not None else 0
        keeping = claims.other_leases(session, model_id, person, holder, now()) if person is not None else []
        latest = [event.at for _, event in events.recent(session, model_id, person, RECENT)]
    total = sum(states.values())
    left = states.get("open", 0) - skipped
    return QueueProgress(
        open=left,
        done=total - left,
        total=total,
        changed=outcome.get("changed", 0),
        kept=outcome.get("kept", 0),
        unsure=outcome.get("unsure", 0),
        flagged=outcome.get("flagged", 0),
        conflict=outcome.get("conflict", 0),
        skipped=skipped,
        waiting=waiting,
        elsewhere=_lease_summaries(keeping, person or ""),
        per_minute=per_minute(latest, now()),
    )


def _lease_summaries(keeping: Sequence[LabelClaim], person: str) -> list[LeaseSummary]:
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
