"""Annotations as a browser sends them, checked one by one: one bad one never holds up the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast, get_args
from uuid import UUID

from core.annotation.events import Action, Display, Event
from core.annotation.rules import RULES, AnnotationRules
from core.errors import LabelError
from core.tables.values.number_text import as_label, parse_number

FROM_BROWSER = frozenset({"label", "skip", "unsure", "flag", "note", "undo"})
MODES = frozenset({"verify", "choose", "grid"})
RELOAD = "Reload the page; answers that were saved stay saved."


@dataclass(frozen=True, slots=True)
class Submission:
    """What a person did to one task: `display` is what they saw before, `ms` the time until the key."""

    uid: str
    task: int
    action: Action
    at: datetime
    label: str | None = None
    note: str | None = None
    supersedes: str | None = None
    display: Display = "both"
    mode: str = "verify"
    ms: int | None = None

    def event(self, row_id: str, person: str, received_at: datetime) -> Event:
        """As an event of this person; a clock that runs ahead is held back to the moment of arrival."""
        return Event(
            uid=self.uid,
            row_id=row_id,
            person=person,
            action=self.action,
            at=min(self.at, received_at),
            label=self.label,
            note=self.note,
            supersedes=self.supersedes,
        )


def parse_submission(raw: Any, classes: Sequence[str], rules: AnnotationRules = RULES) -> Submission:
    """Check one annotation.

    Args:
        raw: a JSON object with `uid`, `task`, `action` and `at` (milliseconds since 1970), and what else the
            action needs.
        classes: the model's; none when labels are numbers.
        rules: the longest note and look.

    Raises:
        LabelError: it cannot be taken, and why.
    """
    if not isinstance(raw, Mapping):
        raise LabelError("An answer must be a JSON object.", RELOAD)
    action = _choice(raw, "action", FROM_BROWSER, None)
    return Submission(
        uid=_uid(raw.get("uid"), "uid"),
        task=_number(raw.get("task"), "task", 2**53),
        action=cast("Action", action),
        at=datetime.fromtimestamp(_number(raw.get("at"), "at", 32_503_680_000_000) / 1000, UTC),
        label=label_of(raw.get("label"), classes) if action == "label" else None,
        note=_note(raw.get("note"), rules.longest_note, needed=action == "note"),
        supersedes=_uid(raw.get("supersedes"), "supersedes") if action == "undo" else None,
        display=cast("Display", _choice(raw, "shown", frozenset(get_args(Display)), "both")),
        mode=_choice(raw, "mode", MODES, "verify"),
        ms=None if raw.get("ms") is None else min(rules.longest_look, _number(raw["ms"], "ms", 2**53)),
    )


def label_of(value: Any, classes: Sequence[str]) -> str:
    """A class of the model; without classes a finite number, in the one way in which numbers are written.

    Raises:
        LabelError: it is neither.

    >>> label_of("cat", ["cat", "dog"]), label_of(" 41.50", []), label_of("1e3", [])
    ('cat', '41.5', '1000')
    """
    if classes:
        if value not in classes:
            known = ", ".join(classes[:20])
            raise LabelError(f"{value!r} is not a class of this model.", f"The classes are: {known}.")
        return str(value)
    number = parse_number(value) if isinstance(value, str) else None
    if number is None:
        raise LabelError(
            f"{value!r} is not a number.", "Write digits, with a point as decimal sign, and nothing else."
        )
    return as_label(number)


def _choice(raw: Mapping[str, Any], field: str, known: frozenset[str], default: str | None) -> str:
    value = raw.get(field, default)
    if not isinstance(value, str) or value not in known:
        raise LabelError(f"{field} must be one of {', '.join(sorted(known))}.", RELOAD)
    return value


def _number(value: Any, field: str, largest: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= largest:
        raise LabelError(f"{field} must be a whole number.", RELOAD)
    return value


def _uid(value: Any, field: str) -> str:
    try:
        return str(UUID(value))
    except (ValueError, TypeError, AttributeError):
        raise LabelError(f"{field} must be a UUID.", RELOAD) from None


def _note(value: Any, longest: int, *, needed: bool) -> str | None:
    if value is None and not needed:
        return None
    if not isinstance(value, str) or not value.strip():
        raise LabelError("A note needs words.", "Write something, or close the note.")
    return value.strip()[:longest]
