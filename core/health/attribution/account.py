"""The fall, itemised: one account of what the mean loss of a row grew by, which adds up to the last digit.

Faults first (rows hit by one are a cell of their own), then the moved mix, then what is left inside its
cells (Kitagawa 1955): sum w1 r1 - sum w0 r0 = sum (w1 - w0) r0 + sum w1 (r1 - r0). From the cells of the
profiles it is the mix of one column; from rows that of all columns that moved
(`core.health.attribution.joint_mix`). What is left is the rest of the fall by subtraction, so that the lines
sum to it whatever was itemised.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from core.health.attribution.cause import HARMLESS, Cause, Fall
from core.health.attribution.line import Line, cost_line
from core.health.attribution.mix import Cells, cells_of_column, mix_of
from core.health.attribution.mix_lines import Periods, moved_mix
from core.health.attribution.output_link import LostLink, output_misfit
from core.health.change.faults import cells_of
from core.health.profiles.layout import Layout
from core.health.profiles.profile import LABELLED, ROWS
from core.health.rules import RULES, HealthRules
from core.health.tasks.task import Task, task_of
from core.messages import Code, Message
from core.stats.arrays import Floats
from core.stats.intervals import Z95

Method = Literal["cells", "rows"]


@dataclass(frozen=True, slots=True)
class Account:
    """The mean loss of a labelled row before and now, and its growth in lines that sum to it.

    Attributes:
        before, now: share of wrong predictions; of amounts the mean absolute error.
        low, high: 95 % interval of the growth.
        lines: faults, mix, what is left; in this order.
        method: what the mix was priced from: the cells of one column, or rows with all their columns.
    """

    before: float
    now: float
    low: float
    high: float
    lines: tuple[Line, ...]
    rows_before: int
    rows: int
    method: Method = "cells"


def itemise(
    layout: Layout,
    fall: Fall,
    causes: Sequence[Cause],
    rows: Periods | None = None,
    rules: HealthRules = RULES,
) -> Account | None:
    """The account of a fall; None where there is no column to count by, or nothing is labelled.

    Args:
        layout: the cells of both profiles.
        fall: what is to be explained.
        causes: those that exclude chance (`core.health.attribution.cause`).
        rows: labelled rows of both periods, all or a sample; None: there are only cells.
        rules: when a line is told from chance.
    """
    if not layout.features:
        return None
    task = task_of(layout.classes)
    whole = cells_of_column(layout, layout.features[0].name, fall.before, fall.now)
    if not whole.before[:, LABELLED].sum() or not whole.now[:, LABELLED].sum():
        return None
    (r0, v0), (r1, v1) = (task.mean_losses(part.sum(0)) for part in (whole.before, whole.now))
    n0, n1 = (int(part[:, LABELLED].sum()) for part in (whole.before, whole.now))
    grown, variance = float(r1 - r0), float(v0 / n0 + v1 / n1)
    half = Z95 * variance**0.5
    everything = [cause for cause in causes if cause.message.code is Code.FAULT_OF_EVERY_ROW]
    method: Method = "cells"
    if everything:  # they spare no row: nothing can be told apart from them
        features = tuple(cause.feature for cause in everything if cause.feature)
        first = everything[0]
        lines = [cost_line(first.kind, first.message, grown, variance, fall.place, features)]
    else:
        lines, of_faults, left = _fault_lines(layout, task, fall, causes, variance)
        broken = [line.features[0] for line in lines]
        moved = moved_mix(layout, fall, rows, broken, grown, rules) if rows else None
        if moved is not None:
            method = "rows"
            mix, left = list(moved.lines), moved.left + (of_faults if len(lines) > 1 else 0.0)
        else:
            mix, left = _mix_of_one(layout, task, fall, causes, left, of_faults)
        lines += mix
        rest = rest_line(task, lines, grown, left, fall.place)
        if fall.version is not None and rest.low > 0:  # its predictions are all that is left
            rest = replace(rest, kind="version", message=fall.version)
        elif rows and rest.kind == "inside" and rest.value > 0:
            rest = with_output_misfit(layout, fall, rows, rest, rules)
        lines.append(rest)
    ends = (grown - half, grown + half)
    return Account(float(r0), float(r1), *ends, tuple(lines), n0, n1, method)


def rank_causes(account: Account) -> list[Cause]:
    """The lines without chance as causes, largest first; the share of a gain is below 0."""
    grown = account.now - account.before
    ranked = sorted(account.lines, key=lambda line: -line.value)
    return [
        Cause(line.kind, line.value / grown, line.message, next(iter(line.features), None), line.features)
        for line in ranked
        if line.kind != "chance"
    ]


def _fault_lines(
    layout: Layout, task: Task, fall: Fall, causes: Sequence[Cause], variance: float
) -> tuple[list[Line], float, float]:
    """Faults of some rows, the variance of what they cost, and that of the growth that they leave."""
    lines, of_faults, left = [], 0.0, variance
    for cause in causes:
        if cause.kind != "data_fault" or cause.feature is None:
            continue
        run = next(run for run in fall.runs if run.fault.feature == cause.feature)
        cells = cells_of_column(layout, cause.feature, fall.before, fall.now)
        where = cells_of(cells.feature, run.fault)
        cost, own, left = _fault(task, cells, where)
        of_faults += own
        rows = int(cells.now[where, ROWS].sum())
        lines.append(cost_line(cause.kind, cause.message, cost, own, (rows, run.first), (cause.feature,)))
    return lines, of_faults, left if len(lines) == 1 else variance + of_faults


def _mix_of_one(
    layout: Layout, task: Task, fall: Fall, causes: Sequence[Cause], left: float, of_faults: float
) -> tuple[list[Line], float]:
    """The moved mix of the column that costs most, by its cells; and the variance of what it leaves."""
    moved = next((cause for cause in causes if cause.kind == "mix"), None)
    if moved is None or moved.feature is None:
        return [], left
    mix = mix_of(task, cells_of_column(layout, moved.feature, fall.before, fall.now))
    line = cost_line("mix", moved.message, mix.cost, mix.variance, fall.place, moved.features)
    return [line], mix.inside_variance + of_faults


def rest_line(
    task: Task, lines: Sequence[Line], grown: float, variance: float, place: tuple[int, int | None]
) -> Line:
    """What no line before it explains: within chance, better, or worse, which may be most of the fall."""
    value, half = grown - sum(line.value for line in lines), Z95 * variance**0.5
    if value - half <= 0 <= value + half:
        return cost_line("chance", Message(Code.INSIDE_CHANCE, {}), value, variance, place)
    message = Message(Code.INSIDE_WORSE if value > 0 else Code.INSIDE_BETTER, {})
    if value > max((line.value for line in lines), default=0.0):
        message = Message(Code.INSIDE_LEADS, {"price": task.price(value, value - half, value + half)})
    return cost_line("inside", message, value, variance, place)


def with_output_misfit(
    layout: Layout, fall: Fall, rows: Periods, rest: Line, rules: HealthRules = RULES
) -> Line:
    """What is left as a fault of the outputs, where these no longer fit the inputs of one version.

    Where a fault of the data or of the outputs is open it may be the reason, and nothing is said.
    """
    harmful = [run for run in fall.runs if run.fault.kind not in HARMLESS]
    if harmful or not fall.one_version:
        return rest
    positions = [at for at, feature in enumerate(layout.features) if not feature.constant]
    before, now = (replace(part, cells=part.cells[:, positions]) for part in rows)
    features = [layout.features[at] for at in positions]
    misfit = output_misfit(features, before, now, rules.output_link, amounts=not layout.classes)
    if misfit is None:
        return rest
    task = task_of(layout.classes)
    price = {"price": task.price(rest.value, rest.low, rest.high)}
    if isinstance(misfit, LostLink):
        message = Message(Code.LINK_LOST, {"before": float(misfit.before), "now": float(misfit.now), **price})
    else:
        message = Message(Code.OTHER_FACTOR, {"factor": misfit.factor, **price})
    return replace(rest, kind="output_fault", message=message)


def _fault(task: Task, cells: Cells, where: list[int]) -> tuple[float, float, float]:
    """What rows in these cells add beyond the other rows of their period, now less before.

    Returns:
        The cost, its variance, and the variance of the growth that is left among the other rows.
    """
    (now, own, rest_now), (before, past, rest_before) = (
        _beyond_others(task, part, where) for part in (cells.now, cells.before)
    )
    return now - before, own + past, rest_now + rest_before


def _beyond_others(task: Task, cells: Floats, where: list[int]) -> tuple[float, float, float]:
    """W (r - r of the others), its variance, and the variance of the mean loss of the others."""
    hit = cells[where].sum(0)
    others = cells.sum(0) - hit
    n, m, k = cells[:, LABELLED].sum(), hit[LABELLED], max(others[LABELLED], 1)
    if not m:
        (_, v) = task.mean_losses(others)
        return 0.0, 0.0, float(v / k)
    share = m / n
    (r, v_hit), (peer, v_others) = task.mean_losses(hit), task.mean_losses(others)
    variance = share**2 * (v_hit / m + v_others / k) + (r - peer) ** 2 * share * (1 - share) / n
    return float(share * (r - peer)), float(variance), float(v_others / k)
