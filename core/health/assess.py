"""From profiles to findings: everything that is known about a model's health, before it is put into words."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.health import alarm, drift, estimate
from core.health import tolerance as limit
from core.health.alarm import Baseline, Signal
from core.health.bands import Z95, Measured
from core.health.calibrate import Calibration, calibrate
from core.health.cause import Cause, Fall, causes
from core.health.drift import Drift
from core.health.history import Chunk, History, pooled, pooled_segments
from core.health.metrics import METRICS, Metric, judged, measure
from core.health.onset import Onset, onset
from core.health.profile import Profile
from core.health.segments import SegmentFinding, segments

WINDOW = 3
"""Chunks that "now" rests on."""


@dataclass(frozen=True, slots=True)
class ChunkFinding:
    """One log chunk: metric -> value, feature -> drift; `reliable`: whether the estimate can be believed."""

    chunk: Chunk
    realised: dict[str, Measured]
    estimated: dict[str, Measured]
    drift: dict[str, Drift]
    signal: Signal | None
    reliable: bool


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
    """All findings. `onset` holds positions in the log and is given while the alarm lasts."""

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


def measures(profile: Profile) -> dict[str, Measured]:
    """Every metric that can be measured."""
    found = {name: measure(metric, profile) for name, metric in METRICS.items()}
    return {name: value for name, value in found.items() if value is not None}


def assess(history: History, metric: Metric, said: float | None) -> Findings:
    """Compute everything; costs depend on the number of chunks and cells, not on the number of rows.

    `said` is the tolerance, None for a share of what the reference period had.
    """
    before = pooled(history.reference, history.layout)
    tolerance = limit.tolerance(metric, said, before)
    reference = measures(before)
    base = None
    if metric.name in reference:
        chunks = [measure(metric, chunk.profile) for chunk in history.reference]
        base = alarm.baseline(
            judged(metric, reference[metric.name]),
            [chunk and judged(metric, chunk) for chunk in chunks],
            tolerance,
        )
    calibration = calibrate(before) if before.labelled else None
    if calibration is not None and before.errors.size:
        calibration = estimate.with_misfit(calibration, [chunk.profile for chunk in history.reference])
    found = _chunks(history, before, calibration, base, metric, tolerance)
    since = _since(history, found)
    begun = _onset(found, since)
    window = _window(history, found, calibration, begun.at if begun else since)
    if window is None or base is None:
        return Findings(metric, tolerance, history, reference, base, found)
    inside = [c.chunk for c in found[window.first : window.last + 1]]
    return Findings(
        metric,
        tolerance,
        history,
        reference,
        base,
        found,
        window,
        begun,
        _causes(history, metric, before, reference, window, found, calibration, begun),
        segments(metric, pooled_segments(history.reference), pooled_segments(inside), before),
    )


def _chunks(
    history: History,
    before: Profile,
    calibration: Calibration | None,
    base: Baseline | None,
    metric: Metric,
    tolerance: float,
) -> list[ChunkFinding]:
    realised = [measures(chunk.profile) for chunk in history.log]
    estimated = [estimate.estimate(c.profile, calibration) if calibration else {} for c in history.log]
    moved = drift.persistent([drift.drift(history.layout, before, c.profile) for c in history.log])
    values = [judged(metric, each[metric.name]) if metric.name in each else None for each in realised]
    signals: list[Signal | None] = [None] * len(values)
    if base is not None:
        signals = alarm.signals(base, values, metric.sign, tolerance, history.fresh)
    pairs = [
        (real.get(metric.name), guess.get(metric.name))
        for real, guess in zip(realised, estimated, strict=True)
    ]
    held = _reliable(pairs)
    return [
        ChunkFinding(*each)
        for each in zip(history.log, realised, estimated, moved, signals, held, strict=True)
    ]


def _reliable(pairs: Sequence[tuple[Measured | None, Measured | None]]) -> list[bool]:
    """Where labels arrived, whether the estimate held; after that, whether it held the last time."""
    last, found = True, []
    for real, guess in pairs:
        if real is not None:
            last = estimate.backtest(real, guess)
        found.append(last)
    return found


def _since(history: History, found: Sequence[ChunkFinding]) -> int:
    """From where on the version answers that answers in the last measured chunk."""
    last = max((at for at, each in enumerate(found) if each.signal is not None), default=0)
    return max((at for at in history.fresh if at <= last), default=0)


def _onset(found: Sequence[ChunkFinding], since: int) -> Onset | None:
    """The beginning of the fall that still lasts, as positions in the log."""
    measured = [(at, each.signal) for at, each in enumerate(found) if at >= since and each.signal is not None]
    if not measured or not measured[-1][1].alarm:
        return None
    begun = onset([signal.z for _, signal in measured])
    if begun is None:  # the alarm rests on one or two chunks: it began with the first of the bad ones
        bad = [at for at, (_, signal) in enumerate(measured) if signal.alarm]
        begun = Onset(bad[-1], bad[-1], bad[-1])
    places = [at for at, _ in measured]
    return Onset(places[begun.at], places[begun.earliest], places[begun.latest])


def _window(
    history: History,
    found: Sequence[ChunkFinding],
    calibration: Calibration | None,
    start: int,
) -> Window | None:
    places = [at for at, each in enumerate(found) if each.signal is not None and at >= start][-WINDOW:]
    if not places:
        return None
    profile = pooled([found[at].chunk for at in places], history.layout)
    expected = estimate.estimate(profile, calibration) if calibration else {}
    return Window(places[0], places[-1], profile, measures(profile), expected)


def _causes(
    history: History,
    metric: Metric,
    before: Profile,
    reference: dict[str, Measured],
    window: Window,
    found: Sequence[ChunkFinding],
    calibration: Calibration | None,
    begun: Onset | None,
) -> list[Cause]:
    last = found[window.last].signal
    if last is None or last.low <= 0 or calibration is None or metric.name not in window.realised:
        return []
    counted = METRICS["accuracy" if metric.influence is None else "mae"]
    estimated = window.estimated.get(metric.name)
    fall = Fall(
        metric.sign,
        judged(metric, reference[metric.name]),
        judged(metric, window.realised[metric.name]),
        estimated and judged(metric, estimated),
        counted.sign * (reference[counted.name].value - window.realised[counted.name].value),
    )
    earlier = found[: begun.at if begun else window.first]
    sound = [each.chunk.profile for each in earlier if each.signal is not None and each.signal.z < Z95]
    drifted = found[window.last].drift
    return causes(fall, history.layout, before, window.profile, drifted, calibration, sound)
