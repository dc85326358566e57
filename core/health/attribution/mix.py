"""What the mix of the inputs costs: rows that moved to cells which were harder already (Kitagawa 1955).

With the shares w and the mean losses r of the cells of one column, before (0) and now (1), the growth of the
mean loss is sum (w1 - w0) r0 [the mix] + sum w1 (r1 - r0) [inside the cells], exactly. The interval of the
first is by the delta method on both multinomials and on r0; it covers 94-97 % in simulation.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from core.health.profiles.layout import Feature, Layout
from core.health.profiles.profile import LABELLED, Profile
from core.health.rules import RULES, MixRules
from core.health.tasks.task import Task, task_of
from core.stats.arrays import Floats


@dataclass(frozen=True, slots=True)
class Mix:
    """What the moved mix of one column adds to the mean loss (errors per row, or the mean absolute error).

    Attributes:
        low, high: 95 % interval for all columns together (Bonferroni).
        cell: name of the category whose share rose most, "" of a number; `before`, `now`: its share.
    """

    feature: str
    cost: float
    low: float
    high: float
    cell: str = ""
    before: float = 0.0
    now: float = 0.0


def mixes(
    layout: Layout,
    before: Profile,
    now: Profile,
    left_out: Collection[str] = (),
    rules: MixRules = RULES.mix,
) -> list[Mix]:
    """The cost of the mix of every column, largest first.

    Args:
        layout: the cells of both profiles.
        before: profile of the reference period.
        now: profile of the window.
        left_out: columns that are not looked at: those that hold a fault.
        rules: when a cost is told from chance.
    """
    from scipy.special import ndtri

    task = task_of(layout.classes)
    columns = [column for column in _columns(layout, before, now) if column[0].name not in left_out]
    sure = float(ndtri(1 - rules.level / 2 / max(len(columns), 1)))
    costs = [_mix(task, feature, a, b, sure, rules.few) for feature, a, b in columns]
    return sorted(costs, key=lambda mix: -mix.cost)


def _mix(task: Task, feature: Feature, a: Floats, b: Floats, sure: float, few: int) -> Mix:
    n0, n1 = a[:, LABELLED].sum(), b[:, LABELLED].sum()
    w0, w1 = a[:, LABELLED] / n0, b[:, LABELLED] / n1
    whole, spread = task.mean_losses(a.sum(0))
    r0, v0 = task.mean_losses(a)
    known = a[:, LABELLED] >= few
    r0, v0 = np.where(known, r0, whole), np.where(known, v0 / np.maximum(a[:, LABELLED], 1), spread)
    moved = w1 - w0
    variance = (moved**2 * v0).sum() + _between(w0, r0) / n0 + _between(w1, r0) / n1
    cost, half = float((moved * r0).sum()), sure * float(variance) ** 0.5
    at = int(moved[: len(feature.values)].argmax()) if feature.values else -1
    named = (feature.values[at], float(w0[at]), float(w1[at])) if at >= 0 else ("", 0.0, 0.0)
    return Mix(feature.name, cost, cost - half, cost + half, *named)


def _between(shares: Floats, losses: Floats) -> float:
    """Variance of the loss of the cell of one row."""
    return float((shares * losses**2).sum() - (shares * losses).sum() ** 2)


def fault_cost(
    task: Task, before: Floats, now: Floats, where: list[int], rules: MixRules = RULES.mix
) -> tuple[float, float, float]:
    """What the rows in the cells `where` of a column add to the mean loss: value and 95 % interval.

    Their share of the rows times how much worse they do than the other rows of the same period: what befell
    all rows alike is not their doing. Where no other rows are left, they are held against the period before.
    """
    from scipy.special import ndtri

    bad = now[where].sum(0)
    rest = now.sum(0) - bad
    peer = rest if rest[LABELLED] >= rules.few else before.sum(0)
    if bad[LABELLED] < rules.few or peer[LABELLED] < rules.few:
        return 0.0, 0.0, 0.0
    share = bad[LABELLED] / now[:, LABELLED].sum()
    (mean, variance), (usual, spread) = task.mean_losses(bad), task.mean_losses(peer)
    cost = share * (mean - usual)
    error = share * (variance / bad[LABELLED] + spread / peer[LABELLED]) ** 0.5
    half = float(ndtri(1 - rules.fault_level / 2)) * error
    return float(cost), float(cost - half), float(cost + half)


def _columns(layout: Layout, before: Profile, now: Profile) -> list[tuple[Feature, Floats, Floats]]:
    rows = layout.slices()
    pairs = [
        (f, before.cells[rows[f.name]].astype(float), now.cells[rows[f.name]].astype(float))
        for f in layout.features
        if not f.constant
    ]
    return [(f, a, b) for f, a, b in pairs if a[:, LABELLED].sum() and b[:, LABELLED].sum()]
