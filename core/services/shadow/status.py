"""How shadows and guards stand: one SQL read each."""

from typing import Any

from core.model import ModelSpec
from core.services.monitoring.guard_alert import roll_back_message
from core.services.shadow import sentences
from core.services.shadow.rules import RULES
from core.services.shadow.views import ShadowDocument
from core.store import models
from core.store.engine import reading
from core.store.experiments import shadows as store
from core.store.tables import Shadow
from core.store.workspace import Workspace

NOTHING: dict[str, Any] = {
    "rows": 0,
    "units": 0,
    "differing": 0,
    "waiting": 0,
    "gain": None,
    "low": None,
    "high": None,
    "progress": 0.0,
}
"""Before the first look."""


def shadows(ws: Workspace, name: str) -> list[ShadowDocument]:
    """All shadows and guards of a model, newest first.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        return [document(spec, row) for row in reversed(store.list_shadows(session, spec.id))]


def shadow_of(ws: Workspace, name: str, version: str) -> ShadowDocument | None:
    """The newest shadow of a challenger; None where it never predicted beside a champion."""
    mine = [one for one in shadows(ws, name) if (one["role"], one["version"]) == ("challenger", version)]
    return mine[0] if mine else None


def guard(ws: Workspace, name: str) -> ShadowDocument | None:
    """How the guard of the version in production stands; None where it has none.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        row = store.guard_of_champion(session, spec.id)
        return document(spec, row) if row is not None else None


def document(spec: ModelSpec, row: Shadow) -> ShadowDocument:
    """The row as a document."""
    basis, body = row.basis or {}, {**NOTHING, **(row.body or {})}
    request = roll_back_message(row)
    body.setdefault("sentence", sentences.of_start(row.version, row.champion, body["waiting"]))
    return ShadowDocument(
        shadow=row.id or 0,
        role=row.role,
        model=spec.name,
        champion=row.champion,
        version=row.version,
        state=row.state,
        verdict=row.verdict,
        sentence=body["sentence"],
        since=row.created_at.isoformat(),
        by=row.started_by,
        ended=row.ended_at.isoformat() if row.ended_at else None,
        ended_by=row.ended_by,
        reason=row.reason,
        rows=body["rows"],
        units=body["units"],
        differing=body["differing"],
        waiting=body["waiting"],
        judged_by=basis.get("kind", ""),
        unit=basis.get("unit", ""),
        gain=body["gain"],
        low=body["low"],
        high=body["high"],
        progress=body["progress"],
        level=RULES.evidence.level,
        finding=request.document() if request is not None else None,
    )
