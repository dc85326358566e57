"""A model that is being connected on the Setup page: what was said so far survives reload and restart."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.services.ingestion.uploads import write_upload
from core.services.onboarding.draft.views import DraftEntries, DraftView
from core.store import drafts
from core.store.engine import reading, writing
from core.store.tables import Draft
from core.store.workspace import Workspace

UNNAMED = "new model"
LONGEST_NAME = 64
OF_THE_DATA: dict[str, Any] = {
    "roles": {},
    "segments": None,
    "choices": {},
    "reference": None,
    "class_notes": {},
}
"""What was said of rows that are replaced by others."""


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
        look = _still_true(_view(row).look, before, after)
        body = {"said": after.to_json(), "look": look, "trouble": None}
        drafts.change(session, draft_id, body, after.name or UNNAMED)


def _still_true(
    look: dict[str, Any] | None, before: DraftEntries, after: DraftEntries
) -> dict[str, Any] | None:
    """Of what was found: nothing about other rows, no plan of another way; the rest until it is read anew."""
    if look is None or after.address != before.address:
        return None
    return look if after.way == before.way else {name: part for name, part in look.items() if name != "plan"}


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


def lasting(ws: Workspace, address: str) -> tuple[str, ...]:
    """The address, if it outlasts the draft: uploads go with it."""
    drafts_folder = ws.settings.home.resolve() / "drafts"
    return () if Path(address).is_relative_to(drafts_folder) else (address,)


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
