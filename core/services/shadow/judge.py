"""How the rows of a shadow are judged: decided once, from what was known before the first one came."""

from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from core.lake import prediction_cache
from core.model import ModelSpec
from core.services.dataset import rows
from core.services.shadow.rules import RULES, ShadowRules
from core.services.spec_metrics import metrics_of
from core.services.version_predictions import judgeable_rows
from core.stats.arrays import Floats
from core.stats.paired import loss
from core.stats.sequential import e_values
from core.stats.together import dependence
from core.stats.together.blocks import UNITS, rows_together
from core.stats.together.dependence import Together
from core.store.engine import reading
from core.store.experiments import comparisons, holdouts
from core.store.tables import Comparison, Shadow
from core.store.workspace import Workspace
from core.training.comparison.live_rows import Basis, kind_of, losses_of, unit_of
from core.training.comparison.replay import counting_metric, row_losses
from core.training.tasks import task_of

SHORT_UNITS = ("hour", "day")


def choose_basis(ws: Workspace, spec: ModelSpec, row: Shadow, rules: ShadowRules = RULES) -> Basis:
    """By what the rows are compared, where differences are cut, and what counts once."""
    metric = metrics_of(spec)[spec.metric]
    kind = kind_of(metric, len(spec.classes))
    with reading(ws.engine) as session:
        pair = {row.champion, row.version}
        newest = [comparisons.latest(session, spec.id, version) for version in sorted(pair)]
    known = next((one for one in newest if one and {one.champion, one.challenger} == pair), None)

    @cache
    def history() -> pd.DataFrame:
        return judgeable_rows(spec, rows(ws, spec, part="log", columns=[], until=row.start_batch))

    unit = unit_of(known.body.get("dependence") if known else _dependence_before(spec, history, rules))
    if spec.roles.group is not None:
        unit = "group"
    elif unit == "group" or (unit in UNITS and spec.roles.time is None):
        unit = "row"
    if kind != "losses":
        return Basis(kind, spec.metric, 1.0, unit)
    both = _holdout_losses(ws, spec, row, known) if known is not None else None
    return Basis(kind, spec.metric, _cap(spec, both, history, rules), unit)


def stored_basis(spec: ModelSpec, basis: Basis) -> dict[str, Any]:
    """The basis as a document, with the settings by which is judged."""
    return {**asdict(basis), "judged_by": spec.judging_settings(), "group": spec.roles.group}


def read_basis(document: dict[str, Any]) -> Basis:
    """The inverse of `stored_basis`."""
    return Basis(**{name: value for name, value in document.items() if name not in {"judged_by", "group"}})


def _dependence_before(
    spec: ModelSpec, history: Callable[[], pd.DataFrame], rules: ShadowRules
) -> dict[str, Any]:
    """Whether the champion's losses hang together in time, on the newest labelled rows before the start.

    By hours and days only: over longer times the loss of a model moves with its decay and the seasons, which
    a difference of two models does less.
    """
    if spec.roles.time is None:
        return {}
    table = history()
    table = table[table["_time"].notna()].tail(rules.related_by)
    if len(table) < dependence.RULES.rows:
        return {}
    metric = counting_metric(metrics_of(spec), spec.metric)
    truth = task_of(spec.classes, spec.threshold).truth(table["_label"])
    losses = row_losses(metric, truth, prediction_cache.predictions(spec, table))
    blocks = rows_together(None, table["_time"]).blocks
    together = Together(blocks={name: blocks[name] for name in SHORT_UNITS if name in blocks})
    paired = loss(losses, 0 * losses, rules.evidence.level)
    _, why = dependence.allow_for(paired, losses - losses.mean(), together, rules.evidence.level)
    return asdict(why)


def _cap(
    spec: ModelSpec,
    both: tuple[Floats, Floats] | None,
    history: Callable[[], pd.DataFrame],
    rules: ShadowRules,
) -> float:
    """The 99 % quantile of the differences on the holdout, else of the champion's losses before the start."""
    if both is not None:
        return e_values.cap_of(*both, rules.evidence)
    table = history().tail(rules.capped_by)
    losses = _losses(spec, table) if len(table) else np.array([1.0])
    losses = losses[np.isfinite(losses)]
    return e_values.cap_of(losses, 0 * losses, rules.evidence)


def _holdout_losses(
    ws: Workspace, spec: ModelSpec, row: Shadow, known: Comparison
) -> tuple[Floats, Floats] | None:
    with reading(ws.engine) as session:
        labels = holdouts.labels(session, known.holdout_id)
    sides = []
    for version in (row.champion, row.version):
        place = prediction_cache.path(ws.settings, spec, known.holdout_id, version)
        cached = prediction_cache.read(place, spec, list(labels))
        if cached is None or not labels:
            return None
        sides.append(_losses(spec, cached.assign(_label=pd.Series(list(labels.values()), dtype=object))))
    finite = np.isfinite(sides[0]) & np.isfinite(sides[1])
    return sides[0][finite], sides[1][finite]


def _losses(spec: ModelSpec, table: pd.DataFrame) -> Floats:
    """(n,) of the predictions in a table, by its labels."""
    truth = task_of(spec.classes, spec.threshold).truth(table["_label"])
    return losses_of(metrics_of(spec)[spec.metric], truth, prediction_cache.predictions(spec, table))
