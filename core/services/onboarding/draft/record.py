"""A model that is being connected on the Setup page: what was said so far survives reload and restart."""

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from core.services.ingestion.uploads import write_upload
from core.store import drafts
from core.store.engine import reading, writing
from core.store.tables import Draft
from core.store.workspace import Workspace

Way = Literal["", "train", "registry", "log"]
UNNAMED = "new model"
LONGEST_NAME = 64
LOOK = 2
"""Raised when a look finds something else in the same rows: those of before are made again."""
NOT_LOOKED_AT = ("guideline", "class_notes", "tolerance", "metric")
"""What can be changed without reading the rows again."""
OF_THE_DATA: dict[str, Any] = {
    "roles": {},
    "segments": None,
    "choices": {},
    "reference": None,
    "class_notes": {},
}
"""What was said of rows that are replaced by others."""


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


def start(ws: Workspace, by: str) -> DraftView:
    """A new, empty draft."""
    return restore(ws, DraftEntries(), by)


def restore(ws: Workspace, entries: DraftEntries, by: str) -> DraftView:
    """A draft that says this: a new one, or one that was discarded a moment ago."""
    with writing(ws.engine) as session:
        row = drafts.add(session, entries.name or UNNAMED, {"said": entries.to_json()}, by)
    return _view(row)


def list_drafts(ws: Workspace) -> list[DraftView]:
    """All drafts, the one that was changed last first."""
    with reading(ws.engine) as session:
        return [_view(row) for row in drafts.list_drafts(session)]


def load(ws: Workspace, draft_id: int) -> DraftView | None:
    """The draft, or None when it was connected or discarded."""
    with reading(ws.engine) as session:
        row = drafts.read(session, draft_id)
    return None if row is None else _view(row)


def save(ws: Workspace, draft_id: int, **changes: Any) -> None:
    """Change these fields of what was said; the trouble of an earlier attempt is settled by that."""
    with writing(ws.engine) as session:
        row = drafts.read(session, draft_id, to_change=True)
        if row is None:
            return
        before = _view(row).entries
        if changes.get("address", before.address) != before.address:
            changes = OF_THE_DATA | changes
        after = replace(before, **changes)
        drafts.change(session, draft_id, {"said": after.to_json(), "trouble": None}, after.name or UNNAMED)


def harmless_name(text: str) -> str:
    """A name for a model out of the name of a file.

    >>> harmless_name("Mai 2017 (1)*")
    'Mai 2017 1'
    """
    return re.sub(r"[^A-Za-z0-9_. -]+", "", text).strip(" .-_")[:LONGEST_NAME]


def keep(ws: Workspace, draft_id: int, **parts: Mapping[str, Any] | None) -> None:
    """Keep what a job found out: `look` or `trouble`."""
    with writing(ws.engine) as session:
        drafts.change(session, draft_id, dict(parts))


def upload(ws: Workspace, draft_id: int, name: str, data: bytes) -> None:
    """The draft's rows are in this upload, which is kept as long as the draft.

    Raises:
        UnreadableFile: it is empty.
    """
    path = write_upload(_folder(ws, draft_id), name, data)
    save(ws, draft_id, address=str(path), source=name)


def discard(ws: Workspace, draft_id: int) -> DraftEntries | None:
    """Forget the draft; what it said is given back, so that it can be restored."""
    draft = load(ws, draft_id)
    with writing(ws.engine) as session:
        drafts.remove(session, draft_id)
    return draft.entries if draft else None


def finish(ws: Workspace, draft_id: int) -> None:
    """The model is connected: the draft and its uploads go."""
    discard(ws, draft_id)
    shutil.rmtree(_folder(ws, draft_id), ignore_errors=True)


def _folder(ws: Workspace, draft_id: int) -> Path:
    return ws.settings.home.resolve() / "drafts" / str(draft_id)


def _view(row: Draft) -> DraftView:
    body = row.body
    return DraftView(
        row.id or 0,
        row.name,
        DraftEntries.from_json(body["said"]),
        body.get("look"),
        body.get("trouble"),
        row.person,
        row.changed_at,
    )
