"""Findings: everything that is known about a model's health, before it is put into words."""

from dataclasses import dataclass, field

from core.health.attribution.account import Account
from core.health.attribution.cause import Cause, Fall
from core.health.attribution.reviewed_labels import ReviewedLabels
from core.health.attribution.segments import SegmentFinding
from core.health.change.alarm import Signal
from core.health.change.between import Baseline
from core.health.change.drift import Drift
from core.health.change.faults import Fault, Run
from core.health.change.guards import Loss
from core.health.change.onset import Onset
from core.health.change.rhythm import Rhythm
from core.health.change.rows_and_time import Gap
from core.health.change.seasons import Seasons
from core.health.profiles.history import Chunk, History
from core.health.profiles.profile import Profile
from core.health.rules import RULES, HealthRules
from core.health.tasks.reach import Beyond
from core.health.tasks.task import Task, task_of
from core.stats.intervals import Measured
from core.stats.metric import Metric
from core.stats.metrics import METRICS, MetricTable


@dataclass(frozen=True, slots=True)
class ChunkFinding:
    """One log chunk: metric -> value, feature -> drift; `reliable`: whether the estimate can be believed.

    Where `beyond` names a column there is no estimate (`core.health.tasks.reach`).
    `assisted`: metric -> value over all rows with the help of few labels (`core.health.tasks.few_labels`).
    `methods`: metric -> how it was estimated; `doubtful`: of which another method says something else.

    `faults` of this chunk; `losses`: other metrics that fell beyond their band (`core.health.change.guards`).
    """

    chunk: Chunk
    realised: dict[str, Measured]
    estimated: dict[str, Measured]
    drift: dict[str, Drift]
    signal: Signal | None
    reliable: bool
    faults: list[Fault]
    losses: list[Loss]
    beyond: Beyond | None = None
    assisted: dict[str, Measured] = field(default_factory=dict)
    methods: dict[str, str] = field(default_factory=dict)
    doubtful: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Window:
    """The last measured chunks together: positions in the log, the metrics, what was expected of them.

    They are compared with `reference`, chunks of the reference period; `before` are the metrics of those.
    """

    first: int
    last: int
    profile: Profile
    realised: dict[str, Measured]
    estimated: dict[str, Measured]
    reference: tuple[Chunk, ...]
    before: dict[str, Measured]


@dataclass(frozen=True, slots=True)
class Findings:
    """All findings. `onset` holds positions in the log and is given while the alarm lasts.

    `faults` are runs of faults over the chunks of the log, settled; of `window` the losses beside the metric.
    `gaps` are chunks that are missing between those of the log and after them.
    `reviewed` is what experts said of a blind sample of labels of this fall.
    `fall` is what was explained, where a fall excludes chance.
    `seasons` are what repeats in the inputs, `rhythm` is what repeats in the metric of record.
    `metrics` are all that were measured.
    """

    metric: Metric
    tolerance: float
    history: History
    reference: dict[str, Measured]
    baseline: Baseline | None
    chunks: list[ChunkFinding] = field(default_factory=list)
    window: Window | None = None
    onset: Onset | None = None
    causes: list[Cause] = field(default_factory=list)
    fall: Fall | None = None
    account: Account | None = None
    segments: list[SegmentFinding] = field(default_factory=list)
    faults: list[Run] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    seasons: Seasons | None = None
    reviewed: ReviewedLabels | None = None
    rhythm: Rhythm = field(default_factory=Rhythm)
    metrics: MetricTable = field(default_factory=lambda: METRICS)
    rules: HealthRules = RULES

    @property
    def task(self) -> Task:
        """Classes or amounts."""
        return task_of(self.history.layout.classes)

    @property
    def unlabelled(self) -> bool:
        """Whether no row has a label, neither before nor now."""
        return not any(chunk.profile.labelled for chunk in (*self.history.reference, *self.history.log))

    @property
    def open_faults(self) -> list[Run]:
        """Those that last in the newest chunk."""
        return [run for run in self.faults if run.open]

    @property
    def losses(self) -> list[Loss]:
        """Metrics beside that of record that are beyond their band now."""
        return self.chunks[self.window.last].losses if self.window else []
