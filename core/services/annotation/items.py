"""What an expert sees of a row: the picture, the text, or the record with its unusual values marked."""

import json
from collections.abc import Hashable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pandas as pd
from typing_extensions import TypedDict

from core.annotation.unusual import Cell, Usual, cells, display_value, usual
from core.errors import UnreadableFile
from core.health.performance.formatting import column_title
from core.lake.media import pictures
from core.model import Item, ModelSpec
from core.services.annotation.labeller_grants import sign_picture
from core.services.dataset import rows
from core.store.engine import reading
from core.store.ingestion import batches
from core.store.types import now
from core.store.workspace import Workspace


class ItemPayload(TypedDict):
    """One item, ready to be shown."""

    row_id: str
    """Its row in the lake."""
    kind: Item
    """How it is shown."""
    time: str
    """Time of the row, for people."""
    sha: str | None
    """Key of `/api/v1/items/{sha}`, signed, so that only who is shown it fetches it; null when unreadable."""
    caption: str
    """What was changed of the picture so that it can be shown, for people; empty: nothing."""
    text: str | None
    """The text, of an item that is one."""
    table: list[Cell]
    """What is known beside it."""


def payload(ws: Workspace, spec: ModelSpec, row_ids: Sequence[str]) -> list[ItemPayload]:
    """The items of these rows, in the order asked for; rows that the lake no longer has are left out."""
    if not row_ids:
        return []
    rows_by_id = {row["_id"]: row for row in rows(ws, spec, ids=list(row_ids)).to_dict("records")}
    known = _usual(ws, spec) if spec.item == "record" else {}
    return [
        _payload(ws, spec, row_id, rows_by_id[row_id], known) for row_id in row_ids if row_id in rows_by_id
    ]


def _payload(
    ws: Workspace, spec: ModelSpec, row_id: str, row: dict[Hashable, Any], known: dict[str, Usual]
) -> ItemPayload:
    item = row[spec.roles.item] if spec.roles.item else None
    preview = _preview(ws, item) if spec.item == "image" else None
    lines = cells({name: row[name] for name in shown_columns(spec)}, known)
    return {
        "row_id": row_id,
        "kind": spec.item,
        "time": "" if pd.isna(row["_time"]) else display_value(pd.Timestamp(row["_time"])),
        "sha": sign_picture(ws.settings, preview.sha, spec.name, now()) if preview else None,
        "caption": preview.caption if preview else "",
        "text": display_value(item) if spec.item == "text" else None,
        "table": [{**cell, "name": column_title(cell["name"])} for cell in lines],
    }


def shown_columns(spec: ModelSpec) -> list[str]:
    """Columns of a row that are shown with its item, or are all of it: features, then segments."""
    names = dict.fromkeys((*spec.roles.features, *spec.roles.segments))
    return [name for name in names if name != spec.roles.item]


def _preview(ws: Workspace, item: Any) -> pictures.Preview | None:
    try:
        return pictures.keep(ws.settings, bytes(item))
    except (UnreadableFile, TypeError):
        return None  # the expert sees that there is no picture and can flag the item


def _usual(ws: Workspace, spec: ModelSpec) -> dict[str, Usual]:
    """What is usual in the training rows: computed once for each set of training files."""
    with reading(ws.engine) as session:
        training = [b.content_hash for b in batches.live(session, spec.id) if b.kind == "training"]
    path = _usual_path(ws, spec.id, training)
    if not path.exists():
        columns = [*dict.fromkeys([*spec.roles.features, *spec.roles.segments])]
        values = usual(rows(ws, spec, part="training", columns=columns)[columns])
        pictures.write_bytes(path, json.dumps(values).encode())
    known: dict[str, Usual] = json.loads(path.read_bytes())
    return known


def _usual_path(ws: Workspace, model_id: int, training: Sequence[str]) -> Path:
    fingerprint = blake2b(" ".join(training).encode(), digest_size=8).hexdigest()
    return ws.settings.home.resolve() / "items" / f"usual-{model_id}-{fingerprint}.json"
