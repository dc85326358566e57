"""What the labeller asks for: the next items, and that its answers be saved."""

from dataclasses import asdict
from typing import Any

from core.errors import DataError
from core.services.annotation import annotate, beside
from core.services.annotation.annotate import MOST_AT_ONCE, Desk
from core.services.annotation.labeller_grants import Grant
from core.services.annotation.questions import recent_annotations
from core.store.workspace import Workspace

MOST_ANSWERS = 200
LONGEST_HOLDER = 64
LARGEST_ID = 2**63 - 1
"""What a database takes as a whole number."""


def claims(ws: Workspace, grant: Grant, body: dict[str, Any]) -> dict[str, Any]:
    """Lease the next items beside those that the tab holds.

    Body: `holder` (the tab), `held` (task ids that it shows or has answered without confirmation), `number`,
    `again` (offer skipped items), `take_over` (whose items to take, a name), `history` (also the latest
    answers, so that they can be taken back).
    """
    at = _desk(ws, grant, body)
    held_ids = _numbers(body.get("held", []))
    number = body.get("number", MOST_AT_ONCE)
    if not isinstance(number, int) or number < 0:
        raise DataError("number must be a whole number.", f"Ask for up to {MOST_AT_ONCE} items.")
    whose = body.get("take_over", "")
    if not isinstance(whose, str):
        raise DataError("take_over must be a name.", "Name who has the items.")
    items = annotate.lease(ws, at, held_ids, number, again=body.get("again") is True, take_over=whose)
    standing = annotate.standing(ws, at, held_ids, new_items=bool(items))
    document = {"items": items, **asdict(standing)}
    return document | (
        {"history": recent_annotations(ws, at.spec, at.person)} if body.get("history") is True else {}
    )


def save_annotations(ws: Workspace, grant: Grant, body: dict[str, Any]) -> dict[str, Any]:
    """Save answers; gives which of the `held` tasks are closed or elsewhere by now.

    With `leave` a tab that closes also gives its items back.
    """
    at = _desk(ws, grant, body)
    sent = body.get("answers", [])
    if not isinstance(sent, list) or len(sent) > MOST_ANSWERS:
        raise DataError(f"answers must be a list of at most {MOST_ANSWERS}.", "Send them in portions.")
    held_ids = _numbers(body.get("held", []))
    saved, refused = annotate.save(ws, at, sent)
    if body.get("leave") is True:
        annotate.leave(ws, at)
    standing = annotate.standing(ws, at, held_ids)
    return {"saved": saved, "refused": refused, **asdict(standing)}


def show_beside(ws: Workspace, grant: Grant, body: dict[str, Any]) -> dict[str, Any]:
    """What stands beside an item, of each part that is asked for.

    Body: `holder`, `task` (whose history), `labels` (examples of which classes), `words` (the person's own
    annotations with them; empty: all).
    """
    at = _desk(ws, grant, body)
    task, labels, words = (body.get(name) for name in ("task", "labels", "words"))
    document: dict[str, Any] = {}
    if task is not None:
        document["history"] = beside.item_history(ws, at, _numbers([task])[0])
    if labels is not None:
        if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
            raise DataError("labels must be a list of classes.", "Reload the page.")
        document["examples"] = beside.class_examples(ws, at.spec, labels)
    if words is not None:
        if not isinstance(words, str):
            raise DataError("words must be a text.", "Reload the page.")
        document["own"] = beside.own_annotations(ws, at, words)
    return document


def _desk(ws: Workspace, grant: Grant, body: dict[str, Any]) -> Desk:
    holder = body.get("holder")
    if not isinstance(holder, str) or not 0 < len(holder) <= LONGEST_HOLDER:
        raise DataError("holder is missing.", "Name the tab that asks.")
    return annotate.open_desk(ws, grant.model, grant.person, holder)


def _numbers(raw: Any) -> list[int]:
    if (
        not isinstance(raw, list)
        or len(raw) > MOST_ANSWERS * 5
        or not all(type(number) is int and 0 <= number <= LARGEST_ID for number in raw)
    ):
        raise DataError("held must be a list of task ids.", "Reload the page.")
    return raw
