"""The section of sources: all addresses that data keep coming from."""

from typing import Any

from core.errors import DataError
from core.model import ModelSpec
from core.services.ingestion.sources import require_source, turn, watch
from core.services.onboarding.declared.sections.section import Change, Section
from core.settings import Settings
from core.store import models
from core.store.engine import StoreSession
from core.store.ingestion import sources
from core.store.tables import Source

FILE = "file"
"""Who adds a source, until the transaction says who it is."""
DEFAULTS = {
    "kind": "predictions",
    "every_seconds": 300,
    "watermark_column": None,
    "look_back": 0.0,
    "paused": False,
}


def read(session: StoreSession, spec: ModelSpec) -> list[dict[str, Any]]:
    """The sources in the order of their numbers."""
    return [_value(row) for row in sources.list_sources(session, spec.id)]


def prepare(
    settings: Settings, spec: ModelSpec, before: list[dict[str, Any]], wish: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The sources with their whole addresses and every key; a new or changed one is held against its place.

    Raises:
        DataError: one does not fit or cannot be reached, or stands twice.
    """
    values = [_same(before, value) or _require(settings, spec, value) for value in wish]
    keys = [(value["address"], value["kind"]) for value in values]
    for key in keys:
        if keys.count(key) > 1:
            raise DataError(f"sources: {key[0]} stands twice for {key[1]}.", "Keep one of the two.")
    return values


def _same(before: list[dict[str, Any]], value: dict[str, Any]) -> dict[str, Any] | None:
    """The source as the home has it, if nothing of it changes: its database need not answer then."""
    addresses = {value["address"], f"{value['address'].rstrip('/')}/*"}
    whole = {**DEFAULTS, **value}
    return next(
        (
            one
            for one in before
            if one["address"] in addresses and one == {**whole, "address": one["address"]}
        ),
        None,
    )


def _require(settings: Settings, spec: ModelSpec, value: dict[str, Any]) -> dict[str, Any]:
    fields = {key: part for key, part in value.items() if key not in {"address", "paused"}}
    row = require_source(settings, spec, value["address"], **fields, by=FILE)
    return _value(row, paused=value.get("paused", False))


def apply(change: Change, wish: list[dict[str, Any]]) -> None:
    """Remove what is not wished, add what is new, pause or resume; one that changed goes on where it was."""
    session, spec = change.session, models.spec(change.session, change.name, to_change=True)
    rows = {(row.address, row.kind): row for row in sources.list_sources(session, spec.id)}
    wished = {(value["address"], value["kind"]): value for value in wish}
    for key, row in rows.items():
        value = wished.get(key)
        same = value is not None and _but_for_pauses(value) == _but_for_pauses(_value(row))
        if not same:
            turn(session, row, change.by, "remove source", "removed", change.file)
            session.flush()
        elif value != _value(row):
            action, state = (
                ("pause source", "paused") if value and value["paused"] else ("resume source", "on")
            )
            turn(session, row, change.by, action, state, change.file)
    for key, value in wished.items():
        if key not in rows or rows[key].state == "removed":
            _add(change, spec, value)


def _add(change: Change, spec: ModelSpec, value: dict[str, Any]) -> None:
    fields = {key: part for key, part in value.items() if key != "paused"}
    row = watch(change.session, Source(model_id=spec.id, created_by=change.by, **fields), change.file)
    if value["paused"]:
        turn(change.session, row, change.by, "pause source", "paused", change.file)


def _value(row: Source, *, paused: bool | None = None) -> dict[str, Any]:
    return {
        "address": row.address,
        "kind": row.kind,
        "every_seconds": row.every_seconds,
        "watermark_column": row.watermark_column,
        "look_back": float(row.look_back),
        "paused": row.state == "paused" if paused is None else paused,
    }


def _but_for_pauses(value: dict[str, Any]) -> dict[str, Any]:
    return {**value, "paused": None}


SOURCES = Section(
    read,
    apply,
    prepare,
    causes={"": "A new one is looked at at once; what a removed one brought stays."},
)
