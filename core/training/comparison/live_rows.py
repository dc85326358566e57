"""What a live row says of two models whose labels mature one after the other: gains between -1 and 1."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from core.stats.arrays import Floats, Ints
from core.stats.metric import Metric
from core.stats.predictions import Predictions, Truth
from core.stats.sequential import e_values
from core.stats.sequential.e_values import Evidence, EvidenceRules
from core.stats.together.blocks import UNITS

Kind: TypeAlias = Literal["decisions", "losses", "ranking", "balance"]
Gain: TypeAlias = Callable[[Ints], Floats]
TWO = 2
SQUARES = frozenset({"rmse", "r2"})
"""Metrics of numbers whose rows are compared by their squared errors; of all others by absolute ones."""


@dataclass(frozen=True, slots=True)
class Basis:
    """How rows are judged; fixed before the first one counts.

    Attributes:
        kind: by which of the two decides right; by losses; by pairs of a row of either class, of which the
            positive one ranks higher; or by such pairs, of which both are decided right.
        metric: the metric of record.
        cap: difference of losses that counts as 1.
        unit: what counts once: "row", "group", a unit of time (`core.stats.together.blocks.UNITS`), or
            "50 rows".
    """

    kind: Kind
    metric: str
    cap: float = 1.0
    unit: str = "row"


def kind_of(metric: Metric, classes: int) -> Kind:
    """By what rows are compared: the mean of gains is, or comes next to, the metric's difference.

    F1, precision, recall and metrics of cut-offs are no means of rows: right decisions are counted.

    >>> from core.stats.metrics import METRICS
    >>> [kind_of(METRICS[name], 2) for name in ("roc_auc", "balanced_accuracy", "log_loss", "f1")]
    ['ranking', 'balance', 'losses', 'decisions']
    >>> kind_of(METRICS["roc_auc"], 3), kind_of(METRICS["rmse"], 0)
    ('decisions', 'losses')
    """
    if metric.of_numbers or metric.pairing.losses is not None:
        return "losses"
    if classes != TWO:
        return "decisions"
    kinds: dict[str, Kind] = {"roc_auc": "ranking", "balanced_accuracy": "balance"}
    return kinds.get(metric.name, "decisions")


def unit_of(dependence: dict[str, Any] | None) -> str:
    """What counts once, from what a comparison of the two found to hang together.

    >>> unit_of({"kind": "time", "block": "day"}), unit_of({"kind": "groups and time", "block": "week"})
    ('day', 'group')
    >>> unit_of(None)
    'row'
    """
    kind = (dependence or {}).get("kind", "rows")
    if kind in {"groups", "groups and time"}:
        return "group"
    return str((dependence or {})["block"]) if kind == "time" else "row"


def losses_of(metric: Metric, truth: Truth, predictions: Predictions) -> Floats:
    """(n,) losses by which rows are compared; NaN where a row does not count.

    >>> from core.stats.metrics import METRICS
    >>> amounts = Predictions(np.empty((2, 0)), np.array([1.0, 5.0]))
    >>> losses_of(METRICS["rmse"], np.array([3.0, 5.0]), amounts).tolist()
    [4.0, 0.0]
    """
    if metric.pairing.losses is not None:
        return metric.pairing.losses(truth, predictions)
    errors: Floats = np.abs(np.asarray(predictions.predicted - truth, dtype=np.float64))
    return errors**2 if metric.name in SQUARES else errors


def gains(
    basis: Basis,
    metric: Metric,
    units: "pd.Series[Any]",
    truth: Truth,
    champion: Predictions,
    challenger: Predictions,
) -> pd.DataFrame:
    """The gain of each unit: the mean of its rows' or its pairs'.

    Args:
        basis: how rows are judged.
        metric: the metric of record.
        units: (n,) name of each row's unit; by rows they are all different.
        truth: (n,) labels.
        champion: predictions of n rows.
        challenger: likewise.

    Returns:
        Columns `row` (position), `unit`, `gain`: a line for every row that counts by now. Rows of one unit
        have the same gain; a pair of rows of either class is a unit where rows are units.

    >>> from core.stats.metrics import METRICS
    >>> right, wrong = (Predictions.from_outputs(np.eye(2)[column]) for column in ([0, 1, 1], [0, 0, 1]))
    >>> basis = Basis("decisions", "accuracy")
    >>> gains(basis, METRICS["accuracy"], pd.Series(["a", "b", "c"]), np.array([0, 1, 1]), wrong, right)[
    ...     "gain"
    ... ].tolist()
    [0.0, 1.0, 0.0]
    """
    if basis.kind in {"decisions", "losses"}:
        of_rows = _gains_of_rows(basis, metric, truth, champion, challenger)
        rows = np.flatnonzero(np.isfinite(of_rows))
        lines = pd.DataFrame({"row": rows, "unit": units.to_numpy()[rows], "gain": of_rows[rows]})
        return lines if basis.unit == "row" else _by_unit(lines)
    first, second = pairs(truth, units if basis.unit != "row" else None)
    if basis.kind == "ranking":
        of_pairs = _order(challenger, first, second) - _order(champion, first, second)
    else:
        of_rows = _gains_of_rows(basis, metric, truth, champion, challenger)
        of_pairs = (of_rows[first] + of_rows[second]) / 2
    named = units.to_numpy()[first]
    sides = [pd.DataFrame({"row": rows, "unit": named, "gain": of_pairs}) for rows in (first, second)]
    lines = pd.concat(sides, ignore_index=True)
    return lines if basis.unit == "row" else _by_unit(lines)


def _by_unit(lines: pd.DataFrame) -> pd.DataFrame:
    return lines.assign(gain=lines.groupby("unit")["gain"].transform("mean"))


def _gains_of_rows(
    basis: Basis, metric: Metric, truth: Truth, champion: Predictions, challenger: Predictions
) -> Floats:
    if basis.kind == "losses":
        before, after = (losses_of(metric, truth, side) for side in (champion, challenger))
        return e_values.differences_of_losses(before, after, basis.cap)
    right: Floats = (challenger.predicted == truth).astype(float) - (champion.predicted == truth)
    return right


def pairs(truth: Truth, units: "pd.Series[Any] | None" = None) -> tuple[Ints, Ints]:
    """Positions of pairs of a row of the one class and one of the other, in order; the rest waits.

    >>> [side.tolist() for side in pairs(np.array([0, 1, 1, 0, 1]))]
    [[0, 3], [1, 2]]
    >>> [side.tolist() for side in pairs(np.array([0, 1, 0, 1]), pd.Series(["a", "b", "b", "b"]))]
    [[2], [1]]
    """
    if units is None:
        positions = [np.flatnonzero(truth == side) for side in (0, 1)]
        number = min(map(len, positions))
        return positions[0][:number], positions[1][:number]
    rows = pd.DataFrame({"truth": truth, "unit": units.to_numpy()})
    rows["place"] = rows.groupby(["unit", "truth"]).cumcount()
    sides = [rows[rows["truth"] == side].rename_axis("row").reset_index() for side in (0, 1)]
    both = sides[0].merge(sides[1], on=["unit", "place"], sort=False)
    return both["row_x"].to_numpy(dtype=np.int64), both["row_y"].to_numpy(dtype=np.int64)


def _order(side: Predictions, first: Ints, second: Ints) -> Floats:
    """1 where the row of the positive class ranks higher, 1/2 where they are level."""
    scores = side.probabilities[:, 1]
    order: Floats = (np.sign(scores[second] - scores[first]) + 1) / 2
    return order


def units(basis: Basis, rows: pd.DataFrame, group: str | None) -> "pd.Series[Any]":
    """Name of each row's unit.

    Args:
        basis: how rows are judged.
        rows: columns `_id`, `_seq`, `_time`, and the group.
        group: column with the role group.

    >>> rows = pd.DataFrame({"_id": ["a", "b"], "_seq": [49, 50]})
    >>> rows["_time"] = pd.Timestamp("2024-01-05")
    >>> units(Basis("decisions", "accuracy", unit="day"), rows, None).tolist()
    ['2024-01-05', '2024-01-05']
    >>> units(Basis("decisions", "accuracy", unit="50 rows"), rows, None).tolist()
    ['0', '1']
    """
    ids = rows["_id"].astype(object)
    if basis.unit == "group" and group is not None:
        names = rows[group].astype(object)
        return names.where(names.notna(), ids).astype(str)
    if basis.unit in UNITS:
        periods: pd.Series[Any] = rows["_time"].dt.to_period(UNITS[basis.unit])
        return periods.astype(str)
    if basis.unit.endswith(" rows"):
        blocks: pd.Series[Any] = rows["_seq"] // int(basis.unit.removesuffix(" rows"))
        return blocks.astype(str)
    return ids


def evidence(of_units: Floats, rules: EvidenceRules = e_values.RULES) -> Evidence:
    """What the gains of all units say.

    >>> evidence(np.repeat([1.0, 0.0, -1.0], [30, 60, 5])).verdict()
    'better'
    """
    wins, losses = int((of_units == 1).sum()), int((of_units == -1).sum())
    ties = int((of_units == 0).sum())
    if wins + losses + ties == len(of_units):
        return e_values.decisions(wins, losses, ties, rules=rules)
    return e_values.differences(of_units, rules=rules)
