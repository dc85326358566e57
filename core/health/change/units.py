"""What became of a column whose numbers moved far: another unit, one value, or outside of what was seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.health.change.faults import Fault, Run
from core.health.profiles.layout import Feature, Layout
from core.health.profiles.profile import ROWS, Profile
from core.health.rules import RULES, FaultRules, UnitRules
from core.stats.arrays import Counts, Floats

CLOSER = frozenset({"moved", "unseen"})
"""Faults of which the values themselves must be looked at."""
SHARES = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
"""Quantiles that are compared."""


@dataclass(frozen=True, slots=True)
class ColumnValues:
    """What was read of a column in one chunk: `quantiles` of a number, or its values never seen before.

    Attributes:
        quantiles: at `SHARES`; empty for a category.
        values: (value, share of the rows), most frequent first.
    """

    quantiles: tuple[float, ...] = ()
    values: tuple[tuple[str, float], ...] = ()


def settle_runs(
    layout: Layout,
    before: Profile,
    log: Sequence[Profile],
    runs: Sequence[Run],
    looked: Mapping[Run, ColumnValues],
    rules: FaultRules = RULES.faults,
    unit_rules: UnitRules = RULES.units,
) -> list[Run]:
    """The runs, every "moved" called what it is or left out; values never seen before get their names."""
    features = {feature.name: feature for feature in layout.features}
    rows = layout.slices()
    settled: list[Run] = []
    for run in runs:
        fault: Fault | None = run.fault
        if run.fault.kind in CLOSER:
            values, where = looked.get(run, ColumnValues()), rows[run.fault.feature]
            past, now = (part.cells[where, ROWS].astype(np.int64) for part in (before, log[run.last]))
            fault = _settle(features[run.fault.feature], past, now, run.fault, values, rules, unit_rules)
        if fault is not None:
            settled.append(replace(run, fault=fault))
    return settled


def _settle(
    feature: Feature,
    past: Counts,
    now: Counts,
    fault: Fault,
    values: ColumnValues,
    rules: FaultRules,
    unit_rules: UnitRules,
) -> Fault | None:
    if fault.kind == "unseen":
        names = ", ".join(f"{value!r} {100 * share:.0f} %" for value, share in values.values[:3])
        return replace(fault, value=names)
    if not feature.numeric:
        return replace(fault, kind="stuck", value=feature.values[int(now[:-1].argmax())])
    if len(values.quantiles) == len(SHARES):
        q = np.array(values.quantiles)
        if q[1] == q[-2]:
            return replace(fault, kind="stuck", value=f"{q[3]:.6g}", now=1.0, before=0.0)
        factor = scale(quantiles(feature, past), q, unit_rules)
        if factor is not None:
            return replace(fault, kind="scale", value=f"{factor:.6g}", now=1.0, before=0.0)
    return replace(fault, kind="outside") if fault.now - fault.before >= rules.moved else None


def quantiles(feature: Feature, cells: Counts) -> Floats:
    """(M,) rows in the cells of a number -> its quantiles at `SHARES`: the lower edges of their cells.

    >>> quantiles(Feature("x", edges=(0.0, 1.0, 2.0, 3.0)), np.array([0, 10, 10, 10, 0, 0])).tolist()
    [0.0, 0.0, 0.0, 1.0, 2.0, 2.0, 2.0]
    """
    inside = np.cumsum(cells[1 : len(feature.edges)])
    at = np.searchsorted(inside, np.array(SHARES) * inside[-1] - 1e-9)
    values: Floats = np.array(feature.edges)[np.minimum(at, len(feature.edges) - 1)]
    return values


def scale(before: Floats, now: Floats, rules: UnitRules = RULES.units) -> float | None:
    """The factor by which all quantiles were multiplied; None when it is not one factor, or a small one.

    >>> before = np.array([0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 9.0])
    >>> scale(before, before * 1000), scale(before, before + 1000), scale(before, before * 2)
    (1000.0, None, None)
    """
    middle = slice(1, -1)  # the extremes of a few rows say little
    spread, after = before[-2] - before[1], now[-2] - now[1]
    if spread <= 0 or after <= 0:
        return None
    factor = float(after / spread)
    fits = np.abs(now[middle] / factor - before[middle]).max() <= rules.alike * spread
    return factor if fits and not 1 / rules.factor < factor < rules.factor else None
