"""What single columns have to do with a fall: faults, moved inputs, a changed relation."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.health.arrays import Floats
from core.health.layout import Feature, Layout
from core.health.moments import SIZE, SQUARE
from core.health.profile import CORRECT, LABELLED, ROWS, Profile

JUMP = 0.05
"""A share of missing or never seen values must rise by this much to be a fault."""
CERTAIN = 4.0
FEW = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """A column that arrives broken: the share of rows concerned before and now, and what it costs.

    Costs are losses of accuracy; of a regression, of the mean error.
    """

    feature: str
    kind: Literal["missing", "unseen"]
    before: float
    now: float
    cost: float


def faults(layout: Layout, before: Profile, now: Profile) -> list[Fault]:
    """Columns whose missing or never seen values jumped, the most costly first.

    A column that was constant in the reference period is left out: no model can have learnt from it.
    """
    found = []
    for feature, a, b in _columns(layout, before, now):
        for kind, cells in (("missing", [-1]), ("unseen", list(feature.strange))):
            past, current = a[cells, ROWS].sum() / a[:, ROWS].sum(), b[cells, ROWS].sum() / b[:, ROWS].sum()
            pool = (past + current) / 2
            error = np.sqrt(pool * (1 - pool) * (1 / a[:, ROWS].sum() + 1 / b[:, ROWS].sum())) + 1e-12
            if current - past >= JUMP and (current - past) / error > CERTAIN:
                cost = (current - past) * _excess(kind, a, b, cells)
                found.append(Fault(feature.name, kind, float(past), float(current), float(cost)))  # type: ignore[arg-type]
    return sorted(found, key=lambda fault: -fault.cost)


def affected(layout: Layout, profile: Profile, fault: Fault) -> float:
    """Share of the rows of a profile in which a column is broken in that way."""
    feature = next(each for each in layout.features if each.name == fault.feature)
    rows = profile.cells[layout.slices()[fault.feature], ROWS]
    where = [-1] if fault.kind == "missing" else list(feature.strange)
    return float(rows[where].sum() / max(rows.sum(), 1))


def _excess(kind: str, a: Floats, b: Floats, cells: list[int]) -> float:
    """What is lost on the rows concerned, against the sound ones (all missing: against before)."""
    bad = b[cells].sum(0)
    good = b.sum(0) - bad
    peer = a.sum(0) if kind == "missing" and good[LABELLED] < FEW else good
    if bad[LABELLED] < FEW or peer[LABELLED] < FEW:
        return 0.0
    return float(_loss(bad) / bad[LABELLED] - _loss(peer) / peer[LABELLED])


def moved(layout: Layout, before: Profile, now: Profile) -> dict[str, float]:
    """Feature -> what is lost because rows moved to cells that were harder already in the reference period.

    sum over cells of (share now - share before) * loss before; a cell without a past costs nothing.
    """
    found = {}
    for feature, a, b in _columns(layout, before, now):
        overall = _loss(a).sum() / max(a[:, LABELLED].sum(), 1)
        known = a[:, LABELLED] >= FEW
        loss = np.where(known, _loss(a) / np.maximum(a[:, LABELLED], 1), overall)
        shift = b[:, ROWS] / b[:, ROWS].sum() - a[:, ROWS] / a[:, ROWS].sum()
        found[feature.name] = float((shift * loss).sum())
    return found


def relation(layout: Layout, before: Profile, now: Profile) -> dict[str, float]:
    """Feature -> how unevenly the loss grew over its cells: sum of z^2 over degrees of freedom.

    A fall that is the same everywhere gives about 1 for every feature.
    """
    found = {}
    for feature, a, b in _columns(layout, before, now):
        both = (a[:, LABELLED] >= FEW) & (b[:, LABELLED] >= FEW)
        if both.sum() < 2:  # noqa: PLR2004 -- one cell cannot be uneven
            continue
        fall, variance = _growth(a[both], b[both])
        centre = (fall / variance).sum() / (1 / variance).sum()
        found[feature.name] = float(((fall - centre) ** 2 / variance).sum() / (both.sum() - 1))
    return found


def _loss(cells: Floats) -> Floats:
    """(..., 3) cells -> wrong answers; (..., 4) cells of a regression -> sum of absolute errors."""
    amounts = cells.shape[-1] > CORRECT + 1
    loss: Floats = cells[..., SIZE] if amounts else cells[..., LABELLED] - cells[..., CORRECT]
    return loss


def _growth(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """(M,) growth of the mean loss from cells `a` to cells `b`, and its variance."""
    n, m = a[:, LABELLED], b[:, LABELLED]
    p, q = _loss(a) / n, _loss(b) / m
    if a.shape[-1] > CORRECT + 1:
        spread = [
            np.maximum(c[:, SQUARE] / k - r**2, 1e-12 * c[:, SQUARE] / k)
            for c, k, r in ((a, n, p), (b, m, q))
        ]
        return q - p, spread[0] / n + spread[1] / m + np.finfo(float).tiny
    pool = (p * n + q * m + 1) / (n + m + 2)
    return q - p, pool * (1 - pool) * (1 / n + 1 / m)


def _columns(layout: Layout, before: Profile, now: Profile) -> list[tuple[Feature, Floats, Floats]]:
    rows = layout.slices()
    pairs = [
        (f, before.cells[rows[f.name]].astype(float), now.cells[rows[f.name]].astype(float))
        for f in layout.features
        if not f.constant
    ]
    return [(f, a, b) for f, a, b in pairs if a[:, ROWS].sum() and b[:, ROWS].sum()]
