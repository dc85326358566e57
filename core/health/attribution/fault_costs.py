"""How many rows a fault of a column hit while it lasted, what they cost, and whether some rows show it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.health.attribution.mix import fault_cost
from core.health.change.chance import looks_otherwise, rises
from core.health.change.faults import Fault, Run, cells_of
from core.health.profiles.layout import Feature, Layout
from core.health.profiles.profile import LABELLED, ROWS, Profile
from core.health.rules import RULES, HealthRules
from core.health.tasks.task import task_of
from core.stats.arrays import Counts
from core.stats.intervals import Z95

IN_CELLS = frozenset({"missing", "unseen", "coded", "outside", "stuck"})
"""Faults whose rows are known by their cells."""


@dataclass(frozen=True, slots=True)
class FaultCost:
    """What a fault did from its first to its last chunk.

    Attributes:
        rows: that it hit; where no cell tells which, their share in its newest chunks times all rows.
        cost: (value, low, high) of what it adds to the mean loss of a row; where it spares none, by how much
            that grew since the reference period; None without labels.
    """

    rows: int
    cost: tuple[float, float, float] | None


def cost_of_run(
    layout: Layout, before: Profile, log: Sequence[Profile], run: Run, rules: HealthRules = RULES
) -> FaultCost:
    """Rows and cost of a fault of a column.

    Args:
        layout: the cells of the profiles.
        before: profile of the reference period.
        log: profiles of the chunks of the log.
        run: the fault, settled.
        rules: how many labels a price needs.
    """
    fault, task = run.fault, task_of(layout.classes)
    feature = next(feature for feature in layout.features if feature.name == fault.feature)
    where = layout.slices()[fault.feature]
    past = before.cells[where].astype(float)
    now = np.sum([log[at].cells[where] for at in range(run.first, run.last + 1)], axis=0).astype(float)
    some = fault.now < rules.cause.every_row
    hit = cells_of(feature, fault)
    rows = now[hit, ROWS].sum() if fault.kind in IN_CELLS else fault.now * now[:, ROWS].sum()
    if some and fault.kind in IN_CELLS:
        cost = fault_cost(task, past, now, hit, rules.mix)
        return FaultCost(round(rows), cost if any(cost) else None)
    n0, n1 = past[:, LABELLED].sum(), now[:, LABELLED].sum()
    if some or min(n0, n1) < rules.measure.labelled:
        return FaultCost(round(rows), None)
    (r0, v0), (r1, v1) = (task.mean_losses(part.sum(0)) for part in (past, now))
    half = Z95 * float(v0 / n0 + v1 / n1) ** 0.5
    grown = float(r1 - r0)
    return FaultCost(round(rows), (grown, grown - half, grown + half))


def shows_in(
    feature: Feature, fault: Fault, before: Counts, rows: Counts, rules: HealthRules = RULES
) -> bool:
    """Whether these rows, of one delivery, have a fault of their chunk.

    Args:
        feature: the column.
        fault: what is wrong with it.
        before: (M,) rows in its cells in the reference period.
        rows: (M,) rows of the delivery in them.
        rules: what excludes chance.

    >>> x, before = Feature("x", edges=(0.0, 1.0)), np.array([0, 990, 0, 10])
    >>> empty = Fault("missing", "x", 0.01, 0.5, 200)
    >>> [shows_in(x, empty, before, np.array(rows)) for rows in ([0, 99, 0, 1], [0, 0, 0, 100])]
    [False, True]
    """
    if fault.kind not in IN_CELLS:
        return looks_otherwise(feature, before, rows, rules.faults)
    hit = cells_of(feature, fault)
    bad, past = int(rows[hit].sum()), int(before[hit].sum())
    return rises(bad, int(rows.sum()), past, int(before.sum()), rules.faults.coded, rules.faults)
