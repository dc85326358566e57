"""Findings -> the health document."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import cast

from core.health.change.faults import Run
from core.health.findings import Findings
from core.health.paid import money, money_messages
from core.health.performance.metrics import measure, measures
from core.health.profiles.history import Chunk
from core.health.report.account_entries import account_lines, fall_entry
from core.health.report.alerts import alerts, of_chunk, of_guard
from core.health.report.chunk_entries import (
    ChunkEntry,
    Counted,
    Number,
    ReferenceChunk,
    alarm_entry,
    estimates,
)
from core.health.report.chunk_places import span
from core.health.report.data_entry import data_entry
from core.health.report.document import (
    FORMAT,
    CurrentEntry,
    DeliveryEntry,
    HealthDocument,
    Labels,
    LossEntry,
    MoneyEntry,
    NewClass,
    OnsetEntry,
    ReferenceEntry,
)
from core.health.report.feature_entries import feature_entries, summarise
from core.health.report.season_notes import with_seasons
from core.health.report.step_entries import step_entries
from core.health.report.verdict import beyond_message, chunk_status, verdict
from core.health.report.verdict_notes import (
    with_faults,
    with_gain,
    with_gaps,
    with_new_classes,
    with_promise,
    with_reference,
    with_review,
    with_watch,
)
from core.health.report.version_curves import counts, entries, with_rivals
from core.health.report.why_entries import CauseEntry, segment_entries
from core.messages import Code, Message
from core.model import ModelSpec
from core.stats.intervals import Measured
from core.stats.metric import Metric
from core.stats.metrics import MetricTable
from core.tables.chunks import label


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known beside the profiles.

    Attributes:
        version: in production; last_version: the one that predicted last in the log.
        labelled: rows of the log with a label, counting already or not.
        strange: (class that the model does not know, labels, predictions).
        ends: moments of the oldest and of the newest row of the log; None where rows have no time.
        brought: fault of a column -> the delivery in whose rows it shows first.
        guard: what the guard of the version in production asks for, and the day on which it did.
    """

    version: str | None
    last_version: str | None
    computed_at: datetime
    labelled: int
    strange: tuple[tuple[str, int, int], ...] = ()
    ends: tuple[datetime, datetime] | None = None
    brought: Mapping[Run, DeliveryEntry] = field(default_factory=dict)
    guard: tuple[Message, str] | None = None


def compose(spec: ModelSpec, findings: Findings, facts: Facts) -> HealthDocument:
    """Put the findings into the document, with dates in place of positions."""
    log = findings.history.log

    def name(at: int) -> str:
        return label(log[at].key, spec.chunk)

    outcome = with_rivals(
        spec, findings, with_reference(findings, with_gain(findings, verdict(findings, name)))
    )
    paid = money(findings, spec.chunk)
    outcome = with_watch(findings, outcome).plus(*money_messages(paid))
    outcome = with_promise(findings, with_seasons(findings, with_faults(findings, outcome, name)))
    outcome = with_review(findings, outcome)
    outcome = with_new_classes(spec, outcome, facts.strange).plus(*_unused_version(facts))
    chunks = [_chunk(spec, findings, at) for at in range(len(findings.chunks))]
    data = data_entry(findings, chunks, spec.chunk, facts.ends)
    outcome = with_gaps(outcome, data)
    raised = [*alerts(findings, chunks, data, facts.brought), *of_guard(facts.guard)]
    return HealthDocument(
        format=FORMAT,
        model=spec.name,
        version=facts.version,
        status=outcome.status,
        sentence=outcome.sentence,
        findings=[message.document() for message in outcome.messages],
        suggestion=outcome.suggestion,
        steps=step_entries(findings, outcome),
        labels_needed=outcome.labels_needed,
        metric=findings.metric.name,
        metric_label=findings.metric.title,
        direction=findings.metric.better,
        tolerance=findings.tolerance,
        computed_at=facts.computed_at.isoformat(timespec="seconds"),
        data=data,
        note=spec.note,
        labels=Labels(
            rows=sum(chunk["n"] for chunk in chunks),
            labelled=facts.labelled,
            mature=sum(chunk["labelled"] for chunk in chunks),
        ),
        summary=summarise(findings, raised),
        reference=_reference(spec, findings),
        current=_current(findings, chunks),
        onset=_onset(findings, chunks),
        causes=_causes(findings),
        fall=fall_entry(findings),
        account=account_lines(findings, chunks),
        losses=_losses(findings),
        money=cast("MoneyEntry", asdict(paid)) if paid else None,
        threshold=spec.threshold,
        segments=segment_entries(findings),
        features=feature_entries(findings),
        versions=entries(spec, findings),
        new_classes=[NewClass(name=n, labels=a, predictions=b) for n, a, b in facts.strange],
        chunks=chunks,
        alerts=raised,
    )


def _unused_version(facts: Facts) -> list[Message]:
    """A promotion changes nothing that was measured: say whose answers these are."""
    if facts.version is None or facts.last_version is None or facts.version == facts.last_version:
        return []
    return [Message(Code.VERSION_UNUSED, {"answered": facts.last_version, "version": facts.version})]


def _number(measured: Measured) -> Number:
    return Number(value=measured.value, low=measured.low, high=measured.high)


def _numbers(measured: dict[str, Measured]) -> dict[str, Number]:
    return {name: _number(number) for name, number in measured.items()}


def _number_with_n(measured: Measured) -> Counted:
    return Counted(value=measured.value, low=measured.low, high=measured.high, n=measured.n)


def _chunk(spec: ModelSpec, findings: Findings, at: int) -> ChunkEntry:
    chunk = findings.chunks[at]
    start, end = span(chunk.chunk.key, spec.chunk)
    raised = [message.document() for message in of_chunk(findings, at)]
    entry = ChunkEntry(
        key=chunk.chunk.key,
        label=label(chunk.chunk.key, spec.chunk),
        start=start,
        end=end,
        n=chunk.chunk.profile.n,
        labelled=chunk.chunk.profile.labelled,
        status=chunk_status(chunk, findings.tolerance, findings.rules.verdict),
        alarm=alarm_entry(chunk.signal),
        realised=_numbers(chunk.realised),
        estimated=estimates(chunk),
        drift={
            name: {"js": d.js, "psi": d.psi, "p": d.p, "flagged": d.flagged}
            for name, d in chunk.drift.items()
        },
        alerts=[finding["sentence"] for finding in raised],
        findings=raised,
        segments=_breakdown(findings.metric, chunk.chunk),
        versions=counts(findings.metric, chunk),
    )
    if chunk.beyond is not None:
        entry["not_estimated"] = beyond_message(findings, chunk.beyond).document()
    return entry


def _breakdown(metric: Metric, chunk: Chunk) -> dict[str, dict[str, Counted]]:
    counts: dict[str, dict[str, Counted]] = {}
    for (column, value), profile in chunk.segments.items():
        measured = measure(metric, profile)
        if measured is not None:
            counts.setdefault(column, {})[value] = _number_with_n(measured)
    return counts


def _reference(spec: ModelSpec, findings: Findings) -> ReferenceEntry | None:
    pooled_value = findings.reference.get(findings.metric.name)
    chunks = findings.history.reference
    if pooled_value is None:
        return None
    entries = [_reference_chunk(spec, chunk, findings.metrics) for chunk in chunks]
    return ReferenceEntry(
        **_number_with_n(pooled_value),
        trained=findings.history.trained,
        start=entries[0]["start"],
        end=entries[-1]["end"],
        realised=_numbers(findings.reference),
        chunks=entries,
    )


def _reference_chunk(spec: ModelSpec, chunk: Chunk, metrics: MetricTable) -> ReferenceChunk:
    start, end = span(chunk.key, spec.chunk)
    return ReferenceChunk(
        key=chunk.key,
        label=label(chunk.key, spec.chunk),
        start=start,
        end=end,
        n=chunk.profile.n,
        labelled=chunk.profile.labelled,
        realised=_numbers(measures(chunk.profile, metrics=metrics)),
    )


def _current(findings: Findings, chunks: list[ChunkEntry]) -> CurrentEntry | None:
    window = findings.window
    if window is None or findings.metric.name not in window.realised:
        return None
    first, last = chunks[window.first], chunks[window.last]
    return CurrentEntry(
        **_number_with_n(window.realised[findings.metric.name]),
        label=first["label"] if first is last else f"{first['label']} to {last['label']}",
        start=first["start"],
        end=last["end"],
        realised=_numbers(window.realised),
    )


def _onset(findings: Findings, chunks: list[ChunkEntry]) -> OnsetEntry | None:
    start = findings.onset
    if start is None:
        return None
    return OnsetEntry(
        date=chunks[start.at]["start"],
        earliest=chunks[start.earliest]["start"],
        latest=chunks[start.latest]["start"],
        label=chunks[start.at]["label"],
        gradual=start.gradual,
    )


def _causes(findings: Findings) -> list[CauseEntry]:
    causes = []
    for cause in findings.causes:
        finding = cause.message.document()
        entry = CauseEntry(
            kind=cause.kind,
            share=cause.share,
            features=list(cause.features),
            code=finding["code"],
            parameters=finding["parameters"],
            sentence=finding["sentence"],
        )
        if cause.feature is not None:
            entry["feature"] = cause.feature
        causes.append(entry)
    return causes


def _losses(findings: Findings) -> list[LossEntry]:
    return [
        LossEntry(
            metric=loss.metric.name,
            label=loss.metric.title,
            before=_number(loss.before),
            now=_number(findings.window.realised.get(loss.metric.name, loss.now)),
        )
        for loss in findings.losses
        if findings.window is not None
    ]
