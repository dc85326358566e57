"""One suspect with everything that speaks for and against it: the item, the votes, the neighbours."""

from core.errors import DataError
from core.services.annotation.items import ItemPayload, payload
from core.services.label_errors.views import Card, Neighbour, Vote
from core.store import models
from core.store.annotation import suspect_query, suspects
from core.store.annotation.suspect_query import RankedSuspect, SuspectFilter
from core.store.engine import reading
from core.store.workspace import Workspace


def card(ws: Workspace, name: str, row_id: str) -> Card:
    """The card of a scanned row.

    Raises:
        DataError: the row was not scanned, or it is kept apart for comparisons.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        scan = suspects.latest(session, spec.id)
        only = SuspectFilter(row_ids=[row_id])
        ranked = suspect_query.list_suspects(session, scan, only) if scan is not None else []
    if not ranked:
        raise DataError(
            f"Row {row_id!r} is not among the scanned rows.", "Find suspects again, or pick another."
        )
    if ranked[0].hidden:
        raise DataError(
            f"Row {row_id!r} is kept apart for comparisons.",
            "No suggestion is shown for it, so that comparisons stay fair.",
        )
    near = [other for other, _, _ in ranked[0].suspect.detail.get("neighbours", [])]
    items = {item["row_id"]: item for item in payload(ws, spec, [row_id, *near])}
    return _card(ranked[0], items)


def _card(ranked: RankedSuspect, items: dict[str, ItemPayload]) -> Card:
    suspect = ranked.suspect
    detail = suspect.detail
    return Card(
        id=suspect.row_id,
        given_label=suspect.given,
        suggested=suspect.suggested,
        p_error=suspect.p_error,
        impact=suspect.impact,
        rank=suspect.rank,
        reasons=dict(detail["reasons"]),
        state=ranked.state,
        item=items.get(suspect.row_id),
        interval=tuple(detail["interval"]) if "interval" in detail else None,
        votes=tuple(Vote(*vote) for vote in detail.get("votes", [])),
        neighbours=tuple(
            Neighbour(other, label, distance, items.get(other))
            for other, label, distance in detail.get("neighbours", [])
        ),
    )
