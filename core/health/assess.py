"""From profiles to findings: everything that is known about a model's health, before it is put into words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.health.attribution.cause import Cause, Fall, causes
from core.health.attribution.segments import SegmentFinding, segments
from core.health.change import alarm, drift, faults, guards, units
from core.health.change.alarm import Baseline, Signal
from core.health.change.drift import Drift
from core.health.change.faults import Fault, Run
from core.health.change.guards import Loss
from core.health.change.onset import Onset, onset
from core.health.performance import estimate
from core.health.performance import tolerance as limit
from core.health.performance.calibrate import Calibration, calibrate
from core.health.performance.metrics import measure, measures
from core.health.profiles.history import Chunk, History, pool, pool_segments
from core.health.profiles.profile import Profile
from core.messages import Code, Message
from core.stats.intervals import Z95, Measured
from core.stats.metric import Metric
from core.stats.metrics import METRICS

WINDOW = 3
"""Chunks that "now" rests on."""
MOST = 0.5
"""Of the labelled rows so many must lie in chunks that could be measured, else chunks are too short."""


@dataclass(frozen=True, slots=True)
class ChunkFinding:
    """One log chunk: metric -> value, feature -> drift; `reliable`: whether the estimate can be believed.

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


@dataclass(frozen=True, slots=True)
class Window:
    """The last measured chunks together: positions in the log, the metrics, what was expected of them."""

    first: int
    last: int
    profile: Profile
    realised: dict[str, Measured]
    estimated: dict[str, Measured]


@dataclass(frozen=True, slots=True)
class Findings:
    """All findings. `onset` holds positions in the log and is given while the alarm lasts.

    `faults` are runs of faults over the chunks of the log, settled; of `window` the losses beside the metric.
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
    segments: list[SegmentFinding] = field(default_factory=list)
    faults: list[Run] = field(default_factory=list)

    @property
    def open_faults(self) -> list[Run]:
        """Those that last in the newest chunk."""
        return [run for run in self.faults if run.open]

    @property
    def losses(self) -> list[Loss]:
        """Metrics beside that of record that are beyond their band now."""
        return self.chunks[self.window.last].losses if self.window else []


def fault_runs(history: History) -> list[Run]:
    """Faults over the chunks of the log, not settled: of some the values themselves must be looked at."""
    reference, log = ([chunk.profile for chunk in part] for part in (history.reference, history.log))
    by_chunk = faults.faults_by_chunk(history.layout, reference, log)
    return faults.runs(by_chunk, [profile.n for profile in log])


def assess(
    history: History,
    metric: Metric,
    own_tolerance: float | None,
    looked: Mapping[Run, units.ColumnValues] | None = None,
) -> Findings:
    """Compute everything; costs depend on the number of chunks and cells, not on the number of rows.

    `own_tolerance` is what a person chose, None for a share of what the reference period had; `looked` is
    what was read of the columns in `fault_runs`.
    """
    before = pool(history.reference, history.layout)
    tolerance = limit.tolerance(metric, own_tolerance, before)
    reference = measures(before)
    base = None
    if metric.name in reference:
        past = [measure(metric, chunk.profile) for chunk in history.reference]
        base = alarm.baseline(
            metric.comparable(reference[metric.name]),
            [chunk and metric.comparable(chunk) for chunk in past],
            tolerance,
        )
    calibration = calibrate(before) if before.labelled else None
    if calibration is not None and before.errors.size:
        calibration = estimate.with_misfit(calibration, [chunk.profile for chunk in history.reference])
    runs = fault_runs(history)
    runs = units.settle_runs(history.layout, before, [c.profile for c in history.log], runs, looked or {})
    chunks = _chunks(history, before, calibration, base, metric, tolerance, runs)
    since = _since(history, chunks)
    start = _onset(chunks, since)
    window = _window(history, chunks, calibration, start.at if start else since)
    if window is None or base is None:
        return Findings(metric, tolerance, history, reference, base, chunks, faults=runs)
    inside = [c.chunk for c in chunks[window.first : window.last + 1]]
    return Findings(
        metric,
        tolerance,
        history,
        reference,
        base,
        chunks,
        window,
        start,
        _causes(history, before, window, chunks, start, runs, since),
        segments(metric, pool_segments(history.reference), pool_segments(inside), before),
        runs,
    )


def _chunks(
    history: History,
    before: Profile,
    calibration: Calibration | None,
    base: Baseline | None,
    metric: Metric,
    tolerance: float,
    runs: Sequence[Run],
) -> list[ChunkFinding]:
    realised = [measures(chunk.profile) for chunk in history.log]
    estimated = [estimate.estimate(c.profile, calibration) if calibration else {} for c in history.log]
    usual = {name for _, name in faults.habits(history.layout, [c.profile for c in history.reference])}
    moved = drift.persistent([drift.drift(history.layout, before, c.profile) for c in history.log], usual)
    here = [[run.fault for run in runs if run.first <= at <= run.last] for at in range(len(history.log))]
    believed = [
        {} if any(fault.kind == "one_class" for fault in broken) else metrics
        for broken, metrics in zip(here, realised, strict=True)
    ]
    values = [
        metric.comparable(metrics[metric.name]) if metric.name in metrics else None for metrics in believed
    ]
    signals: list[Signal | None] = [None] * len(values)
    losses: list[list[Loss]] = [[] for _ in values]
    if base is not None:
        signals = alarm.signals(base, values, metric.sign, tolerance, history.fresh)
        losses = guards.losses(history, metric, believed)
    pairs = [
        (real.get(metric.name), guess.get(metric.name))
        for real, guess in zip(realised, estimated, strict=True)
    ]
    reliable = _reliable(pairs)
    return [
        ChunkFinding(*parts)
        for parts in zip(
            history.log, realised, estimated, moved, signals, reliable, here, losses, strict=True
        )
    ]


def _reliable(pairs: Sequence[tuple[Measured | None, Measured | None]]) -> list[bool]:
    """Where labels arrived, whether the estimate held; after that, whether it held the last time."""
    last, clean = True, []
    for real, guess in pairs:
        if real is not None:
            last = estimate.backtest(real, guess)
        clean.append(last)
    return clean


def _since(history: History, chunks: Sequence[ChunkFinding]) -> int:
    """From where on the version answers that answers in the last measured chunk."""
    last = max((at for at, chunk in enumerate(chunks) if chunk.signal is not None), default=0)
    return max((at for at in history.fresh if at <= last), default=0)


def _onset(chunks: Sequence[ChunkFinding], since: int) -> Onset | None:
    """The beginning of the fall that still lasts, as positions in the log."""
    measured = [
        (at, chunk.signal) for at, chunk in enumerate(chunks) if at >= since and chunk.signal is not None
    ]
    if not measured or not measured[-1][1].alarm:
        return None
    alarms = [signal.alarm for _, signal in measured]
    # a fall before the last alarm that ended is no part of this one
    first = max((at + 1 for at in range(1, len(alarms)) if alarms[at - 1] and not alarms[at]), default=0)
    measured = measured[first:]
    start = onset([signal.z for _, signal in measured])
    if start is None:  # the alarm rests on one or two chunks: it began with the first of the bad ones
        bad = [at for at, (_, signal) in enumerate(measured) if signal.alarm]
        start = Onset(bad[-1], bad[-1], bad[-1])
    places = [at for at, _ in measured]
    return Onset(places[start.at], places[start.earliest], places[start.latest])


def _window(
    history: History,
    chunks: Sequence[ChunkFinding],
    calibration: Calibration | None,
    start: int,
) -> Window | None:
    places = [at for at, chunk in enumerate(chunks) if chunk.signal is not None and at >= start][-WINDOW:]
    measured, labelled = (
        sum(chunk.chunk.profile.labelled for chunk in chunks if chunk.signal is not None or every)
        for every in (False, True)
    )
    if not places or measured < MOST * labelled:  # one lucky chunk in many speaks for none of them
        return None
    profile = pool([chunks[at].chunk for at in places], history.layout)
    expected = estimate.estimate(profile, calibration) if calibration else {}
    return Window(places[0], places[-1], profile, measures(profile), expected)


def _causes(
    history: History,
    before: Profile,
    window: Window,
    chunks: Sequence[ChunkFinding],
    start: Onset | None,
    runs: Sequence[Run],
    since: int,
) -> list[Cause]:
    last = chunks[window.last].signal
    if last is None or last.low <= 0:
        return []
    counted = METRICS["mae" if history.layout.prediction is not None else "accuracy"]
    past, now = measure(counted, before), window.realised.get(counted.name)
    grown = counted.sign * (past.value - now.value) if past and now else 0.0
    lasting = [run for run in runs if run.first <= window.last <= run.last]
    version = _took_over(history, chunks, since, start)
    return causes(
        history.layout,
        Fall(before, window.profile, grown, start, lasting, chunks[window.last].drift, version),
    )


def _took_over(
    history: History, chunks: Sequence[ChunkFinding], since: int, start: Onset | None
) -> Message | None:
    """The finding when the fall began with the first answers of a version, and the one before was sound."""
    earlier = [chunk.signal for chunk in chunks[:since] if chunk.signal is not None][-WINDOW:]
    if start is None or start.earliest > since or not earlier or since not in history.fresh:
        return None
    if sum(signal.z for signal in earlier) / len(earlier) ** 0.5 > Z95:
        return None
    shares = chunks[since].chunk.versions
    name = max(shares, key=lambda version: shares[version].n) if shares else None
    return Message(Code.VERSION_TOOK_OVER, {"version": name})
