"""Annotations leave: every event as a table, or what holds of each item as tasks of Label Studio."""

from base64 import b64encode
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.annotation.label_studio.config import field_of, labelling_config
from core.annotation.label_studio.names import RECORD, ROW
from core.annotation.label_studio.write import task
from core.annotation.table import as_table
from core.errors import UnreadableFile
from core.lake.media import pictures
from core.model import ModelSpec
from core.services.annotation.items import shown_columns
from core.services.dataset import rows
from core.store import models
from core.store.annotation import events, tasks
from core.store.engine import reading
from core.store.workspace import Workspace
from core.tables.values.json_values import plain


@dataclass(frozen=True, slots=True)
class Project:
    """A project for Label Studio.

    Attributes:
        tasks: as JSON.
        config: the labelling configuration, XML.
        missing: items that are left out, because their rows have left the lake.
    """

    tasks: list[dict[str, Any]]
    config: str
    missing: int


def annotations(ws: Workspace, name: str) -> pd.DataFrame:
    """Every event of a model, in the order of arrival (`core.annotation.table.COLUMNS`).

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        return as_table(events.records(session, models.spec(session, name).id))


def label_studio(ws: Workspace, name: str) -> Project:
    """The queue and everything that was annotated, with what each person says of it now.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        queued = [row for row, state in tasks.states(session, spec.id).items() if state != "withdrawn"]
        row_ids = list(dict.fromkeys([*queued, *events.rows_with_events(session, spec.id)]))
        by_row = events.of_rows(session, spec.id, row_ids)
    known = {row["_id"]: row for row in rows(ws, spec, ids=row_ids).to_dict("records")} if row_ids else {}
    made = [
        task(number, _data(ws, spec, known[row]), by_row.get(row, []), numbers=not spec.classes)
        for number, row in enumerate((row for row in row_ids if row in known), start=1)
    ]
    config = labelling_config(
        spec.item,
        spec.classes,
        spec.guideline,
        spec.class_notes,
        beside=spec.item != "record" and bool(shown_columns(spec)),
    )
    return Project(made, config, len(row_ids) - len(made))


def _data(ws: Workspace, spec: ModelSpec, row: dict[Hashable, Any]) -> dict[str, Any]:
    """What is shown of a row; a picture as a data URI, because its bytes lie in the lake alone."""
    data: dict[str, Any] = {ROW: row["_id"]}
    beside = shown_columns(spec)
    if spec.item != "record":
        value = row[spec.roles.item or ""]
        data[field_of(spec.item)] = _picture(ws, value) if spec.item == "image" else _text(value)
    if beside:
        data[RECORD] = plain({name: None if pd.isna(row[name]) else row[name] for name in beside})
    return data


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _picture(ws: Workspace, value: Any) -> str:
    """As experts see it in Relabel; empty where there is no picture in it."""
    try:
        path = pictures.find(ws.settings, pictures.keep(ws.settings, bytes(value)).sha)
    except (UnreadableFile, TypeError):
        return ""
    if path is None:
        return ""
    return f"data:{pictures.MEDIA_TYPES[path.suffix]};base64,{b64encode(path.read_bytes()).decode()}"
