"""Experts answer: lease the next items, save answers, take them back, see how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict
from uuid import uuid4

import pandas as pd

from core.errors import LabelError, SchemaError
from core.frames.spec import ModelSpec
from core.labels.answers import RELOAD, Answer, label_of, parse
from core.labels.events import Event, opinions
from core.labels.queue import per_minute
from core.services.questions import RECENT, Question, questions
from core.services.rows import rows
from core.store import answers as answers_store
from core.store import claims, current, events, models, tasks
from core.store.engine import reading, writing
from core.store.events import NewEvent
from core.store.types import now
from core.store.workspace import Workspace

MOST_AT_ONCE = 40


@dataclass(frozen=True, slots=True)
class Desk:
    """Who is answering, for which model, in which tab."""

    person: str
    spec: ModelSpec
    holder: str


class Refused(TypedDict):
    """An answer that cannot be taken, and why."""

    uid: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class QueueProgress:
    """How far the queue is.

    Attributes:
        done: items that need no further answer (of everybody), plus those this person passed on.
        changed, kept, unsure, flagged, conflict: how the answered items came out.
        per_minute: pace of the latest answers; None when nobody answers just now.
    """

    open: int
    done: int
    total: int
    changed: int
    kept: int
    unsure: int
    flagged: int
    conflict: int
    skipped: int
    per_minute: float | None


def desk(ws: Workspace, name: str, person: str, holder: str) -> Desk:
    """Sit down at the queue of a model.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        return Desk(person, models.spec(session, name), holder)


def lease(
    ws: Workspace, at: Desk, held: Sequence[int], number: int, *, again: bool = False
) -> list[Question]:
    """The next items for this tab, beside those it holds, for five minutes; skipped ones come on `again`."""
    with writing(ws.engine) as session:
        moment = now()
        claims.expire(session, at.spec.id, moment)
        claims.release(session, at.spec.id, at.person, at.holder, keep=held)
        held_still = claims.renew(session, at.person, at.holder, moment)
        lost = sorted(set(held) - held_still)
        claims.hold_again(session, at.spec.id, at.person, at.holder, lost, moment)
        number = min(number, MOST_AT_ONCE)
        chosen = claims.take(session, at.spec.id, at.person, at.holder, number, moment, again=again)
    return questions(ws, at.spec, chosen)


def closed(ws: Workspace, at: Desk, held: Sequence[int]) -> list[int]:
    """Those of the held items that need no answer any more: answered by others, or withdrawn."""
    with reading(ws.engine) as session:
        known = tasks.of_ids(session, at.spec.id, held)
    return [task_id for task_id in held if task_id not in known or known[task_id].state != "open"]


def leave(ws: Workspace, at: Desk) -> None:
    """Give everything back that this tab holds."""
    with writing(ws.engine) as session:
        claims.release(session, at.spec.id, at.person, at.holder)


def save(ws: Workspace, at: Desk, raw: Sequence[Any]) -> tuple[list[str], list[Refused]]:
    """Save answers as events and project them, in one transaction: uids saved (now or before), and refused.

    Sending the same answers again changes nothing. A late answer, after the lease ran out, is one more vote.
    """
    answers, refused = _parse(raw, at.spec)
    with writing(ws.engine) as session:
        lost = answers_store.take_in(session, at.spec.id, at.person, at.holder, answers)
    refused += [Refused(uid=uid, message="This item is not in the queue.", hint=RELOAD) for uid in lost]
    return [answer.uid for answer in answers if answer.uid not in lost], refused


def progress(ws: Workspace, name: str, person: str | None = None) -> QueueProgress:
    """How far the queue of a model is; with a person, their pace and the items they passed on."""
    with reading(ws.engine) as session:
        model_id = models.spec(session, name).id
        states = tasks.counts(session, model_id)
        outcome = current.outcomes(session, model_id)
        skipped = claims.skipped(session, model_id, person) if person is not None else 0
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
        per_minute=per_minute(latest, now()),
    )


def import_answers(ws: Workspace, name: str, frame: pd.DataFrame, by: str) -> int:
    """Take answers from elsewhere in as events of `by`: a table with `id` and `label`. How many were new?

    Everything is checked before anything is written; what `by` has answered the same way before is left out.

    Raises:
        SchemaError: a column is missing, an id is not known or answered twice, a label does not fit.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
    answers = _checked(ws, spec, frame)
    with writing(ws.engine) as session:
        asked = {task.row_id: task.id for task in tasks.of_rows(session, spec.id, list(answers), lock=True)}
        before = {
            row: opinions(past).get(by)
            for row, past in events.of_rows(session, spec.id, list(answers)).items()
        }
        new = [
            NewEvent(
                Event(str(uuid4()), row, by, "import", now(), label=label), asked.get(row), "none", "import"
            )
            for row, label in answers.items()
            if (standing := before.get(row)) is None or standing.label != label
        ]
        events.append(session, spec.id, new)
        current.project(session, spec.id, [each.event.row_id for each in new])
    return len(new)


def _checked(ws: Workspace, spec: ModelSpec, frame: pd.DataFrame) -> dict[str, str]:
    missing = {"id", "label"} - set(frame.columns)
    if missing:
        raise SchemaError(f"The column {min(missing)!r} is missing.", "Send a table with id and label.")
    answers = frame[["id", "label"]].astype(str)
    try:
        answers["label"] = [label_of(label, spec.classes) for label in answers["label"]]
    except LabelError as error:
        raise SchemaError(f"{spec.name}: {error.message}", error.hint) from error
    twice = answers.loc[answers["id"].duplicated(), "id"]
    if len(twice):
        raise SchemaError(f"The row {twice.iloc[0]!r} is answered twice.", "Keep one answer for each row.")
    known = set(rows(ws, spec, columns=[], ids=answers["id"].tolist())["_id"])
    unknown = [row_id for row_id in answers["id"] if row_id not in known]
    if unknown:
        raise SchemaError(
            f"{len(unknown)} of the ids are not rows of {spec.name}: {unknown[0]!r}.",
            "Send the ids of the rows that were taken in.",
        )
    return dict(zip(answers["id"], answers["label"], strict=True))


def _parse(raw: Sequence[Any], spec: ModelSpec) -> tuple[list[Answer], list[Refused]]:
    answers: list[Answer] = []
    refused: list[Refused] = []
    for each in raw:
        try:
            answers.append(parse(each, spec.classes))
        except LabelError as error:
            uid = str(each.get("uid", "")) if isinstance(each, dict) else ""
            refused.append(Refused(uid=uid, message=error.message, hint=error.hint))
    return answers, refused
