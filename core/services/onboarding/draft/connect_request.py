"""From what a person said on the Setup page to the request that page and command line share."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any, Protocol

from core.errors import DataError
from core.model import Costs
from core.services.onboarding.draft.views import DraftEntries
from core.services.onboarding.plan import ConnectRequest
from core.tables import chunks
from core.tables.roles.requested_roles import NONE, RequestedRoles

SINGLE = ("id", "time", "label", "label_available_at", "prediction", "version", "item", "group")
"""Parts that one column plays at most."""
SCORE = "score: "
OF_THE_LABEL = ("task", "positive", "scores", "means", "one_label")


ON_THE_PAGE = {
    "train-until": "end of the training rows (card Model)",
    "reference": "reference period (card Checks)",
    "positive": "positive class (card Labels)",
    "prediction": "column with the role prediction (card Data)",
    "score": "column with the role score (card Data)",
    "label": "column with the role label (card Data)",
    "exclude": "role 'left out' (card Data)",
    "task": "kind of prediction (card Labels):",
    "time": "column with the role time (card Data):",
    "item-column": "column with the role item (card Data)",
    "metric": "metric of record (card Checks)",
    "chunk": "pieces (card Checks):",
    "model": "model of the registry (card Model)",
    "threshold": "threshold (card Checks)",
    "costs": "costs (card Checks)",
    "class-order": "order of the classes (card Checks)",
}
"""Options of the command line, as they are found on the page."""


def for_page(hint: str) -> str:
    """A hint that names the cards instead of the options of the command line.

    >>> for_page("Choose a later --train-until.")
    'Choose a later end of the training rows (card Model).'
    """
    return re.sub(r"--([a-z][a-z-]*[a-z])", lambda m: ON_THE_PAGE.get(m[1], m[1].replace("-", " ")), hint)


class Part(Protocol):
    """A column and its part, as the last look found them."""

    @property
    def name(self) -> str:
        """Of the column."""

    @property
    def role(self) -> str:
        """One of `core.tables.roles.role_reasons.ROLES`, or "score: CLASS"."""


def requested_columns(entries: DraftEntries, label: str) -> RequestedRoles:
    """What was said about the columns."""
    of: dict[str, list[str]] = {}
    for name, role in entries.roles.items():
        of.setdefault(role, []).append(name)
    single = {part: of[part][0] for part in SINGLE if part not in {"label", "item"} and part in of}
    choices: dict[str, Any] = {k: v for k, v in entries.choices.items() if k != "label"}
    if "feature and group" in of:
        single["group"] = of["feature and group"][0]
    if "item" in of:
        choices["item_column"] = of["item"][0]
    return RequestedRoles(
        **{
            **choices,
            **single,
            "label": label,
            "exclude": tuple(of.get("left out", [])) + tuple(of.get("segment", [])),
            "include": tuple(of.get("feature", []))
            + tuple(of.get("feature and segment", []))
            + tuple(of.get("feature and group", [])),
            "embedding": tuple(of.get("embedding", [])),
            "segments": None if entries.segments is None else tuple(entries.segments),
            "scores": choices.get("scores", {})
            | {role.removeprefix(SCORE): names[0] for role, names in of.items() if role.startswith(SCORE)},
        }
    )


def request(entries: DraftEntries, columns: RequestedRoles, by: str) -> ConnectRequest:
    """The whole request."""
    made = ConnectRequest(
        name=entries.name.strip(),
        columns=columns,
        chunk=entries.chunk or None,
        metric=entries.metric or None,
        model=entries.model or None if entries.way == "registry" else None,
        train_until=entries.train_until if entries.way == "train" else None,
        recipe=entries.recipe or None if entries.way == "train" else None,
        reference=_reference(entries) if entries.way != "train" else None,
        guideline=entries.guideline,
        class_notes={name: note for name, note in entries.class_notes.items() if note},
        label_delay_days=entries.label_delay_days,
        threshold=entries.threshold,
        costs=Costs.from_json(entries.costs),
        class_order=tuple(entries.class_order),
        by=by,
    )
    return made if entries.tolerance is None else replace(made, tolerance=entries.tolerance)


def without_checks(request: ConnectRequest) -> ConnectRequest:
    """The request with the checks that Caretaker chooses by itself."""
    return replace(
        request,
        chunk=None,
        metric=None,
        tolerance=None,
        threshold=None,
        costs=None,
        class_order=(),
        reference=None,
    )


def final(entries: DraftEntries, looked_at: Mapping[str, Any], by: str) -> ConnectRequest:
    """The request that a look made, with what may be changed without reading the rows again."""
    at_look = from_json(looked_at)
    now = request(entries, at_look.columns, by)
    return replace(
        at_look,
        by=by,
        metric=now.metric,
        tolerance=now.tolerance,
        class_order=now.class_order,
        guideline=now.guideline,
        class_notes=now.class_notes,
    )


def as_json(request: ConnectRequest) -> dict[str, Any]:
    """The request as arguments of a job."""
    document = {name: value for name, value in asdict(request).items() if name != "data"}
    return document | {"wanted": document.pop("columns")}


def from_json(document: Mapping[str, Any]) -> ConnectRequest:
    """The inverse of `as_json`.

    >>> request = ConnectRequest("m", RequestedRoles("y", segments=("a",)), reference=("1", "2"))
    >>> from_json(as_json(request)) == request
    True
    """
    columns = dict(document["wanted"])
    for name in ("exclude", "include", "segments"):
        columns[name] = None if columns[name] is None else tuple(columns[name])
    reference = document["reference"]
    known = RequestedRoles(**columns)
    costs = Costs.from_json(document.get("costs"))
    lists: dict[str, Any] = {name: tuple(document.get(name, ())) for name in ("class_order", "addresses")}
    apart = {"wanted", "reference", "costs", *lists}
    others = {name: value for name, value in document.items() if name not in apart}
    period = tuple(reference) if reference else None
    return ConnectRequest(columns=known, reference=period, costs=costs, **lists, **others)


def with_role(entries: DraftEntries, parts: Sequence[Part], column: str, role: str) -> DraftEntries:
    """What is said once a person gave a column this role.

    Raises:
        DataError: it was the label, which something must be.
    """
    before = next((part.role for part in parts if part.name == column), "")
    if before == "label" and role != "label":
        raise DataError(
            f"{column!r} is the label: a model without one cannot be watched.",
            "Give the role of the label to another column.",
        )
    roles = {name: old for name, old in entries.roles.items() if old != role or role not in SINGLE}
    if "group" in role:  # one column says it, whether it is a feature too or not
        roles = {name: old for name, old in roles.items() if "group" not in old}
    settled = {_clear_choices(role), _clear_choices(before)}
    if role == "label":  # what was said of the classes was said of those of another column
        settled |= set(OF_THE_LABEL)
        roles = {name: old for name, old in roles.items() if not old.startswith(SCORE)}
    choices = {name: choice for name, choice in entries.choices.items() if name not in settled}
    if before in {"id", "time"}:
        choices[before] = NONE
    if "group" in before and "group" not in role:
        choices["group"] = NONE
    if role == "item":
        choices["item"] = "text"
    if before == "item":
        choices["item"] = "record"
    choices.pop("group" if "group" in role else role, None)
    changed = replace(entries, roles=roles | {column: role}, choices=choices)
    if "segment" in role or "segment" in before:
        now = {part.name: part.role for part in parts} | {column: role}
        changed = replace(changed, segments=[name for name, part in now.items() if "segment" in part])
    return changed


def _clear_choices(role: str) -> str:
    """The question that giving or taking this role answers."""
    if role.startswith(SCORE):
        return "scores"
    return {"item": "item_column", "prediction": "means"}.get(role, role)


def _reference(entries: DraftEntries) -> tuple[str, str] | None:
    """Keys of chunks as the dates (or keys) that a request has."""
    if entries.reference is None:
        return None
    first, last = (moment_of(key, entries.chunk) for key in entries.reference)
    return first, last


def moment_of(key: str, chunk: str) -> str:
    """A date in the chunk of this key; a number of rows keeps its key."""
    if chunk not in chunks.CALENDAR:
        return key
    return str(chunks.bounds(key, chunk)[0])
