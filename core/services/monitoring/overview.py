"""All models in a line each: one read of their headlines, whatever the size of their documents."""

from collections.abc import Sequence
from typing import cast

import pandas as pd

from core.health.headline import Headline
from core.health.headline import headline as headline_of
from core.services.monitoring import monitor
from core.services.monitoring.views import ModelLine
from core.store import models
from core.store.engine import reading
from core.store.monitoring import headlines
from core.store.workspace import Workspace

COLUMNS = (
    *("status", "model", "finding", "metric", "value", "low", "high", "n", "before", "since"),
    *("cost", "currency", "per", "open alerts", "data up to", "last check"),
)


def model_lines(ws: Workspace) -> list[ModelLine]:
    """The connected models, those first that need attention."""
    with reading(ws.engine) as session:
        rows = headlines.of_all_models(session)
    lines = [
        ModelLine(row.name, cast("Headline | None", row.body), row.open_alerts, is_checked=row.is_checked)
        for row in rows
    ]
    return sorted(lines, key=lambda line: line.urgency)


def count_models(ws: Workspace) -> int:
    """How many models are connected."""
    with reading(ws.engine) as session:
        return headlines.count_models(session)


def headline(ws: Workspace, name: str) -> Headline | None:
    """Of one model; None before its first check. In a home of before it is made from the document.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        body = headlines.of_model(session, models.spec(session, name).id)
    if body is not None:
        return cast("Headline", body)
    document = monitor.health(ws, name)
    return None if document is None else headline_of(document)


def table(lines: Sequence[ModelLine]) -> pd.DataFrame:
    """One row a model, as it leaves as CSV."""
    return pd.DataFrame([_row(line) for line in lines], columns=list(COLUMNS))


def _row(line: ModelLine) -> dict[str, object]:
    known = line.headline
    if known is None:
        return {"status": line.status, "model": line.name}
    now, money = known["now"], known["money"]
    row: dict[str, object] = {
        "status": line.status,
        "model": line.name,
        "finding": known["sentence"],
        "metric": known["metric"],
        "before": known["before"],
        "since": known["since"],
        "open alerts": line.open_alerts,
        "data up to": known["until"],
        "last check": known["computed_at"],
    }
    if now is not None:
        row |= {"value": now["value"], "low": now["low"], "high": now["high"], "n": now["n"]}
    if money is not None:
        row |= {"cost": money["value"], "currency": money["currency"], "per": money["per"]}
    return row
