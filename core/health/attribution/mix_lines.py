"""The moved mix as lines of the account, priced from rows: columns that moved, alone or together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from core.health.attribution.cause import Fall, mix_message
from core.health.attribution.joint_mix import Effect, JointMix, joint_mix, put_back
from core.health.attribution.line import Line, cost_line
from core.health.attribution.mix import cells_of_column, mix_of
from core.health.change.faults import cells_of
from core.health.profiles.cell_rows import CellRows
from core.health.profiles.layout import Feature, Layout
from core.health.profiles.profile import LABELLED, Profile
from core.health.rules import HealthRules, JointMixRules
from core.health.tasks.task import task_of
from core.messages import Code, Message
from core.stats.arrays import Bools, Floats
from core.stats.intervals import Z95

Periods = tuple[CellRows, CellRows]
"""Labelled rows of the reference period and of the window, all or a sample."""


@dataclass(frozen=True, slots=True)
class MovedMix:
    """The lines, and the variance of the growth that they leave among rows without a fault."""

    lines: tuple[Line, ...]
    left: float


def moved_mix(
    layout: Layout, fall: Fall, rows: Periods, faults: Sequence[str], grown: float, rules: HealthRules
) -> MovedMix | None:
    """What the moved mix costs among rows without a fault; None where there are too few of them.

    Args:
        layout: the cells.
        fall: what is to be explained.
        rows: of both periods.
        faults: columns whose fault has a line of its own: its rows are left out.
        grown: growth of the mean loss that is to be explained.
        rules: when a line is told from chance, and is worth naming.
    """
    hit = [_hit(layout, fall, faults, part) for part in rows]
    before, now = (part.at(~bad) for part, bad in zip(rows, hit, strict=True))
    if min(len(before.losses), len(now.losses)) < rules.joint_mix.least:
        return None
    counts = [
        _labels(layout, profile) * len(part.losses) / len(bad)
        for profile, part, bad in zip((fall.before, fall.now), (before, now), hit, strict=True)
    ]
    broken = {name for run in fall.runs for name in run.fault.columns}
    positions = [
        at
        for at, feature in enumerate(layout.features)
        if not feature.constant and feature.name not in broken and feature.name in fall.drift
    ]
    features = [layout.features[at] for at in positions]
    past, present = (CellRows(part.cells[:, positions], part.losses) for part in (before, now))
    mix = joint_mix(features, past, present, rules.joint_mix) if features else None
    nothing = Effect(0.0, np.zeros(len(before.losses)), np.zeros(len(now.losses)))
    named = _choose_lines(mix, len(features), grown, rules) if mix else []
    lines = [
        replace(
            _line(layout, fall, tuple(features[at].name for at in columns), effect),
            proof=_proof(layout, features, (past, present), columns, effect, rules.joint_mix),
        )
        for columns, effect in named
    ]
    whole = reduce(Effect.plus, (effect for _, effect in named), nothing)
    return MovedMix(tuple(lines), _rest_variance(before, now, counts, whole))


def _hit(layout: Layout, fall: Fall, faults: Sequence[str], rows: CellRows) -> Bools:
    """(n,) rows in the cells of one of these faults."""
    hit = np.zeros(len(rows.losses), dtype=bool)
    places = {feature.name: at for at, feature in enumerate(layout.features)}
    for fault in (run.fault for run in fall.runs if run.fault.feature in faults):
        feature = layout.features[places[fault.feature]]
        cells = [cell % feature.size for cell in cells_of(feature, fault)]
        hit |= np.isin(rows.cells[:, places[fault.feature]], cells)
    return hit


def _labels(layout: Layout, profile: Profile) -> float:
    where = next(iter(layout.slices().values()))
    return float(profile.cells[where, LABELLED].sum())


def _choose_lines(
    mix: JointMix, columns: int, grown: float, rules: HealthRules
) -> list[tuple[tuple[int, ...], Effect]]:
    """Columns and what they cost: each that moved by itself, then all others together.

    By itself: its part is about what it would cost alone. Of columns that stand for each other the parts are
    smaller, of a pair that matters only together larger.
    """
    from scipy.special import ndtri

    limit = float(ndtri(1 - rules.mix.level / columns / 2))

    def certain(effect: Effect) -> bool:
        return bool(abs(effect.value) > limit * effect.variance**0.5)

    def worth(effect: Effect) -> bool:
        return certain(effect) and abs(effect.value) >= rules.cause.worth_naming * abs(grown)

    def by_itself(part: Effect, single: Effect) -> bool:
        apart = abs(single.value - part.value)
        return worth(part) and certain(single) and apart <= rules.joint_mix.apart * abs(part.value)

    every = range(len(mix.columns))
    alone = [at for at in every if by_itself(mix.parts[at], mix.single[at])]
    named: list[tuple[tuple[int, ...], Effect]] = [((mix.columns[at],), mix.parts[at]) for at in alone]
    others = [at for at in every if at not in alone]
    if not others:
        return named
    together = reduce(Effect.minus, (effect for _, effect in named), mix.whole)
    if worth(together):
        order = sorted(others, key=lambda at: -abs(mix.parts[at].value))[: rules.cause.companions]
        named.append((tuple(mix.columns[at] for at in order), together))
    return named


def _line(layout: Layout, fall: Fall, names: tuple[str, ...], effect: Effect) -> Line:
    task, half = task_of(layout.classes), Z95 * effect.variance**0.5
    price = task.price(effect.value, effect.value - half, effect.value + half)
    if len(names) == 1:
        moved = mix_of(task, cells_of_column(layout, names[0], fall.before, fall.now))
        message = mix_message(moved, price)
    else:
        message = Message(Code.MIX_TOGETHER, {"features": ", ".join(names), "price": price})
    return cost_line("mix", message, effect.value, effect.variance, fall.place, names)


def _proof(
    layout: Layout,
    features: Sequence[Feature],
    rows: Periods,
    columns: Sequence[int],
    effect: Effect,
    rules: JointMixRules,
) -> Message | None:
    """That the losses of now go back by what the mix is said to cost when the old mix is put back."""
    change, worth = put_back(features, *rows, columns, rules)
    half = Z95 * change.variance**0.5
    if worth < rules.least or change.value * effect.value > 0 or abs(change.value) <= half:
        return None
    price = task_of(layout.classes).price(change.value, change.value - half, change.value + half)
    names = ", ".join(features[at].name for at in columns)
    return Message(Code.OLD_MIX_BACK, {"features": names, "price": price, "rows": round(worth)})


def _rest_variance(before: CellRows, now: CellRows, counts: Sequence[float], mix: Effect) -> float:
    """Variance of the growth less the mix, of which the growth is known from all rows, the mix from these.

    A mean of all N rows and one of n of them vary together by their covariance over N.
    """
    return _variance(now.losses, -mix.now, counts[1]) + _variance(before.losses, mix.before, counts[0])


def _variance(losses: Floats, influence: Floats, n: float) -> float:
    """Of the mean loss of n rows plus the mean influence of those that were read."""
    both = np.cov(losses, influence, bias=True)
    return float(both[0, 0] / n + both[1, 1] / len(losses) + 2 * both[0, 1] / n)
