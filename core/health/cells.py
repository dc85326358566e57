"""What single columns have to do with a fall: faults, moved inputs, a changed relation."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.health.arrays import Floats
from core.health.layout import Feature, Layout
from core.health.profile import CORRECT, LABELLED, ROWS, Profile

JUMP = 0.05
"""A share of missing or never seen values must rise by this much to be a fault."""
CERTAIN = 4.0
FEW = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """A column that arrives broken: the share of rows concerned before and now, and the accuracy it costs."""

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


def _excess(kind: str, a: Floats, b: Floats, cells: list[int]) -> float:
    """Accuracy lost on the rows concerned, against the sound ones (all missing: against before)."""
    bad = b[cells].sum(0)
    good = b.sum(0) - bad
    peer = a.sum(0) if kind == "missing" and good[LABELLED] < FEW else good
    if bad[LABELLED] < FEW or peer[LABELLED] < FEW:
        return 0.0
    return float(peer[CORRECT] / peer[LABELLED] - bad[CORRECT] / bad[LABELLED])


def moved(layout: Layout, before: Profile, now: Profile) -> dict[str, float]:
    """Feature -> accuracy lost because rows moved to cells that were harder already in the reference period.

    sum over cells of (share before - share now) * accuracy before; a cell without a past costs nothing.
    """
    found = {}
    for feature, a, b in _columns(layout, before, now):
        overall = a[:, CORRECT].sum() / max(a[:, LABELLED].sum(), 1)
        known = a[:, LABELLED] >= FEW
        accuracy = np.where(known, a[:, CORRECT] / np.maximum(a[:, LABELLED], 1), overall)
        shift = a[:, ROWS] / a[:, ROWS].sum() - b[:, ROWS] / b[:, ROWS].sum()
        found[feature.name] = float((shift * accuracy).sum())
    return found


def relation(layout: Layout, before: Profile, now: Profile) -> dict[str, float]:
    """Feature -> how unevenly accuracy fell over its cells: sum of z^2 over degrees of freedom.

    A fall that is the same everywhere gives about 1 for every feature.
    """
    found = {}
    for feature, a, b in _columns(layout, before, now):
        both = (a[:, LABELLED] >= FEW) & (b[:, LABELLED] >= FEW)
        if both.sum() < 2:  # noqa: PLR2004 -- one cell cannot be uneven
            continue
        p, q = (c[both, CORRECT] / c[both, LABELLED] for c in (a, b))
        n, m = a[both, LABELLED], b[both, LABELLED]
        pool = (p * n + q * m + 1) / (n + m + 2)
        variance = pool * (1 - pool) * (1 / n + 1 / m)
        fall = p - q
        centre = (fall / variance).sum() / (1 / variance).sum()
        found[feature.name] = float(((fall - centre) ** 2 / variance).sum() / (both.sum() - 1))
    return found


def _columns(layout: Layout, before: Profile, now: Profile) -> list[tuple[Feature, Floats, Floats]]:
    rows = layout.slices()
    pairs = [
        (f, before.cells[rows[f.name]].astype(float), now.cells[rows[f.name]].astype(float))
        for f in layout.features
        if not f.constant
    ]
    return [(f, a, b) for f, a, b in pairs if a[:, ROWS].sum() and b[:, ROWS].sum()]
