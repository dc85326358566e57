"""Every number that decides about health, with its source: frozen, for a caller to change.

"Measured" names a script in `tests/benchmarks`; a judgement is a choice that people may make otherwise.

>>> from dataclasses import replace
>>> strict = replace(RULES, alarm=replace(RULES.alarm, limit=4.0))
>>> strict.alarm.limit, RULES.alarm.limit
(4.0, 2.9)
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CellRules:
    """How finely a profile counts; all are judgements of size: a profile of 100 columns stays below 100 kB.

    Attributes:
        quantiles: cells of a numeric feature: about three for each of the ten groups of the tests of drift.
        categories: values of a category that have a cell of their own.
        segment_values: values of a segment that have a profile of their own.
        automatic_segments: without segment columns so many features of few categories serve as such ...
        automatic_values: ... where few are at most so many.
    """

    quantiles: int = 32
    categories: int = 50
    segment_values: int = 20
    automatic_segments: int = 3
    automatic_values: int = 8


@dataclass(frozen=True, slots=True)
class MeasureRules:
    """How many labels a number needs.

    Attributes:
        labelled: below 20 rows the 95 % interval of a share is wider than 40 points (Wilson at one half).
        of_class: below 5 rows of a class the normal approximation of its share fails (Cochran 1954).
    """

    labelled: int = 20
    of_class: int = 5


@dataclass(frozen=True, slots=True)
class ToleranceRules:
    """The tolerance where nobody chose one; both are judgements that Setup lets people change.

    Attributes:
        share: of the metric in the reference period: a tenth is what people call "a little".
        least: of the spread of the labels (of a share, of 1): a model without an error may make one in 1000.
    """

    share: float = 0.1
    least: float = 0.001


@dataclass(frozen=True, slots=True)
class VersionRules:
    """Which version predicted in a chunk; both are judgements.

    Attributes:
        majority: of the predictions that make a chunk a version's: two that share them do not take turns.
        alone: of the predictions, below which a version did not predict alone: a late retry is no rival.
    """

    majority: float = 2 / 3
    alone: float = 0.99


@dataclass(frozen=True, slots=True)
class EstimateRules:
    """How an estimate is made. Coverage is measured by `tests/benchmarks/profile_rates.py`, "estimates".

    Attributes:
        rows: fewer rows have no estimate: below 20 the interval of a share is wider than 40 points.
        replicates: bootstrap samples of the calibration: 40 give a deviation sure to 11 % (1/sqrt 80).
        seed: of the draws, so that the same profiles have the same estimate.
    """

    rows: int = 20
    replicates: int = 40
    seed: int = 20_160_101


@dataclass(frozen=True, slots=True)
class AlarmRules:
    """When a fall is an alarm. Measured with these values: `tests/benchmarks/health_rates.py`.

    Attributes:
        weight: of the newest chunk in the moving average (Roberts 1959). Weights of .2 to .4 find falls of
            one to two standard errors soonest (Lucas, Saccucci 1990).
        limit: standard errors of the average that chance may move it. With this weight a quiet stream passes
            it in one chunk of about 800 (`health_rates.py`, "limit"); the tolerance comes on top.
        floor: the standard deviation between chunks is at least this part of the tolerance: chunks of any
            model differ by something, and few reference chunks cannot show it. Half of it costs no
            sensitivity, because a smaller loss is tolerated anyway.
    """

    weight: float = 0.3
    limit: float = 2.9
    floor: float = 0.5


@dataclass(frozen=True, slots=True)
class OnsetRules:
    """When a fall began, and how sure that is. Measured: `tests/benchmarks/health_rates.py`, "onset".

    Attributes:
        slack: half of the shift, in standard errors, that the CUSUM is tuned to (Page 1954).
        decision: a CUSUM beyond it is a fall; with a slack of one half a quiet series passes it once in
            about 930 chunks (Montgomery 2009: 465 for h = 5, k = 1/2 on both sides, so twice that on one).
        ceiling: the CUSUM stops at so many decisions: a long fall must not hide a recovery and a second one.
        plausible: twice the log-likelihood that a date may lose and be plausible (chi-squared, 1 df, 95 %).
        certain: twice the log-likelihood ratio of a step to none that is needed (chi-squared, 1 df, 99 %).
    """

    slack: float = 0.5
    decision: float = 5.0
    ceiling: float = 2.0
    plausible: float = 3.841
    certain: float = 6.635


@dataclass(frozen=True, slots=True)
class DriftRules:
    """When an input is said to have moved. Measured: `tests/benchmarks/health_rates.py`, "drift".

    Attributes:
        level: of the chi-squared test, adjusted over the features.
        floor: Jensen-Shannon distance that is worth a word: a normal variable shifted by .25 of its standard
            deviation has .106. Any movement is significant in a chunk that is large enough.
        unseen: a rise of the share of values never seen before that is worth a word, though it moves the
            distance little: one row in fifty.
        of_last, needed: flagged when it moved in so many of the last so many chunks: one odd chunk is none.
    """

    level: float = 0.01
    floor: float = 0.1
    unseen: float = 0.02
    of_last: int = 3
    needed: int = 2


@dataclass(frozen=True, slots=True)
class FaultRules:
    """What is a fault. False alarms and power are measured by `tests/benchmarks/health_rates.py`, "faults".

    The shares by which rows must rise are judgements: less is nothing that a person would repair.

    Attributes:
        missing, unseen, moved, no_score: shares of rows must rise by this much.
        level: of one test of a share; a model of 100 columns and 50 chunks has 5,000 of them, so that chance
            alone raises less than one fault in two years of weeks.
        upper: the share in the reference period enters with this upper limit (Clopper, Pearson 1934).
        enough: rows below which numbers are not said to be stuck, constant or of one class.
        same, usual: a value is stuck when (nearly) all rows have it, and not so many did before.
        scores: the same of scores: at most so many rows had one and the same before.
        wide, crowded: this share of the rows lies in at most so few cells ...
        spread: ... where before it took at least so many.
        impossible: chance below which rows do not all fall into one place by accident.
    """

    missing: float = 0.05
    unseen: float = 0.02
    moved: float = 0.2
    no_score: float = 0.02
    level: float = 1e-4
    upper: float = 0.999
    enough: int = 20
    same: float = 0.99
    usual: float = 0.9
    scores: float = 0.5
    wide: float = 0.95
    crowded: int = 2
    spread: int = 6
    impossible: float = 1e-6


@dataclass(frozen=True, slots=True)
class UnitRules:
    """When numbers are said to have another unit. Both are judgements (see `tests/benchmarks/reasons.py`).

    Attributes:
        factor: a unit changes by more than that (10, 12, 60, 100, 1000 ...); less may be growth.
        alike: quantiles divided by the factor may differ from those before by this part of their spread.
    """

    factor: float = 8.0
    alike: float = 0.25


@dataclass(frozen=True, slots=True)
class GuardRules:
    """When a metric beside that of record has lost. Measured: `tests/benchmarks/profile_rates.py`, "beside".

    Attributes:
        points: two more errors in a hundred are worth a word; of other metrics the usual tolerance.
        level: by which chance alone moves one of them beyond its band in a chunk (Bonferroni 1936).
    """

    points: float = 0.02
    level: float = 0.05


@dataclass(frozen=True, slots=True)
class CauseRules:
    """When a cause is named. How often it is right: `tests/benchmarks/reasons.py`.

    Attributes:
        worth_naming: share of the fall; a smaller one leads nobody to what must be done first (a judgement).
        every_row: a fault of so many rows is one of all: no other rows are left to compare them with.
        predictions_moved: level of the test whether predictions moved, asked where a column is broken.
        reach: chunks by which a fault may begin outside the interval of the onset: it shows before it costs.
        companions: columns named together whose mix moved.
    """

    worth_naming: float = 0.2
    every_row: float = 0.99
    predictions_moved: float = 0.001
    reach: int = 1
    companions: int = 3


@dataclass(frozen=True, slots=True)
class MixRules:
    """When a cost is told from chance. Measured: `tests/benchmarks/profile_rates.py`, "mix".

    Attributes:
        few: a cell with fewer labelled rows before is priced like the whole (Cochran 1954).
        level: of the intervals of all columns together (Bonferroni 1936).
        fault_level: of the interval of what the rows of a fault cost.
    """

    few: int = 5
    level: float = 0.05
    fault_level: float = 0.05


@dataclass(frozen=True, slots=True)
class SegmentRules:
    """When a segment is said to have fallen by more than the rest. Measured: `profile_rates.py`, "places".

    Attributes:
        level: by which chance alone names one of all segments (Bonferroni 1936).
    """

    level: float = 0.05


@dataclass(frozen=True, slots=True)
class NowRules:
    """What "now" is; both are judgements.

    Attributes:
        chunks: measured chunks that it rests on: fewer than three cannot show that a fault lasts.
        measured: share of the labelled rows in measured chunks, below which chunks are too short.
    """

    chunks: int = 3
    measured: float = 0.5


@dataclass(frozen=True, slots=True)
class VerdictRules:
    """What is said of the findings; both are judgements.

    Attributes:
        mostly: share of the fall that the causes explain, below which the rest is said to be unknown.
        labels: more labels than this nobody gives by hand: they are not asked for.
    """

    mostly: float = 0.5
    labels: int = 2000


@dataclass(frozen=True, slots=True)
class HealthRules:
    """The rules of every step, from profiles to words."""

    cells: CellRules = field(default_factory=CellRules)
    measure: MeasureRules = field(default_factory=MeasureRules)
    tolerance: ToleranceRules = field(default_factory=ToleranceRules)
    versions: VersionRules = field(default_factory=VersionRules)
    estimate: EstimateRules = field(default_factory=EstimateRules)
    alarm: AlarmRules = field(default_factory=AlarmRules)
    onset: OnsetRules = field(default_factory=OnsetRules)
    drift: DriftRules = field(default_factory=DriftRules)
    faults: FaultRules = field(default_factory=FaultRules)
    units: UnitRules = field(default_factory=UnitRules)
    guards: GuardRules = field(default_factory=GuardRules)
    cause: CauseRules = field(default_factory=CauseRules)
    mix: MixRules = field(default_factory=MixRules)
    segments: SegmentRules = field(default_factory=SegmentRules)
    now: NowRules = field(default_factory=NowRules)
    verdict: VerdictRules = field(default_factory=VerdictRules)


RULES = HealthRules()
