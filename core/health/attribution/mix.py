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
class Cells:
    """The cells of one column: (M, 3) or (M, 4) sums before and now (`core.health.profiles.profile`)."""

    feature: Feature
    before: Floats
    now: Floats


@dataclass(frozen=True, slots=True)
class Mix:
    """What the moved mix of one column adds to the mean loss (errors per row, or the mean absolute error).

    Attributes:
        low, high: 95 % interval for all columns together (Bonferroni); `variance` of the cost.
        inside: what the cells themselves add, with its variance; cost and inside sum to the growth.
        cell: name of the category whose share rose most, "" of a number; `before`, `now`: its share.
    """

    feature: str
    cost: float
    variance: float
    inside: float
    inside_variance: float
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
    task = task_of(layout.classes)
    names = [f.name for f in layout.features if not f.constant and f.name not in left_out]
    columns = [cells_of_column(layout, name, before, now) for name in names]
    labelled = [
        cells for cells in columns if cells.before[:, LABELLED].any() and cells.now[:, LABELLED].any()
    ]
    level = rules.level / max(len(labelled), 1)
    costs = [mix_of(task, cells, level, rules) for cells in labelled]
    return sorted(costs, key=lambda mix: -mix.cost)


def cells_of_column(layout: Layout, name: str, before: Profile, now: Profile) -> Cells:
    """The cells of the column of that name."""
    feature = next(feature for feature in layout.features if feature.name == name)
    where = layout.slices()[name]
    return Cells(feature, before.cells[where].astype(float), now.cells[where].astype(float))


def mix_of(task: Task, cells: Cells, level: float = 0.05, rules: MixRules = RULES.mix) -> Mix:
    """The growth of the mean loss as mix and inside, by the cells of one column; interval at this level.

    >>> before, now = np.array([[80, 80, 72], [20, 20, 10]]), np.array([[50, 50, 45], [50, 50, 25]])
    >>> sides = (np.vstack([part, np.zeros((2, 3))]) for part in (before, now))
    >>> mix = mix_of(task_of(("no", "yes")), Cells(Feature("town", values=("a", "b")), *sides))
    >>> round(mix.cost, 3), round(mix.inside, 3), mix.cell
    (0.12, 0.0, 'b')
    """
    from scipy.special import ndtri

    a, b = cells.before, cells.now
    n0, n1 = a[:, LABELLED].sum(), b[:, LABELLED].sum()
    w0, w1 = a[:, LABELLED] / n0, b[:, LABELLED] / n1
    (r0, v0), (r1, v1) = (_cell_losses(task, part, rules.few) for part in (a, b))
    moved, grown = w1 - w0, r1 - r0
    variance = float((moved**2 * v0).sum() + _between(w0, r0) / n0 + _between(w1, r0) / n1)
    within = float((w1**2 * (v0 + v1)).sum() + _between(w1, grown) / n1)
    cost, half = float((moved * r0).sum()), float(ndtri(1 - level / 2)) * variance**0.5
    feature = cells.feature
    at = int(moved[: len(feature.values)].argmax()) if feature.values else -1
    named = (feature.values[at], float(w0[at]), float(w1[at])) if at >= 0 else ("", 0.0, 0.0)
    inside = float((w1 * grown).sum())
    return Mix(feature.name, cost, variance, inside, within, cost - half, cost + half, *named)


def _cell_losses(task: Task, cells: Floats, few: int) -> tuple[Floats, Floats]:
    """(M,) mean loss of every cell and its variance; a cell of few rows has those of the whole."""
    whole, spread = task.mean_losses(cells.sum(0))
    mean, variance = task.mean_losses(cells)
    known = cells[:, LABELLED] >= few
    return (
        np.where(known, mean, whole),
        np.where(known, variance / np.maximum(cells[:, LABELLED], 1), spread),
    )


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
