"""What became of a column that moved: another unit, swapped, stuck, codes, or outside of what was seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.health.change.faults import Fault, Run
from core.health.change.values.any_factor import any_factor
from core.health.change.values.before import before_of
from core.health.change.values.codes import Values, code_of, heaps, type_of
from core.health.change.values.distortions import INNER, explain
from core.health.change.values.swaps import Column, swapped_pairs
from core.health.profiles.layout import Feature, Layout
from core.health.profiles.profile import ROWS, Profile
from core.health.rules import RULES, HealthRules
from core.messages.forms import as_percent
from core.stats.arrays import Counts

CLOSER = frozenset({"moved", "changed", "unseen"})
"""Faults of which the values themselves must be looked at."""
PROBES = 200
SHARES = tuple((at + 0.5) / PROBES for at in range(PROBES))
"""Quantiles that are read of a column: as fine as half a row in a hundred."""
NAMED, MOST_VALUES = 3, 20
"""Values that a sentence names; values that are read."""


@dataclass(frozen=True, slots=True)
class ColumnValues:
    """What was read of a column in the newest chunks of a fault.

    Attributes:
        quantiles: of a number, at `SHARES`.
        values: (value, share of the rows), most frequent first: of a number any, of a category those that the
            reference period did not have.
    """

    quantiles: tuple[float, ...] = ()
    values: tuple[tuple[str, float], ...] = ()


def as_text(value: object) -> str:
    """A value as a sentence names it.

    >>> as_text(-999.0), as_text(0.1), as_text("NA")
    ('-999', '0.1', 'NA')
    """
    return f"{value:.15g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True, slots=True)
class Look:
    """One column: rows in its cells before and in the newest chunks of a fault, and its values in them."""

    feature: Feature
    past: Counts
    now: Counts
    values: ColumnValues


def settle_runs(
    layout: Layout,
    before: Profile,
    log: Sequence[Profile],
    runs: Sequence[Run],
    looked: Mapping[Run, ColumnValues],
    rules: HealthRules = RULES,
) -> list[Run]:
    """The runs, every "moved" and "changed" called what it is or left out; new values get their names."""
    features = {feature.name: feature for feature in layout.features}
    rows = layout.slices()
    looks: dict[Run, Look] = {}
    for run in runs:
        if run.fault.kind in CLOSER:
            where = rows[run.fault.feature]
            past, *now = (
                part.cells[where, ROWS].astype(np.int64)
                for part in (before, *(log[at] for at in run.newest(rules.faults)))
            )
            looks[run] = Look(
                features[run.fault.feature], past, np.sum(now, axis=0), looked.get(run, ColumnValues())
            )
    partners = _partners(looks, rules)
    settled: list[Run] = []
    for run in runs:
        fault = run.fault
        if run in partners:
            partner = partners[run]
            swap = Fault("swapped", fault.feature, 0.0, 1.0, fault.n, partner)
            settled += [replace(run, fault=swap)] if fault.feature < partner else []
        elif run in looks:
            named = _settle(looks[run], fault, rules)
            settled += [replace(run, fault=named)] if named is not None else []
        else:
            settled.append(run)
    return _join_runs(settled)


def _partners(looks: Mapping[Run, Look], rules: HealthRules) -> dict[Run, str]:
    """Run -> the column that its column was swapped with, by the chunk in which they were looked at."""
    partners: dict[Run, str] = {}
    for at in {run.last for run in looks}:
        here = {run: look for run, look in looks.items() if run.last == at}
        columns = {look.feature.name: _column(look) for look in here.values()}
        pairs = swapped_pairs([column for column in columns.values() if column.n], rules.distortions)
        names = {name: other for pair in pairs for name, other in (pair, pair[::-1])}
        partners |= {run: names[run.fault.feature] for run in here if run.fault.feature in names}
    return partners


def _column(look: Look) -> Column:
    feature, (n, past_n) = look.feature, (int(part[:-1].sum()) for part in (look.now, look.past))
    if feature.numeric:
        known = len(look.values.quantiles) == len(SHARES)
        values = np.array(look.values.quantiles) if known else None
        return Column(feature.name, n if known else 0, past_n, before_of(feature, look.past), values)
    past, now = (
        dict(zip(feature.values, (part[:-2] / max(part[:-1].sum(), 1)).tolist(), strict=True))
        for part in (look.past, look.now)
    )
    new = {value: share * look.now.sum() / max(n, 1) for value, share in look.values.values}
    return Column(feature.name, n, past_n, past=past, now=now | new)


def _settle(look: Look, fault: Fault, rules: HealthRules) -> Fault | None:
    """The fault by its name; None where the column only drifted."""
    kind = type_of(look.feature, look.values.values, rules.faults)
    if kind:
        return replace(fault, kind="type", value=kind, now=1.0, before=0.0)
    code = code_of(look.feature, look.past, look.now, look.values.values, rules.faults)
    heaped = heaps(look.feature, look.past, look.now, look.values.values, rules.faults)
    if code and all(value == code for value, _ in heaped):  # of a rounded column 0 is a number like others
        share = dict(look.values.values)[code]
        return replace(fault, kind="coded", value=code, now=share, before=0.0)
    if look.feature.numeric:
        return _settle_number(look, fault, heaped, rules)
    if fault.kind == "unseen":
        return replace(fault, value=_name_unseen(look, fault.now))
    if fault.kind == "changed":
        return None
    return replace(fault, kind="stuck", value=look.feature.values[int(look.now[:-1].argmax())])


def _name_unseen(look: Look, share: float) -> str:
    """New values, the most frequent first, as parts of the share that the fault says of the newest chunk."""
    values = look.values.values
    if len(values) == 1:
        return repr(values[0][0])
    whole = sum(part for _, part in values)
    return ", ".join(f"{value!r} {as_percent(share * part / whole)}" for value, part in values[:NAMED])


def _settle_number(look: Look, fault: Fault, heaped: Values, rules: HealthRules) -> Fault | None:
    whole = replace(fault, before=0.0, now=1.0)
    if len(look.values.quantiles) == len(SHARES):
        values, n = np.array(look.values.quantiles), int(look.now[:-1].sum())
        low, middle, high = np.quantile(values, (0.1, 0.5, 0.9), method="inverted_cdf")
        before = before_of(look.feature, look.past, rules.cells)
        if low == high and fault.kind == "moved":
            return replace(whole, kind="stuck", value=f"{middle:.6g}")
        explained = explain(before, values, n, rules.distortions)
        if explained is not None:
            known = explained.distortion
            return replace(
                whole, kind=known.kind, value=f"{known.factor:.6g}", now=explained.share, unit=known.unit
            )
        factor = any_factor(before.quantiles(INNER), np.quantile(values, INNER), rules.units)
        if factor is not None:
            return replace(whole, kind="scale", value=f"{factor:.6g}")
        if len(heaped) == 1 and heaped[0][1] >= rules.faults.heap:
            return replace(whole, kind="stuck", value=heaped[0][0], now=heaped[0][1])
    outside = fault.kind == "moved" and fault.now - fault.before >= rules.faults.moved
    return replace(fault, kind="outside") if outside else None


def _join_runs(runs: Sequence[Run]) -> list[Run]:
    """Runs of one and the same fault that touch each other as one: its first chunk may be half sound."""
    joined: list[Run] = []
    for run in sorted(runs, key=lambda run: (run.first, run.fault.key)):
        same = next(
            (
                at
                for at, other in enumerate(joined)
                if other.fault.key == run.fault.key and run.first <= other.last + 1
            ),
            None,
        )
        if same is None:
            joined.append(run)
        elif run.last >= joined[same].last:
            joined[same] = replace(run, first=joined[same].first)
    return joined
