"""What the mix of the inputs costs: rows that moved to cells which were harder already (Kitagawa 1955).

With the shares w and the mean losses r of the cells of one column, before (0) and now (1), the growth of the
mean loss is sum (w1 - w0) r0 [the mix] + sum w1 (r1 - r0) [inside the cells], exactly. The interval of the
first is by the delta method on both multinomials and on r0; it covers 94-97 % in simulation.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from core.health.profiles.layout import Feature, Layout
from core.health.profiles.profile import CORRECT, LABELLED, Profile
from core.stats.arrays import Floats
from core.stats.error_moments import SIZE, SQUARE
from core.stats.intervals import Z95

FEW = 5
"""A cell with fewer labelled rows before is priced like the whole, as surely as a coin."""
LEVEL = 0.05


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


def mixes(layout: Layout, before: Profile, now: Profile, left_out: Collection[str] = ()) -> list[Mix]:
    """The cost of the mix of every column, largest first."""
    from scipy.special import ndtri

    columns = [column for column in _columns(layout, before, now) if column[0].name not in left_out]
    sure = float(ndtri(1 - LEVEL / 2 / max(len(columns), 1)))
    return sorted((_mix(feature, a, b, sure) for feature, a, b in columns), key=lambda mix: -mix.cost)


def _mix(feature: Feature, a: Floats, b: Floats, sure: float) -> Mix:
    n0, n1 = a[:, LABELLED].sum(), b[:, LABELLED].sum()
    w0, w1 = a[:, LABELLED] / n0, b[:, LABELLED] / n1
    whole, spread = _mean_loss(a.sum(0))
    r0, v0 = _mean_loss(a)
    known = a[:, LABELLED] >= FEW
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


def _mean_loss(cells: Floats) -> tuple[Floats, Floats]:
    """(..., 3) or (..., 4) sums -> (...) mean loss of a row and its variance."""
    n = np.maximum(cells[..., LABELLED], 1)
    mean = loss(cells) / n
    if cells.shape[-1] > CORRECT + 1:
        return mean, np.maximum(cells[..., SQUARE] / n - mean**2, 0)
    # never 0, also where no row or every row is wrong (Agresti, Coull 1998)
    safe = (loss(cells) + 2) / (n + 4)
    return mean, safe * (1 - safe)


def loss(cells: Floats) -> Floats:
    """(..., 3) cells -> wrong answers; (..., 4) cells of a regression -> sum of absolute errors."""
    amounts = cells.shape[-1] > CORRECT + 1
    lost: Floats = cells[..., SIZE] if amounts else cells[..., LABELLED] - cells[..., CORRECT]
    return lost


def fault_cost(before: Floats, now: Floats, where: list[int]) -> tuple[float, float, float]:
    """What the rows in the cells `where` of a column add to the mean loss: value and 95 % interval.

    Their share of the rows times how much worse they do than the other rows of the same period: what befell
    all rows alike is not their doing. Where no other rows are left, they are held against the period before.
    """
    bad = now[where].sum(0)
    rest = now.sum(0) - bad
    peer = rest if rest[LABELLED] >= FEW else before.sum(0)
    if bad[LABELLED] < FEW or peer[LABELLED] < FEW:
        return 0.0, 0.0, 0.0
    share = bad[LABELLED] / now[:, LABELLED].sum()
    (mean, variance), (usual, spread) = _mean_loss(bad), _mean_loss(peer)
    cost = share * (mean - usual)
    half = Z95 * share * (variance / bad[LABELLED] + spread / peer[LABELLED]) ** 0.5
    return float(cost), float(cost - half), float(cost + half)


def _columns(layout: Layout, before: Profile, now: Profile) -> list[tuple[Feature, Floats, Floats]]:
    rows = layout.slices()
    pairs = [
        (f, before.cells[rows[f.name]].astype(float), now.cells[rows[f.name]].astype(float))
        for f in layout.features
        if not f.constant
    ]
    return [(f, a, b) for f, a, b in pairs if a[:, LABELLED].sum() and b[:, LABELLED].sum()]
