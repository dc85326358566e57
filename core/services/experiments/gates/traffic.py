"""The replay of the newest traffic: what the challenger answers to the newest rows of the log."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.errors import SchemaError
from core.services.dataset import features, rows
from core.services.experiments.comparison_inputs import ComparisonInputs, segments
from core.services.experiments.trial_data import rows_together
from core.store.engine import reading
from core.store.ingestion import batches
from core.store.workspace import Workspace
from core.tables.chunks import day
from core.tables.deliveries import chunks_of

if TYPE_CHECKING:
    from core.stats.arrays import Bools
    from core.stats.predictions import Predictions
    from core.training.comparison.gates import Gate
    from core.training.comparison.traffic import Traffic, TrafficRules

OF_A_PICTURE = 10
"""Of texts and pictures a tenth of the rows: an encoder takes ten times as long."""


def replay(ws: Workspace, inputs: ComparisonInputs, challenger: Any, champion: Any | None) -> "Gate":
    """Ask the challenger about the newest rows of the log, labelled or not, beside what was served for them.

    Args:
        ws: the stores.
        inputs: what both predicted for the holdout.
        challenger: its model.
        champion: its model, for rows that another version served; None where it predicts elsewhere.
    """
    from core.training.comparison.gates import Gate
    from core.training.comparison.traffic import NAME, RULES, traffic_gate
    from core.training.predictions import predict

    spec = inputs.pair.spec
    rules = RULES if spec.item == "record" else replace(RULES, rows=RULES.rows // OF_A_PICTURE)
    table = newest_rows(ws, inputs, rules)
    if len(table) < rules.fewest:
        return traffic_gate(_so_few(len(table)), rules)
    try:
        theirs = predict(challenger, features(spec, table, challenger), inputs.pair.task)
    except SchemaError as error:
        return Gate(NAME, passed=False, detail=f"it does not answer the newest rows: {error.message}")
    return traffic_gate(_beside_served(inputs, table, theirs, champion, rules), rules)


def newest_rows(ws: Workspace, inputs: ComparisonInputs, rules: "TrafficRules") -> pd.DataFrame:
    """The newest rows of the log: those of the last days, at most so many."""
    spec = inputs.pair.spec
    with reading(ws.engine) as session:
        live = batches.live(session, spec.id)
    keys = chunks_of(live, "predictions")
    return newest_of(keys, lambda key: rows(ws, spec, part="log", chunks=[key]), rules)


def newest_of(
    keys: Sequence[str], read: Callable[[str], pd.DataFrame], rules: "TrafficRules"
) -> pd.DataFrame:
    """The newest rows of chunks in the order of time, of which no more are read than it takes."""
    parts: list[pd.DataFrame] = []
    for key in reversed(keys):
        parts.insert(0, read(key))
        oldest = parts[0]["_time"].min()
        if sum(map(len, parts)) >= rules.rows or (
            pd.notna(oldest) and oldest < _newest(parts) - _days(rules)
        ):
            break
    if not parts:
        return pd.DataFrame()
    table = pd.concat(parts, ignore_index=True)
    if table["_time"].notna().all():
        table = table[table["_time"] >= _newest(parts) - _days(rules)].sort_values("_time", kind="stable")
    return table.tail(rules.rows).reset_index(drop=True)


def _newest(parts: list[pd.DataFrame]) -> Any:
    return max(part["_time"].max() for part in parts)


def _days(rules: "TrafficRules") -> timedelta:
    return timedelta(days=rules.days)


def _so_few(n: int) -> "Traffic":
    from core.training.comparison.traffic import Traffic

    return Traffic(np.zeros(n))


def _beside_served(
    inputs: ComparisonInputs,
    table: pd.DataFrame,
    theirs: "Predictions",
    champion: Any | None,
    rules: "TrafficRules",
) -> "Traffic":
    from core.training.comparison.slices import slices
    from core.training.comparison.traffic import Traffic

    spec = inputs.pair.spec
    served = table["_prediction"].notna() & (table["_version"] == inputs.pair.champion)
    than = f"than version {inputs.pair.champion} served them"
    if int(served.sum()) >= rules.fewest:
        some = np.flatnonzero(served.to_numpy())
        before: np.ndarray[Any, Any] | None = _decisions(inputs, table["_prediction"].iloc[some])
    else:
        some = np.arange(len(table))
        before = _asked_now(inputs, table, champion)
        than = f"than version {inputs.pair.champion} answers them now"
    compared = replace(inputs, rows=table.iloc[some].reset_index(drop=True))
    return Traffic(
        theirs.outputs,
        labels=None if spec.classes else _range(inputs, table),
        varied=before is None or len(np.unique(before)) > 1,
        differ=None if before is None else _differ(inputs, before, theirs.predicted[some]),
        segments=slices(features(spec, compared.rows), segments(compared)),
        together=rows_together(compared.pair.spec, compared.rows),
        period=_period(table),
        than=than,
    )


def _decisions(inputs: ComparisonInputs, served: "pd.Series[Any]") -> "np.ndarray[Any, Any]":
    """Class numbers, or numbers, of what was served."""
    classes = inputs.pair.spec.classes
    return pd.Index(classes).get_indexer(pd.Index(served)) if classes else served.to_numpy(dtype=np.float64)


def _asked_now(
    inputs: ComparisonInputs, table: pd.DataFrame, champion: Any | None
) -> "np.ndarray[Any, Any] | None":
    from core.training.predictions import predict

    if champion is None:
        return None
    try:
        return predict(champion, features(inputs.pair.spec, table, champion), inputs.pair.task).predicted
    except SchemaError:
        return None


def _differ(inputs: ComparisonInputs, before: "np.ndarray[Any, Any]", now: "np.ndarray[Any, Any]") -> "Bools":
    """Other classes; of numbers, farther apart than the champion is off on average."""
    if inputs.pair.spec.classes:
        return np.asarray(before != now)
    labels = inputs.corrected.to_numpy(dtype=np.float64)
    usual = float(np.abs(inputs.champion.predicted - labels).mean())
    return np.asarray(np.abs(now - before) > usual)


def _range(inputs: ComparisonInputs, table: pd.DataFrame) -> tuple[float, float]:
    known = pd.to_numeric(pd.concat([inputs.corrected, table["_label"].dropna()]))
    return float(known.min()), float(known.max())


def _period(table: pd.DataFrame) -> str:
    """From which day to which they came, where they have a time."""
    if not table["_time"].notna().all():
        return ""
    first, last = table["_time"].min(), table["_time"].max()
    return f" of {day(first)} to {day(last)}"
