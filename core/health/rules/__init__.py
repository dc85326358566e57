"""Every number that decides about health, with its source: frozen, for a caller to change.

"Measured" names a script in `tests/benchmarks`; a judgement is a choice that people may make otherwise.

>>> from dataclasses import replace
>>> strict = replace(RULES, alarm=replace(RULES.alarm, limit=4.0))
>>> strict.alarm.limit, RULES.alarm.limit
(4.0, 3.2)
"""

from dataclasses import dataclass, field

from core.health.rules.attribution import (
    CauseRules,
    JointMixRules,
    MixRules,
    OutputLinkRules,
    SegmentRules,
)
from core.health.rules.change import AlarmRules, DriftRules, GuardRules, OnsetRules
from core.health.rules.counting import (
    CLASS_STRATA,
    CellRules,
    EstimateRules,
    MeasureRules,
    StrataRules,
    ToleranceRules,
    VersionRules,
)
from core.health.rules.faults import DistortionRules, FaultRules, UnitRules
from core.health.rules.review import ReviewRules
from core.health.rules.rows import RowRules
from core.health.rules.season import SeasonRules
from core.health.rules.verdict import NowRules, VerdictRules

__all__ = [
    "RULES",
    "AlarmRules",
    "CauseRules",
    "CellRules",
    "DistortionRules",
    "DriftRules",
    "EstimateRules",
    "FaultRules",
    "GuardRules",
    "HealthRules",
    "JointMixRules",
    "MeasureRules",
    "MixRules",
    "NowRules",
    "OnsetRules",
    "OutputLinkRules",
    "ReviewRules",
    "RowRules",
    "SeasonRules",
    "SegmentRules",
    "StrataRules",
    "ToleranceRules",
    "UnitRules",
    "VerdictRules",
    "VersionRules",
]


@dataclass(frozen=True, slots=True)
class HealthRules:
    """The rules of every step, from profiles to words."""

    cells: CellRules = field(default_factory=CellRules)
    strata: StrataRules = field(default_factory=StrataRules)
    class_strata: StrataRules = CLASS_STRATA
    measure: MeasureRules = field(default_factory=MeasureRules)
    tolerance: ToleranceRules = field(default_factory=ToleranceRules)
    versions: VersionRules = field(default_factory=VersionRules)
    estimate: EstimateRules = field(default_factory=EstimateRules)
    alarm: AlarmRules = field(default_factory=AlarmRules)
    onset: OnsetRules = field(default_factory=OnsetRules)
    drift: DriftRules = field(default_factory=DriftRules)
    season: SeasonRules = field(default_factory=SeasonRules)
    faults: FaultRules = field(default_factory=FaultRules)
    rows: RowRules = field(default_factory=RowRules)
    distortions: DistortionRules = field(default_factory=DistortionRules)
    units: UnitRules = field(default_factory=UnitRules)
    guards: GuardRules = field(default_factory=GuardRules)
    cause: CauseRules = field(default_factory=CauseRules)
    mix: MixRules = field(default_factory=MixRules)
    joint_mix: JointMixRules = field(default_factory=JointMixRules)
    output_link: OutputLinkRules = field(default_factory=OutputLinkRules)
    segments: SegmentRules = field(default_factory=SegmentRules)
    review: ReviewRules = field(default_factory=ReviewRules)
    now: NowRules = field(default_factory=NowRules)
    verdict: VerdictRules = field(default_factory=VerdictRules)


RULES = HealthRules()
