"""A draft as the page shows it: what a person entered, what its rows hold, how far each card is."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

Way = Literal["", "train", "registry", "log"]
State = Literal["to do", "ready", "needs attention"]
LOOK = 3
"""Raised when a look finds something else in the same rows: those of before are made again."""
NOT_LOOKED_AT = ("guideline", "class_notes", "tolerance", "metric", "class_order")
"""What can be changed without reading the rows again."""


@dataclass(frozen=True, slots=True)
class DraftEntries:
    """What a person said about a model that is not connected yet; what is empty is guessed.

    Attributes:
        address: where the rows are; `source`: how the person knows it, e.g. the name of an upload.
        roles: column -> role, where a person chose (`core.tables.roles.role_reasons.ROLES`, "score: CLASS").
        segments: all columns by which health is told, once a person changed one of them.
        choices: field of `core.tables.roles.requested_roles.RequestedRoles` -> what a person chose where the
            columns left a question.
        way: train the first champion here, one of the registry, or only a log of predictions.
        reference: first and last chunk of the reference period.
    """

    name: str = ""
    address: str = ""
    source: str = ""
    roles: dict[str, str] = field(default_factory=dict)
    segments: list[str] | None = None
    choices: dict[str, Any] = field(default_factory=dict)
    way: Way = ""
    model: str = ""
    train_until: str = "0.5"
    recipe: str = ""
    chunk: str = ""
    metric: str = ""
    tolerance: float | None = None
    threshold: float | None = None
    costs: dict[str, Any] | None = None
    class_order: list[str] = field(default_factory=list)
    reference: tuple[str, str] | None = None
    guideline: str = ""
    class_notes: dict[str, str] = field(default_factory=dict)
    label_delay_days: float | None = None

    def to_json(self) -> dict[str, Any]:
        """The entries as they are stored; the choices keep the name "answers" there."""
        document = asdict(self)
        document["answers"] = document.pop("choices")
        return document

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "DraftEntries":
        """The inverse of `to_json`.

        >>> DraftEntries.from_json(DraftEntries(choices={"time": "day"}).to_json()).choices
        {'time': 'day'}
        """
        fields = dict(document)
        reference = fields.pop("reference", None)
        choices = fields.pop("answers", {})
        return cls(**fields, choices=choices, reference=tuple(reference) if reference else None)

    @property
    def key(self) -> str:
        """Changes when the rows must be looked at again."""
        looked_at = {name: value for name, value in self.to_json().items() if name not in NOT_LOOKED_AT}
        return hashlib.sha256(json.dumps([LOOK, looked_at], sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft as the page shows it.

    Attributes:
        look: what was found when the rows were read (`preview.look`), maybe of an older `said`.
        trouble: card, message and hint of the last failure to connect.
    """

    id: int
    name: str
    entries: DraftEntries
    look: dict[str, Any] | None
    trouble: dict[str, str] | None
    person: str
    changed_at: datetime

    @property
    def stale(self) -> bool:
        """Whether the rows must be read (again) before anything can be said."""
        return bool(self.entries.address) and (self.look is None or self.look["key"] != self.entries.key)


@dataclass(frozen=True, slots=True)
class CardState:
    """One card: its state, and what it says when it is closed."""

    state: State
    summary: str
