"""Faults of single chunks: a column, the model's answers or the labels that cannot be what they were.

Each is a test of one chunk against the reference period, before anything is said about performance. What the
reference period itself does from chunk to chunk (a month number, a counter) is a habit and no fault.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Literal

import numpy as np

from core.health.change.chance import excludes_chance, looks_otherwise, rises, unlikely
from core.health.change.fit.scores import score_limit
from core.health.profiles.calendar import calendar_features
from core.health.profiles.layout import Feature, Layout
from core.health.profiles.profile import ROWS, Profile
from core.health.rules import RULES, FaultRules
from core.health.tasks.task import task_of
from core.stats.arrays import Cells, Counts

Kind = Literal[
    "missing",
    "unseen",
    "moved",
    "changed",
    "scale",
    "sign",
    "swapped",
    "type",
    "coded",
    "stuck",
    "outside",
    "no_answer",
    "constant",
    "one_answer",
    "one_class",
    "few_rows",
    "copies",
    "cut",
    "turned",
    "decisions",
    "no_class",
    "one_sided",
    "filled",
    "few_labels",
    "copied",
]
"""`moved` and `changed` are not settled yet (see `values`): numbers left their range or huddle together; they
lie otherwise than before, or some of them may stand for missing ones."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in one chunk: the share of rows concerned before and now, and what is known of it in words.

    Attributes:
        feature: the column; empty where the model's answers or the labels are concerned.
        now: share of the `n` rows concerned; `value`: the value, class, factor or column that the words name.
        unit: what a factor is, where it has a name.
    """

    kind: Kind
    feature: str
    before: float
    now: float
    n: int
    value: str = ""
    unit: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are broken: of two that were swapped both."""
        names = (self.feature, self.value) if self.kind == "swapped" else (self.feature,)
        return tuple(name for name in names if name)

    @property
    def key(self) -> tuple[str, str]:
        """What must be equal for two chunks to have the same fault."""
        return self.kind, self.feature


@dataclass(frozen=True, slots=True)
class Run:
    """A fault from its first to its last chunk (positions in the log); `open` while it lasts."""

    fault: Fault
    first: int
    last: int
    open: bool

    def newest(self, rules: FaultRules = RULES.faults) -> range:
        """Its newest chunks, whose values are read; not the first, which may be half sound.

        >>> run = Run(Fault("moved", "x", 0.0, 1.0, 500), 3, 9, open=True)
        >>> list(run.newest())
        [7, 8, 9]
        """
        return range(max(min(self.first + 1, self.last), self.last + 1 - rules.newest), self.last + 1)


def faults_by_chunk(
    layout: Layout, reference: Sequence[Profile], log: Sequence[Profile], rules: FaultRules = RULES.faults
) -> list[list[Fault]]:
    """Every chunk of the log -> its faults; costs depend on the number of cells only.

    Args:
        layout: the cells of the profiles.
        reference: profiles of the chunks of the reference period.
        log: profiles of the chunks of the log.
        rules: what is a fault.
    """
    if not reference:
        return [[] for _ in log]
    before = reduce(add, reference)
    usual = habits(layout, reference, rules)
    return [
        [fault for fault in of_chunk(layout, before, profile, rules) if fault.key not in usual]
        for profile in log
    ]


def of_chunk(
    layout: Layout, before: Profile, chunk: Profile, rules: FaultRules = RULES.faults
) -> list[Fault]:
    """The faults of one chunk against the whole reference period, not settled yet."""
    columns = _column_faults(layout, before.cells, chunk.cells, rules)
    return [*columns, *_output_faults(layout, before, chunk, rules)]


def habits(
    layout: Layout, reference: Sequence[Profile], rules: FaultRules = RULES.faults
) -> set[tuple[str, str]]:
    """What some chunk of the reference period does against the others of it, and columns of dates always."""
    dates = {(kind, name) for name in calendar_features(layout) for kind in ("moved", "unseen")}
    return dates.union(*habits_by_chunk(layout, reference, rules))


def habits_by_chunk(
    layout: Layout, reference: Sequence[Profile], rules: FaultRules = RULES.faults
) -> list[set[tuple[str, str]]]:
    """What every chunk of the reference period does against the others of it, as kinds and features.

    Cells that no other chunk fills count as never seen: a counter, a date or the number of the month always
    leaves what was seen before.
    """
    if len(reference) < 2:  # noqa: PLR2004 -- one chunk has no others
        return [set() for _ in reference]
    whole = reduce(add, (profile.cells for profile in reference))
    return [_habits_of(layout, whole - profile.cells, profile.cells, rules) for profile in reference]


def _habits_of(layout: Layout, others: Cells, cells: Cells, rules: FaultRules) -> set[tuple[str, str]]:
    usual = {fault.key for fault in _column_faults(layout, others, cells, rules)}
    for feature, rows in zip(layout.features, layout.slices().values(), strict=True):
        a, b = others[rows, ROWS][:-1], cells[rows, ROWS][:-1]
        if b.sum() and b[a == 0].sum() / b.sum() >= rules.moved:
            usual |= {("moved", feature.name), ("unseen", feature.name)}
    return usual


def runs(chunks: Sequence[Sequence[Fault]], rows: Sequence[int]) -> list[Run]:
    """Faults of consecutive chunks put together; a chunk without rows neither opens nor ends one.

    Args:
        chunks: faults of every chunk.
        rows: (n,) number of rows of every chunk.

    >>> empty = Fault("missing", "x", 0.0, 1.0, 100)
    >>> [(run.first, run.last, run.open) for run in runs([[], [empty], [empty], []], [100] * 4)]
    [(1, 2, False)]
    """
    done: list[Run] = []
    going: dict[tuple[str, str], Run] = {}
    for at, (faults, n) in enumerate(zip(chunks, rows, strict=True)):
        if not n:
            continue
        here = {fault.key: fault for fault in faults}
        done += [
            Run(run.fault, run.first, run.last, open=False) for key, run in going.items() if key not in here
        ]
        going = {
            key: Run(fault, going[key].first if key in going else at, at, open=True)
            for key, fault in here.items()
        }
    return sorted([*done, *going.values()], key=lambda run: (run.first, run.fault.key))


def _column_faults(layout: Layout, before: Cells, now: Cells, rules: FaultRules) -> list[Fault]:
    faults: list[Fault] = []
    for feature, rows in zip(layout.features, layout.slices().values(), strict=True):
        a, b = (cells[rows, ROWS].astype(np.int64) for cells in (before, now))
        n, past = int(b.sum()), int(a.sum())
        if feature.constant or not n or not past:  # of a constant no model can have learnt
            continue
        if rises(int(b[-1]), n, int(a[-1]), past, rules.missing, rules):
            faults.append(Fault("missing", feature.name, float(a[-1] / past), float(b[-1] / n), n))
        # with a long tail nobody knows which of them were seen
        nameable = not feature.numeric and not a[-2]
        if nameable and rises(int(b[-2]), n, int(a[-2]), past, rules.unseen, rules):
            faults.append(Fault("unseen", feature.name, float(a[-2] / past), float(b[-2] / n), n))
        moved = _move_fault(feature, a[:-1], b[:-1], rules)
        faults += [moved] if moved else []
        if looks_otherwise(feature, a, b, rules):
            faults.append(Fault("changed", feature.name, 0.0, 1.0, n))
    return faults


def _move_fault(feature: Feature, a: Counts, b: Counts, rules: FaultRules) -> Fault | None:
    """Numbers outside their range or crowded into few cells; a category with one value only."""
    n, past = int(b.sum()), int(a.sum())
    if n < rules.enough or not past:
        return None
    top = int(b.argmax())
    stuck = b[top] / n >= rules.same and unlikely(float(a[top] / past), n, rules)
    if not feature.numeric:
        known = stuck and top < len(feature.values)
        return Fault("moved", feature.name, float(a[top] / past), float(b[top] / n), n) if known else None
    strange = list(feature.strange)
    out, was = int(b[strange].sum()), int(a[strange].sum())
    crowded = _spread(b, rules) <= rules.crowded and _spread(a, rules) >= rules.spread
    if stuck or crowded or rises(out, n, was, past, rules.moved, rules):
        return Fault("moved", feature.name, was / past, out / n, n)
    return None


def _spread(cells: Counts, rules: FaultRules) -> int:
    """Number of cells that hold nearly all of the rows."""
    ordered = np.sort(cells)[::-1]
    return int(np.searchsorted(np.cumsum(ordered), rules.wide * cells.sum()) + 1)


def _output_faults(layout: Layout, before: Profile, chunk: Profile, rules: FaultRules) -> list[Fault]:
    """The predictions and the labels: constant, missing, of one class only."""
    faults = []
    task = task_of(layout.classes)
    a, b = task.rows_by_prediction(before), task.rows_by_prediction(chunk)
    n, past = int(b.sum()), int(a.sum())
    if past and rises(chunk.n - n, chunk.n, before.n - past, before.n, rules.no_score, rules):
        faults.append(Fault("no_answer", "", 1 - past / before.n, 1 - n / chunk.n, chunk.n))
    constant = n >= rules.enough and b.max() / n >= rules.same
    if past and constant and a.max() / past <= rules.scores and task.within_range(layout, b):
        faults.append(Fault("constant", "", float(a.max() / past), float(b.max() / n), n))
    elif len(layout.scored) == 1 and (limit := score_limit(*_scores(before, chunk), rules)):
        faults.append(Fault("cut", "", limit[1], 0.0, chunk.n, limit[0]))
    else:
        faults += _one_class(layout, _predictions(before), _predictions(chunk), "one_answer", rules)
    return faults + _one_class(layout, before.confusion.sum(1), chunk.confusion.sum(1), "one_class", rules)


def _scores(before: Profile, chunk: Profile) -> tuple[Counts, Counts]:
    """(B,) rows by the score of the positive class, before and now."""
    return before.scores[0].sum(0), chunk.scores[0].sum(0)


def _predictions(profile: Profile) -> Counts:
    """(K,) rows by the predicted class; rows without a label too, if they have scores."""
    scored: Counts = profile.confidence.sum((1, 2))
    return scored if scored.sum() >= profile.confusion.sum() else profile.confusion.sum(0)


def _one_class(
    layout: Layout, past: Counts, now: Counts, kind: Literal["one_answer", "one_class"], rules: FaultRules
) -> list[Fault]:
    """(K,) rows of every class before and now -> a fault when only one is left that was not alone before."""
    n = int(now.sum())
    if n < rules.enough or not past.sum() or now.max() < n:
        return []
    at = int(now.argmax())
    share = float(past[at] / past.sum())
    alone = excludes_chance(share, n, rules)
    return [Fault(kind, "", share, 1.0, n, layout.classes[at])] if alone else []


def cells_of(feature: Feature, fault: Fault) -> list[int]:
    """The cells of a column whose rows a fault concerns.

    >>> x = Feature("x", edges=(0.0, 1.0))
    >>> cells_of(x, Fault("missing", "x", 0.0, 0.1, 9)), cells_of(x, Fault("outside", "x", 0.0, 0.1, 9))
    ([-1], [0, 2])
    >>> cells_of(x, Fault("coded", "x", 0.0, 0.1, 9, "-999"))
    [0]
    """
    if fault.kind == "missing":
        return [-1]
    if fault.kind in {"coded", "stuck"} and feature.numeric:
        return [bisect_right(feature.edges, float(fault.value))]
    if fault.kind == "stuck":
        return [feature.values.index(fault.value)]
    return list(feature.strange)
