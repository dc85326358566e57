"""Faults of single chunks: a column, the model's answers or the labels that cannot be what they were.

Each is a test of one chunk against the reference period, before anything is said about performance. What the
reference period itself does from chunk to chunk (a month number, a counter) is a habit and no fault.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Literal

import numpy as np

from core.health.profiles.layout import Feature, Layout
from core.health.profiles.profile import ROWS, Profile
from core.stats.arrays import Cells, Counts

Kind = Literal[
    "missing",
    "unseen",
    "moved",
    "scale",
    "stuck",
    "outside",
    "no_answer",
    "constant",
    "one_answer",
    "one_class",
]
"""`moved` is not settled yet: numbers left their range or huddle together (see `units`)."""

JUMP = {"missing": 0.05, "unseen": 0.02, "moved": 0.2, "no_answer": 0.02}
"""Shares of rows must rise by this much: less is no fault that a person would repair."""
RARE = 1e-4
"""Level of one test; the reference share enters with its 99.9 % upper limit (Clopper, Pearson 1934)."""
ENOUGH = 20
SAME, USUAL = 0.99, 0.9
"""A value is stuck when (nearly) all rows have it, and so many did not before."""
CROWDED, WIDE = 2, 6
"""95 % of the rows lie in so few cells, where before they took at least so many."""
IMPOSSIBLE = 1e-6


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in one chunk: the share of rows concerned before and now, and what is known of it in words.

    Attributes:
        feature: the column; empty where the model's answers or the labels are concerned.
        now: share of the `n` rows concerned; `value`: the value, class or factor that the words name.
    """

    kind: Kind
    feature: str
    before: float
    now: float
    n: int
    value: str = ""

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


def faults_by_chunk(
    layout: Layout, reference: Sequence[Profile], log: Sequence[Profile]
) -> list[list[Fault]]:
    """Every chunk of the log -> its faults; costs depend on the number of cells only."""
    if not reference:
        return [[] for _ in log]
    before = reduce(add, reference)
    usual = habits(layout, reference)
    return [
        [fault for fault in of_chunk(layout, before, profile) if fault.key not in usual] for profile in log
    ]


def of_chunk(layout: Layout, before: Profile, chunk: Profile) -> list[Fault]:
    """The faults of one chunk against the whole reference period, not settled yet."""
    return [*_column_faults(layout, before.cells, chunk.cells), *_output_faults(layout, before, chunk)]


def habits(layout: Layout, reference: Sequence[Profile]) -> set[tuple[str, str]]:
    """What a chunk of the reference period does against the others of it: this is how the data are.

    Cells that no other chunk fills count as never seen: a counter, a date or the number of the month always
    leaves what was seen before.
    """
    if len(reference) < 2:  # noqa: PLR2004 -- one chunk has no others
        return set()
    whole = reduce(add, (each.cells for each in reference))
    usual: set[tuple[str, str]] = set()
    for each in reference:
        others = whole - each.cells
        usual |= {fault.key for fault in _column_faults(layout, others, each.cells)}
        for feature, rows in zip(layout.features, layout.slices().values(), strict=True):
            a, b = others[rows, ROWS][:-1], each.cells[rows, ROWS][:-1]
            if b.sum() and b[a == 0].sum() / b.sum() >= JUMP["moved"]:
                usual |= {("moved", feature.name), ("unseen", feature.name)}
    return usual


def runs(chunks: Sequence[Sequence[Fault]], rows: Sequence[int]) -> list[Run]:
    """Faults of consecutive chunks put together; a chunk without rows neither opens nor ends one.

    Args:
        chunks: faults of every chunk.
        rows: (n,) number of rows of every chunk.
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


def _column_faults(layout: Layout, before: Cells, now: Cells) -> list[Fault]:
    faults = []
    for feature, rows in zip(layout.features, layout.slices().values(), strict=True):
        a, b = (each[rows, ROWS].astype(np.int64) for each in (before, now))
        n, past = int(b.sum()), int(a.sum())
        if feature.constant or not n or not past:  # of a constant no model can have learnt
            continue
        tests = [("missing", a[-1], b[-1])]
        if not feature.numeric and not a[-2]:  # with a long tail nobody knows which of them were seen
            tests.append(("unseen", a[-2], b[-2]))
        faults += [
            Fault(kind, feature.name, float(x / past), float(y / n), n)  # type: ignore[arg-type]
            for kind, x, y in tests
            if rises(int(y), n, int(x), past, JUMP[kind])
        ]
        moved = _move_fault(feature, a[:-1], b[:-1])
        faults += [moved] if moved else []
    return faults


def rises(bad: int, n: int, past_bad: int, past_n: int, least: float) -> bool:
    """Whether the share of bad rows rose by at least `least` and by more than chance (binomial tail).

    >>> rises(11, 230, 0, 5000, 0.02), rises(1, 5, 0, 5000, 0.02), rises(300, 1000, 290, 1000, 0.02)
    (True, False, False)
    """
    from scipy.special import bdtrc, betaincinv

    if not n or not past_n or bad / n - past_bad / past_n < least:
        return False
    upper = betaincinv(past_bad + 1, max(past_n - past_bad, 1), 0.999)
    return bool(bdtrc(bad - 1, n, upper) < RARE)


def _move_fault(feature: Feature, a: Counts, b: Counts) -> Fault | None:
    """Numbers outside their range or crowded into few cells; a category with one value only."""
    n, past = int(b.sum()), int(a.sum())
    if n < ENOUGH or not past:
        return None
    top = int(b.argmax())
    stuck = b[top] / n >= SAME and unlikely(float(a[top] / past), n)
    if not feature.numeric:
        known = stuck and top < len(feature.values)
        return Fault("moved", feature.name, float(a[top] / past), float(b[top] / n), n) if known else None
    strange = list(feature.strange)
    out, was = int(b[strange].sum()), int(a[strange].sum())
    if stuck or rises(out, n, was, past, JUMP["moved"]) or (_spread(b) <= CROWDED and _spread(a) >= WIDE):
        return Fault("moved", feature.name, was / past, out / n, n)
    return None


def unlikely(share: float, n: int) -> bool:
    """Whether `n` rows all fall where a share of them used to fall: not by chance, and not as usual.

    >>> unlikely(0.5, 200), unlikely(0.5, 10), unlikely(0.998, 200)
    (True, False, False)
    """
    return bool(share <= USUAL and n * np.log(max(share, 1e-12)) < np.log(IMPOSSIBLE))


def _spread(cells: Counts) -> int:
    """Number of cells that hold 95 % of the rows."""
    ordered = np.sort(cells)[::-1]
    return int(np.searchsorted(np.cumsum(ordered), 0.95 * cells.sum()) + 1)


def _output_faults(layout: Layout, before: Profile, chunk: Profile) -> list[Fault]:
    """The model's answers and the labels: constant, missing, of one class only."""
    faults = []
    a, b = rows_by_prediction(layout, before), rows_by_prediction(layout, chunk)
    n, past = int(b.sum()), int(a.sum())
    if past and rises(chunk.n - n, chunk.n, before.n - past, before.n, JUMP["no_answer"]):
        faults.append(Fault("no_answer", "", 1 - past / before.n, 1 - n / chunk.n, chunk.n))
    inside = b[list(layout.prediction.strange)].sum() < n / 2 if layout.prediction else True
    if past and inside and n >= ENOUGH and b.max() / n >= SAME and a.max() / past <= 0.5:  # noqa: PLR2004
        faults.append(Fault("constant", "", float(a.max() / past), float(b.max() / n), n))
    elif not layout.prediction:
        faults += _one_class(layout, before.confusion.sum(0), chunk.confusion.sum(0), "one_answer")
    return faults + _one_class(layout, before.confusion.sum(1), chunk.confusion.sum(1), "one_class")


def rows_by_prediction(layout: Layout, profile: Profile) -> Counts:
    """(B,) rows by the bin of their score, or by the cell of their predicted amount."""
    if layout.prediction is not None:
        return profile.errors[:, ROWS].astype(np.int64)
    answered: Counts = profile.scores[0].sum(0)
    return answered


def _one_class(
    layout: Layout, past: Counts, now: Counts, kind: Literal["one_answer", "one_class"]
) -> list[Fault]:
    """(K,) rows of every class before and now -> a fault when only one is left that was not alone before."""
    n = int(now.sum())
    if n < ENOUGH or not past.sum() or now.max() < n:
        return []
    at = int(now.argmax())
    share = float(past[at] / past.sum())
    gone = n * np.log(max(share, 1e-12)) < np.log(IMPOSSIBLE)
    return [Fault(kind, "", share, 1.0, n, layout.classes[at])] if gone else []


def cells_of(feature: Feature, kind: str) -> list[int]:
    """The cells of a column whose rows a fault of this kind concerns."""
    return {"missing": [-1], "unseen": [-2]}.get(kind, list(feature.strange))
