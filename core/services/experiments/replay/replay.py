"""Replay a version over the labelled history: each row as production predicted it, and as it does."""

from typing import Any, cast

import pandas as pd

from core.errors import RetrainError
from core.jobs.spec import Progress, quiet
from core.lake import prediction_cache
from core.model import ModelSpec
from core.services.dataset import rows
from core.services.experiments.replay.fair_rows import FairStart, fair_start
from core.services.experiments.replay.views import LessEntry, ReplayDocument, ReplayedChunk
from core.services.spec_metrics import metrics_of
from core.services.version_predictions import VersionPredictions, judgeable_rows
from core.stats.together import blocks
from core.store import audit, models
from core.store.engine import reading, writing
from core.store.ingestion import batches
from core.store.workspace import Workspace
from core.tables import chunks
from core.training.comparison import dependence_words
from core.training.comparison import replay as counting
from core.training.comparison.replay import Less
from core.training.split import before, number
from core.training.tasks import task_of

ACTION = "replay"
FIELDS = ["_id", "_seq", "_time", "_chunk", "_label", "_mature"]
FEWEST = 30
"""Fewer rows have no interval that could be believed (`SegmentRules.rows`, of the same kind)."""


def replay(
    ws: Workspace,
    name: str,
    version: str,
    since: str | None = None,
    *,
    by: str,
    progress: Progress = quiet,
) -> ReplayDocument:
    """What would have been, had the version gone live; written into the record.

    Args:
        ws: the stores.
        name: of the model.
        version: any that the registry has.
        since: first moment (ISO) or number of a row; None: as early as is fair.
        by: who asks.
        progress: how far it is.

    Raises:
        RetrainError: too few labelled rows come after what the version learnt from.
        RegistryError: the version cannot be loaded.
    """
    with reading(ws.engine) as session:
        spec = models.spec(session, name)
        live = batches.live(session, spec.id)
    predicting = VersionPredictions(ws, spec, version)
    brought = [batch for batch in live if batch.kind == "predictions"]
    for place, batch in enumerate(brought):
        progress(0.9 * place / len(brought), f"Version {version} predicts {len(brought):,} deliveries")
        predicting.of_batch(batch)
    group = spec.roles.group
    fields = [*FIELDS, *prediction_cache.columns(spec)]
    beside = [group] if group else []
    table = rows(ws, spec, part="log", columns=beside, fields=fields, measuring=True)
    mature = judgeable_rows(spec, table[table["_mature"].astype(bool)])
    table, left_out, start = _fair(mature, fair_start(ws, spec, version), since)
    if len(table) < FEWEST:
        raise RetrainError(
            f"Only {len(table):,} labelled rows come after what version {version} learnt from.",
            "Replay it once more labels have come, or an earlier version.",
        )
    newest_first = [predicting.path(batch) for batch in reversed(brought)]
    theirs = prediction_cache.read_first(newest_first, spec, table["_id"])
    document = _document(spec, version, table, theirs)
    document |= {"left_out": left_out, "guard": start.guard}
    with writing(ws.engine) as session:
        audit.add(session, spec.id, by, ACTION, cast("dict[str, Any]", document))
    return document


def latest(ws: Workspace, name: str) -> dict[str, ReplayDocument]:
    """Version -> its newest replay.

    Raises:
        DataError: there is no such model.
    """
    with reading(ws.engine) as session:
        model = models.spec(session, name).id
        documents = [row.body for row in audit.entries(session, model, actions={ACTION})]
    return {body["version"]: cast("ReplayDocument", body) for body in reversed(documents)}


def _fair(table: pd.DataFrame, start: FairStart, since: str | None) -> tuple[pd.DataFrame, int, FairStart]:
    fair = start.rows(table)
    counted = fair if since is None else fair & ~before(table, _stored_place(since))
    return table[counted].reset_index(drop=True), int((~fair).sum()), start


def _stored_place(since: str) -> str:
    """A moment as it is; the number of a row, which people count from 1, as places are stored.

    >>> _stored_place("2024-03-01"), _stored_place("401")
    ('2024-03-01', 'row 0000000400')
    """
    return number(int(since) - 1) if since.isdecimal() else since


def _document(spec: ModelSpec, version: str, table: pd.DataFrame, theirs: pd.DataFrame) -> ReplayDocument:
    metrics, roles = metrics_of(spec), spec.roles
    metric = counting.counting_metric(metrics, spec.metric)
    truth = task_of(spec.classes, spec.threshold).truth(table["_label"])
    sides = prediction_cache.predictions(spec, table), prediction_cache.predictions(spec, theirs)
    together = blocks.rows_together(
        table[roles.group] if roles.group else None, table["_time"] if roles.time else table["_seq"]
    )
    fewer = counting.less(metric, truth, *sides, together)
    paid = counting.money(metrics, truth, *sides, together)
    losses = [counting.row_losses(metric, truth, side) for side in sides]
    unit = "errors" if spec.classes else metric.short or metric.title
    less = _entry(fewer, unit)
    money = _entry(paid, metrics["cost"].counted_in) if paid else None
    since, until = (_place(table, at) for at in (0, -1))
    return ReplayDocument(
        model=spec.name,
        version=version,
        sentence=sentence(version, since, less, money, len(table)),
        since=since,
        until=until,
        rows=len(table),
        left_out=0,
        guard="",
        before=fewer.before,
        after=fewer.after,
        less=less,
        money=money,
        together=dependence_words.sentence(fewer.dependence, roles.group),
        chunks=[
            cast("ReplayedChunk", line)
            for line in counting.by_chunk(table["_chunk"], losses[0], losses[1]).to_dict("records")
        ],
    )


def _entry(less: Less, unit: str) -> LessEntry:
    return LessEntry(value=less.value, low=less.low, high=less.high, unit=unit)


def _place(table: pd.DataFrame, at: int) -> str:
    moment = table["_time"].iloc[at]
    return str(table["_seq"].iloc[at]) if pd.isna(moment) else moment.isoformat()


def sentence(version: str, since: str, less: LessEntry, money: LessEntry | None, count: int) -> str:
    """What came of it, in words.

    >>> less = LessEntry(value=412.0, low=380.4, high=445.6, unit="errors")
    >>> money = LessEntry(value=8240.0, low=7600.0, high=8900.0, unit="EUR")
    >>> sentence("2", "2024-03-03T00:00:00", less, money, 9000)
    'Had version 2 gone live on 3 Mar 2024: 412 fewer errors (380 to 446) in 9,000 rows, 8,240 EUR less.'
    """
    paid = ""
    if money is not None:
        paid = f", {abs(money['value']):,.0f} {money['unit']} {'less' if money['value'] >= 0 else 'more'}"
    amount = _amount(less, less["unit"])
    return f"Had version {version} gone live {_when(since)}: {amount} in {count:,} rows{paid}."


def _amount(less: LessEntry, unit: str) -> str:
    sign = 1 if less["value"] >= 0 else -1
    low, high = sorted((sign * less["low"], sign * less["high"]))
    ends = f"({low:,.0f} to {high:,.0f})"
    if unit == "errors":
        return f"{abs(less['value']):,.0f} {'fewer' if sign > 0 else 'more'} errors {ends}"
    return f"{abs(less['value']):,.0f} {'less' if sign > 0 else 'more'} {unit} {ends}"


def _when(place: str) -> str:
    if place.isdecimal():
        return f"with row {int(place) + 1:,}"
    return f"on {chunks.label(place[:10], 'day')}"
