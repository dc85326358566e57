"""From profiles to findings; costs depend on the number of chunks and cells, not on the number of rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from core.health import recent
from core.health.attribution.cause import Fall
from core.health.attribution.reviewed_labels import ReviewedLabels
from core.health.attribution.segments import segments
from core.health.change import alarm, faults, guards, rows_and_time
from core.health.change.alarm import Signal
from core.health.change.faults import Run
from core.health.change.fit.labels import LABEL_FAULTS, SPOILED, label_misfits
from core.health.change.fit.predictions import output_misfits
from core.health.change.guards import Loss
from core.health.change.norm import Norm, norm
from core.health.change.onset import Onset
from core.health.change.rhythm import Rhythm
from core.health.change.rows_and_time import Arrivals
from core.health.change.seasons import Seasons, drifts, seasons
from core.health.change.values.settle import ColumnValues, settle_runs
from core.health.explain import explain
from core.health.findings import ChunkFinding, Findings, Window
from core.health.performance import tolerance as limit
from core.health.performance.metrics import measure, measures
from core.health.performance.versions import one_version
from core.health.profiles.history import History, pool, pool_segments
from core.health.profiles.profile import Profile
from core.health.rules import RULES, HealthRules
from core.health.tasks.estimator import Estimator, are_reliable, expect_in_order
from core.health.tasks.reach import beyond
from core.health.tasks.record import Record
from core.health.tasks.remembered import Memory, Remembered
from core.health.tasks.task import Task, task_of
from core.stats.intervals import Measured
from core.stats.metric import Metric
from core.stats.metrics import METRICS, MetricTable


@dataclass(frozen=True, slots=True)
class Reference:
    """What the log is judged by.

    Attributes:
        profile: of the whole reference period.
        chunks: profiles of its chunks.
        realised: metric -> value in it.
        tolerance: of the metric of record.
        norm: what is normal; None where the metric cannot be measured.
        estimator: of metrics before the labels arrive; None without labels.
        seasons: what repeats in its inputs.
        metrics: what is measured.
    """

    profile: Profile
    chunks: list[Profile]
    realised: dict[str, Measured]
    tolerance: float
    norm: Norm | None
    estimator: Estimator | None
    seasons: Seasons
    metrics: MetricTable

    def expect(self, record: Record, profile: Profile) -> dict[str, Measured]:
        """Metric -> estimate, by the method with the better record."""
        return record.choose(self.estimator.candidates(profile)).values if self.estimator else {}

    def assist(self, profile: Profile) -> dict[str, Measured]:
        """Metric -> value with the help of few labels."""
        return self.estimator.assist(profile) if self.estimator else {}


def fault_runs(history: History, rules: HealthRules = RULES) -> list[Run]:
    """Faults over the chunks of the log, not settled: of some the values themselves must be looked at."""
    reference, log = ([chunk.profile for chunk in part] for part in (history.reference, history.log))
    by_chunk = faults.faults_by_chunk(history.layout, reference, log, rules.faults)
    before = pool(history.reference, history.layout)
    misfits = [
        output_misfits(history.layout, before, profile, rules.faults, scored_here=history.scored_here)
        for profile in log
    ]
    labels = label_misfits(history.layout, reference, log, rules.faults)
    every = [[*broken, *odd] for broken, odd in zip(by_chunk, misfits, strict=True)]
    due = [profile.n - profile.young for profile in log]  # where no label is due yet, none can be right again
    runs = [*faults.runs(every, [profile.n for profile in log]), *faults.runs(labels, due)]
    return sorted(runs, key=lambda run: (run.first, run.fault.key))


def assess(
    history: History,
    metric: Metric,
    own_tolerance: float | None,
    looked: Mapping[Run, ColumnValues] | None = None,
    rules: HealthRules = RULES,
    arrivals: Arrivals | None = None,
    reviewed: ReviewedLabels | None = None,
    metrics: MetricTable = METRICS,
    runs: Sequence[Run] | None = None,
    memory: Memory | None = None,
) -> Findings:
    """Compute everything.

    Args:
        history: profiles of the reference period and of the log.
        metric: the metric of record.
        own_tolerance: what a person chose; None for a share of what the reference period had.
        looked: what was read of the columns in `fault_runs`.
        rules: what decides.
        arrivals: what is known of the rows beside their profiles; None: they are not judged.
        reviewed: what experts said of a blind sample of labels; None: nobody was asked.
        metrics: what is measured; the metric of record is one of them.
        runs: those `fault_runs`; None: they are not known yet.
        memory: estimates of an earlier document; None: all are made anew.
    """
    task = task_of(history.layout.classes)
    reference = _reference(history, task, metric, own_tolerance, rules, metrics, memory)
    log = [chunk.profile for chunk in history.log]
    runs = settle_runs(
        history.layout,
        reference.profile,
        log,
        fault_runs(history, rules) if runs is None else runs,
        looked or {},
        rules,
    )
    row_runs, gaps = _rows_and_time(history, runs, arrivals, rules)
    runs = [*runs, *row_runs]
    chunks, record = _chunks(history, reference, metric, runs, rules)
    findings = Findings(
        metric,
        reference.tolerance,
        history,
        reference.realised,
        reference.norm.baseline if reference.norm else None,
        chunks,
        faults=runs,
        gaps=gaps,
        seasons=reference.seasons,
        rhythm=reference.norm.rhythm if reference.norm else Rhythm(),
        metrics=metrics,
        rules=rules,
    )
    since = recent.since(history, chunks)
    start = recent.onset_of_fall(chunks, since, rules)
    window = recent.window(findings, start.at if start else since, partial(reference.expect, record))
    if window is None or reference.norm is None:
        return findings
    inside = [finding.chunk for finding in chunks[window.first : window.last + 1]]
    before = pool(window.reference, history.layout)
    findings = replace(findings, reviewed=_reviewed_fall(history, reviewed, window, start))
    return replace(
        _explain(findings, before, window, start, since),
        window=window,
        onset=start,
        segments=segments(metric, pool_segments(window.reference), pool_segments(inside), before, rules),
    )


def _reference(
    history: History,
    task: Task,
    metric: Metric,
    own_tolerance: float | None,
    rules: HealthRules,
    metrics: MetricTable,
    memory: Memory | None,
) -> Reference:
    profile = pool(history.reference, history.layout)
    chunks = [chunk.profile for chunk in history.reference]
    tolerance = limit.tolerance(metric, own_tolerance, profile, rules.tolerance)
    realised = measures(profile, rules.measure, metrics)
    known = realised.get(metric.name)
    usual = norm(metric, known, history.reference, tolerance, rules) if known else None
    learn: Callable[[], Estimator] = partial(task.estimator, profile, chunks, rules.estimate, metrics)
    estimator = learn() if profile.labelled and memory is None else None
    if profile.labelled and memory is not None:
        estimator = Remembered(learn, memory, [profile, *chunks], rules.estimate, metrics)
    repeats = seasons(history.layout, history.reference, rules)
    return Reference(profile, chunks, realised, tolerance, usual, estimator, repeats, metrics)


def _rows_and_time(
    history: History, runs: Sequence[Run], arrivals: Arrivals | None, rules: HealthRules
) -> tuple[list[Run], list[rows_and_time.Gap]]:
    """Runs of chunks with too few rows or with copies, and missing chunks.

    Where a column is broken (`runs`), rows look alike by that.
    """
    if arrivals is None:
        return [], []
    keys, rows = [chunk.key for chunk in history.log], [chunk.profile.n for chunk in history.log]
    columns = [run for run in runs if run.fault.kind not in LABEL_FAULTS]
    broken = {at for run in columns for at in range(run.first, run.last + 1)}
    by_chunk = rows_and_time.row_faults(keys, rows, arrivals, rules.rows, rules.faults)
    settled = [
        [fault for fault in faulty if fault.kind != "copies" or at not in broken]
        for at, faulty in enumerate(by_chunk)
    ]
    return faults.runs(settled, rows), rows_and_time.gaps(keys, rows, arrivals, rules.rows)


def _chunks(
    history: History, reference: Reference, metric: Metric, runs: Sequence[Run], rules: HealthRules
) -> tuple[list[ChunkFinding], Record]:
    log = [chunk.profile for chunk in history.log]
    realised = [measures(profile, rules.measure, reference.metrics) for profile in log]
    reach = [
        beyond(history.layout, reference.profile, profile, reference.seasons.usual, rules.estimate)
        for profile in log
    ]
    assisted = [reference.assist(profile) for profile in log]
    name = metric.name
    unknown = [None if name in values else limit for limit, values in zip(reach, assisted, strict=True)]
    moved = drifts(history, reference.seasons, rules.drift)
    here = [[run.fault for run in runs if run.first <= at <= run.last] for at in range(len(log))]
    believed = [
        {} if any(fault.kind in SPOILED for fault in broken) else metrics
        for broken, metrics in zip(here, realised, strict=True)
    ]
    within = [profile if limit is None else None for profile, limit in zip(log, reach, strict=True)]
    expected, record = expect_in_order(reference.estimator, within, believed)
    estimated = [expectation.values for expectation in expected]
    signals, losses = _signals(history, reference, metric, believed, rules)
    pairs = [(real.get(name), guess.get(name)) for real, guess in zip(realised, estimated, strict=True)]
    reliable = are_reliable(pairs)
    chunks = [
        ChunkFinding(*parts)
        for parts in zip(
            history.log,
            realised,
            estimated,
            moved,
            signals,
            reliable,
            here,
            losses,
            unknown,
            assisted,
            [expectation.methods for expectation in expected],
            [expectation.doubtful for expectation in expected],
            strict=True,
        )
    ]
    return chunks, record


def _signals(
    history: History,
    reference: Reference,
    metric: Metric,
    believed: Sequence[dict[str, Measured]],
    rules: HealthRules,
) -> tuple[list[Signal | None], list[list[Loss]]]:
    """The state of the metric of record after every chunk, and the losses beside it."""
    usual = reference.norm
    if usual is None:
        return [None for _ in believed], [[] for _ in believed]
    values = usual.levels(history.log, believed)
    states = alarm.signals(
        usual.baseline, values, metric.sign, reference.tolerance, history.fresh, rules.alarm
    )
    return states, guards.losses(history, metric, believed, rules, reference.metrics)


def _explain(
    findings: Findings, before: Profile, window: Window, start: Onset | None, since: int
) -> Findings:
    """With the causes of a fall that excludes chance, and its account."""
    history, rules = findings.history, findings.rules
    last = findings.chunks[window.last]
    if last.signal is None or last.signal.low <= 0:
        return findings
    counted = findings.task.mean_loss
    past, now = measure(counted, before, rules.measure), window.realised.get(counted.name)
    grown = counted.loss(past, now) if past and now else 0.0
    lasting = [run for run in findings.faults if run.first <= window.last <= run.last]
    version = recent.takeover(findings, since, start, window.last)
    inside, earlier = history.log[window.first : window.last + 1], history.log[: window.first]
    one = one_version((*window.reference, *earlier), inside)
    fall = Fall(before, window.profile, grown, start, lasting, last.drift, version, one)
    return explain(findings, fall)


def _reviewed_fall(
    history: History, reviewed: ReviewedLabels | None, window: Window, start: Onset | None
) -> ReviewedLabels | None:
    """The blind sample, where it was drawn within the fall that lasts."""
    places = {chunk.key: at for at, chunk in enumerate(history.log)}
    if reviewed is None or start is None or not {reviewed.first, reviewed.last} <= places.keys():
        return None
    return reviewed if start.earliest <= places[reviewed.first] <= window.last else None
