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
from core.health.attribution.mix import Mix, fault_cost, mixes
from core.health.change.drift import GROUPS, Drift, chi_squared, groups
from core.health.change.drift import RULES as DRIFT_RULES
from core.health.change.faults import Run, cells_of, rows_by_prediction
from core.health.change.onset import Onset
from core.health.performance import formatting
from core.health.profiles.layout import Layout
from core.health.profiles.profile import Profile
from core.messages import Code, Message

Kind = Literal["data_fault", "output_fault", "version", "mix"]
WORTH_NAMING = 0.2
"""A smaller part of the fall leads nobody to what must be done first."""
OUTPUTS = frozenset({"constant", "no_answer", "one_answer"})
ALL = 0.99
SURE = 0.001
"""Level of the test whether the answers moved."""
EVERY_ROW = frozenset({"scale", "stuck", "constant", "one_answer"})


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause, its share of the fall (0-1) and the finding; `feature` where it is a column."""

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
    """

    before: Profile
    now: Profile
    grown: float
    onset: Onset | None
    runs: Sequence[Run]
    drift: dict[str, Drift]
    version: Message | None = None


def causes(layout: Layout, fall: Fall) -> list[Cause]:
    """The causes, faults before the rest, each group by its share; empty when none excludes chance."""
    began = [run for run in fall.runs if _together(run, fall.onset)]
    causes = [cause for run in began if (cause := _fault(layout, fall, run)) is not None]
    if fall.version is not None:
        causes.append(Cause("version", 1.0, fall.version))
    broken = {run.fault.feature for run in fall.runs if run.fault.feature}
    if fall.grown > 0 and not any(cause.share >= 1 for cause in causes):
        causes += _mix(layout, fall, broken)
    return sorted(causes, key=lambda cause: (cause.kind == "mix", -cause.share))


def _together(run: Run, onset: Onset | None) -> bool:
    """Whether a fault began when the fall did; one that was there before did no harm then."""
    return onset is None or onset.earliest - 1 <= run.first <= onset.latest + 1


def _fault(layout: Layout, fall: Fall, run: Run) -> Cause | None:
    fault = run.fault
    if fault.kind == "one_class":
        return None
    kind: Kind = "output_fault" if fault.kind in OUTPUTS else "data_fault"
    if fault.kind in EVERY_ROW or fault.now >= ALL:
        if fault.feature and not _predictions_moved(layout, fall):
            return None
        whole = Message(Code.FAULT_OF_EVERY_ROW, {"fault": fault_message(fault)})
        return Cause(kind, 1.0, whole, fault.feature or None)
    if not fault.feature or fall.grown <= 0:  # rows without an answer are not counted among the errors
        return None
    where = layout.slices()[fault.feature]
    feature = next(column for column in layout.features if column.name == fault.feature)
    past, now = (profile.cells[where].astype(float) for profile in (fall.before, fall.now))
    cost, low, high = fault_cost(past, now, cells_of(feature, fault.kind))
    share = min(1.0, cost / fall.grown)
    if low <= 0 or share < WORTH_NAMING:
        return None
    price = formatting.more_errors(cost, low, high, amounts=layout.prediction is not None)
    part = Message(Code.FAULT_OF_SOME_ROWS, {"fault": fault_message(fault), "price": price})
    return Cause(kind, share, part, fault.feature)


def _predictions_moved(layout: Layout, fall: Fall) -> bool:
    """Whether the answers look otherwise: an input that is broken everywhere harms through them only."""
    past, now = (rows_by_prediction(layout, profile) for profile in (fall.before, fall.now))
    group = groups(past)
    few = [np.bincount(group, rows, GROUPS) for rows in (past, now)]
    return chi_squared(*few) < SURE


def _mix(layout: Layout, fall: Fall, broken: set[str]) -> list[Cause]:
    """The column whose moved mix costs most; others that moved with it are named as its company."""
    sure = [
        moved
        for moved in mixes(layout, fall.before, fall.now, broken)
        if moved.low > 0
        and moved.cost >= WORTH_NAMING * fall.grown
        and moved.feature in fall.drift
        and fall.drift[moved.feature].p < DRIFT_RULES.level
    ]
    if not sure:
        return []
    first = sure[0]
    price = formatting.more_errors(first.cost, first.low, first.high, amounts=layout.prediction is not None)
    names = tuple(moved.feature for moved in sure[:3])
    return [Cause("mix", min(1.0, first.cost / fall.grown), _mix_message(first, price), first.feature, names)]


def _mix_message(mix: Mix, price: str) -> Message:
    parameters: dict[str, Any] = {"feature": mix.feature, "price": price}
    if not mix.cell:
        return Message(Code.MIX_MOVED, parameters)
    shares = {"value": mix.cell, "before": float(mix.before), "now": float(mix.now)}
    return Message(Code.VALUE_MOVED, parameters | shares)
