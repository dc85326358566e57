"""Why it fell: faults that began with it, another version, a moved mix of inputs - or "not known yet".

A cause is named only when it excludes chance. A changed relation and wrong labels are not named: neither can
be told from counts (a moved mix of segments bends the scores as flipped labels do, and scores that no longer
follow the inputs look like a changed world).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from core.health.attribution.fault_messages import fault_message
from core.health.attribution.mix import Mix, cells_of_column, fault_cost, mixes
from core.health.change.drift import GROUPS, Drift, chi_squared, groups
from core.health.change.faults import Fault, Run, cells_of
from core.health.change.fit.labels import LABEL_FAULTS
from core.health.change.onset import Onset
from core.health.profiles.layout import Layout
from core.health.profiles.profile import Profile
from core.health.rules import RULES, CauseRules, HealthRules
from core.health.tasks.task import Task, task_of
from core.messages import Code, Message
from core.stats.intervals import Z95

Kind = Literal["data_fault", "output_fault", "label_fault", "version", "mix", "inside", "labels"]
"""`inside`: rows of the same kind are predicted otherwise than before, beyond chance; why is not known."""
OUTPUTS = frozenset({"constant", "cut", "decisions", "no_answer", "no_class", "one_answer", "turned"})
"""Faults of the predictions."""
EVERY_ROW = frozenset({"constant", "cut", "one_answer", "turned"})
"""Faults of the predictions that concern every row of a chunk."""
HARMLESS = LABEL_FAULTS | {"few_rows", "copies"}
"""Faults of the labels and of the number of rows: they spoil what is measured, and no prediction."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause, its share of the fall and the finding; `feature` where it is a column."""

    kind: Kind
    share: float
    message: Message
    feature: str | None = None
    features: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The finding in words."""
        return self.message.sentence


@dataclass(frozen=True, slots=True)
class Fall:
    """What is to be explained.

    Attributes:
        before, now: profiles of the reference period and of the window.
        grown: growth of the mean loss of a row (errors per row; of a regression, the mean absolute error).
        onset: when it began, as positions in the log; `since` the first chunk of the version that answers.
        runs: faults that last, settled; `drift` of the newest chunk of the window.
        version: the finding when the fall came with another version.
        one_version: whether no other version answers now than before, as far as versions are known.
    """

    before: Profile
    now: Profile
    grown: float
    onset: Onset | None
    runs: Sequence[Run]
    drift: dict[str, Drift]
    version: Message | None = None
    one_version: bool = True

    @property
    def place(self) -> tuple[int, int | None]:
        """Rows of the window, and the position in the log where it began; None where that is not known."""
        return self.now.n, self.onset.at if self.onset else None


def causes(layout: Layout, fall: Fall, rules: HealthRules = RULES) -> list[Cause]:
    """The causes, faults before the rest, each group by its share; empty when none excludes chance."""
    task = task_of(layout.classes)
    began = [run for run in fall.runs if _may_have_caused(run, fall.onset, rules.cause)]
    faults = [(run, cause) for run in began if (cause := _fault(layout, task, fall, run, rules))]
    causes = _without_consequences(faults)
    if fall.version is not None:
        causes.append(Cause("version", 1.0, fall.version))
    if fall.grown > 0 and not any(cause.share >= 1 for cause in causes):
        broken = {name for run in fall.runs for name in run.fault.columns}
        sure = [
            mix
            for mix in mixes(layout, fall.before, fall.now, broken, rules.mix)
            if mix.low > 0
            and mix.cost >= rules.cause.worth_naming * fall.grown
            and mix.feature in fall.drift
            and fall.drift[mix.feature].p < rules.drift.level
        ]
        causes += _mix(task, fall, sure[: rules.cause.companions])
    return sorted(causes, key=lambda cause: (cause.kind == "mix", -cause.share))


def _without_consequences(faults: Sequence[tuple[Run, Cause]]) -> list[Cause]:
    """The causes without faults of the predictions that a column broken in every row brought with it."""
    broken = [run.first for run, cause in faults if cause.kind == "data_fault" and cause.share >= 1]
    first = min(broken, default=None)
    return [
        cause for run, cause in faults if first is None or cause.kind != "output_fault" or run.first < first
    ]


def _may_have_caused(run: Run, onset: Onset | None, rules: CauseRules) -> bool:
    """Whether a fault began when the fall did, or before where sound rows tell what it costs.

    One that spares no row and was there before did no harm then; of a small fall nobody knows the chunk.
    """
    if onset is None:
        return True
    begins = run.first >= onset.earliest - rules.reach or not _spares_no_row(run.fault, rules)
    return begins and run.first <= onset.latest + rules.reach


def _spares_no_row(fault: Fault, rules: CauseRules) -> bool:
    return fault.kind in EVERY_ROW or fault.now >= rules.every_row


def _fault(layout: Layout, task: Task, fall: Fall, run: Run, rules: HealthRules) -> Cause | None:
    fault = run.fault
    if fault.kind in HARMLESS:
        return None
    kind: Kind = "output_fault" if fault.kind in OUTPUTS else "data_fault"
    if _spares_no_row(fault, rules.cause):
        if fault.feature and not _predictions_moved(task, fall, rules.cause.predictions_moved):
            return None
        whole = Message(Code.FAULT_OF_EVERY_ROW, {"fault": fault_message(fault)})
        return Cause(kind, 1.0, whole, fault.feature or None)
    if not fault.feature or fall.grown <= 0:  # rows without an answer are not counted among the errors
        return None
    cells = cells_of_column(layout, fault.feature, fall.before, fall.now)
    hit = cells_of(cells.feature, fault)
    cost, low, high = fault_cost(task, cells.before, cells.now, hit, rules.mix)
    share = min(1.0, cost / fall.grown)
    if low <= 0 or share < rules.cause.worth_naming:
        return None
    price = task.price(cost, low, high)
    part = Message(Code.FAULT_OF_SOME_ROWS, {"fault": fault_message(fault), "price": price})
    return Cause(kind, share, part, fault.feature)


def _predictions_moved(task: Task, fall: Fall, level: float) -> bool:
    """Whether the predictions look otherwise: an input that is broken everywhere harms through them only."""
    past, now = (task.rows_by_prediction(profile) for profile in (fall.before, fall.now))
    group = groups(past)
    few = [np.bincount(group, rows, GROUPS) for rows in (past, now)]
    return bool(chi_squared(*few) < level)


def _mix(task: Task, fall: Fall, sure: Sequence[Mix]) -> list[Cause]:
    """The column whose moved mix costs most; others that moved with it are named as its company."""
    if not sure:
        return []
    first = sure[0]
    half = Z95 * first.variance**0.5  # of this one; that it is named rests on the interval for all columns
    message = mix_message(first, task.price(first.cost, first.cost - half, first.cost + half))
    names = tuple(mix.feature for mix in sure)
    return [Cause("mix", min(1.0, first.cost / fall.grown), message, first.feature, names)]


def mix_message(mix: Mix, price: str) -> Message:
    """That the mix of a column moved, and what that alone costs."""
    parameters: dict[str, Any] = {"feature": mix.feature, "price": price}
    if not mix.cell:
        return Message(Code.MIX_MOVED, parameters)
    shares = {"value": mix.cell, "before": float(mix.before), "now": float(mix.now)}
    return Message(Code.VALUE_MOVED, parameters | shares)


def made_up_for(ranked: Sequence[Cause], beyond: float) -> list[Message]:
    """What spared errors, the largest gain first, where a cause cost more than the whole fall.

    Args:
        ranked: the causes of a fall (`core.health.attribution.account.rank_causes`).
        beyond: share of the fall from which a cause cannot stand alone.

    >>> mix = Message(Code.MIX_TOGETHER, {"features": "x, y", "price": "spares 4.4 errors in 100"})
    >>> ranked = [Cause("inside", 1.6, Message(Code.INSIDE_WORSE, {})), Cause("mix", -0.6, mix)]
    >>> [message.sentence for message in made_up_for(ranked, 1.05)]
    ['In return, the mix of x, y moved together: that alone spares 4.4 errors in 100.']
    """
    if not ranked or ranked[0].share < beyond:
        return []
    spared = sorted((cause for cause in ranked if cause.share < 0), key=lambda cause: cause.share)
    return [Message(Code.MADE_UP_FOR, {"cause": cause.message}) for cause in spared]
