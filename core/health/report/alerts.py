"""Alerts in the document: alarms of the metric, and faults of the data, the answers and the labels."""

from collections.abc import Mapping, Sequence

from core.health.attribution.cause import OUTPUTS
from core.health.attribution.fault_costs import cost_of_run
from core.health.attribution.fault_messages import fault_message
from core.health.attribution.output_link import LINK_CODES
from core.health.change.faults import Fault, Run
from core.health.change.fit.labels import LABEL_FAULTS
from core.health.findings import Findings
from core.health.profiles.history import pool
from core.health.profiles.profile import Profile
from core.health.report.chunk_entries import ChunkEntry, Number, Place
from core.health.report.data_entry import last_day
from core.health.report.document import AlertEntry, DataEntry, DeliveryEntry
from core.health.report.verdict import chunk_status
from core.messages import Code, Message


def alerts(
    findings: Findings,
    chunks: Sequence[ChunkEntry],
    data: DataEntry,
    brought: Mapping[Run, DeliveryEntry] | None = None,
) -> list[AlertEntry]:
    """All alerts: those of performance first, then faults in order of their beginning, then gaps.

    Args:
        findings: what was found.
        chunks: the entries of the chunks of the log.
        data: what time its rows cover.
        brought: fault of a column -> the delivery that brought it, where it is known.
    """
    beside = [alert for name in _names(findings) for alert in _beside(findings, chunks, name)]
    broken = _faults(findings, chunks, brought or {})
    return [
        *_performance(findings, chunks),
        *beside,
        *broken,
        *_misfits(findings, chunks),
        *_gaps(findings, data),
    ]


def of_chunk(findings: Findings, at: int) -> list[Message]:
    """What is wrong in one chunk."""
    chunk = findings.chunks[at]
    fell = chunk_status(chunk, findings.tolerance, findings.rules.verdict) == "red"
    alone = (loss.metric for loss in chunk.losses if loss.alone)
    worse = [*([findings.metric] if fell else []), *alone]
    return [
        *(Message(Code.WORSE_THAN_REFERENCE, {"metric": metric.title}) for metric in worse),
        *(fault_message(fault) for fault in chunk.faults),
    ]


def of_guard(guard: tuple[Message, str] | None) -> list[AlertEntry]:
    """What a guard asks for since a day; it stands until the version in production changes."""
    return [] if guard is None else [_alert(*guard, "guard", "red")]


def _performance(findings: Findings, chunks: Sequence[ChunkEntry]) -> list[AlertEntry]:
    """Runs of alarms; a chunk in which nothing was measured neither opens nor closes one."""
    metric = findings.metric
    way = "fell"
    if metric.better == "lower":
        way = "grew" if metric.both_ways else "rose"
    alerts: list[AlertEntry] = []
    for chunk, entry in zip(findings.chunks, chunks, strict=True):
        signal = chunk.signal
        is_open = bool(alerts) and alerts[-1]["closed"] is None
        if signal is None or signal.alarm == is_open:
            continue
        if signal.alarm:
            message = Message(Code.FALL, {"metric": metric.title, "way": way, "when": entry["label"]})
            alerts.append(_alert(message, entry["start"], "performance", "red"))
        else:
            alerts[-1]["closed"] = entry["start"]
    return alerts


def _names(findings: Findings) -> list[str]:
    return list(dict.fromkeys(loss.metric.name for chunk in findings.chunks for loss in chunk.losses))


def _beside(findings: Findings, chunks: Sequence[ChunkEntry], name: str) -> list[AlertEntry]:
    """Runs in which a metric beside that of record was beyond its band."""
    alerts: list[AlertEntry] = []
    for chunk, entry in zip(findings.chunks, chunks, strict=True):
        fell = any(loss.metric.name == name for loss in chunk.losses)
        is_open = bool(alerts) and alerts[-1]["closed"] is None
        if chunk.signal is None or fell == is_open:
            continue
        if not fell:
            alerts[-1]["closed"] = entry["start"]
            continue
        message = Message(Code.LOSS_BESIDE, {"metric": findings.metrics[name].title, "when": entry["label"]})
        alerts.append(_alert(message, entry["start"], "performance", "amber"))
    return alerts


def _faults(
    findings: Findings, chunks: Sequence[ChunkEntry], brought: Mapping[Run, DeliveryEntry]
) -> list[AlertEntry]:
    alerts = []
    before = pool(findings.history.reference, findings.history.layout)
    for run in findings.faults:
        message = fault_message(run.fault, chunks[run.first]["label"])
        alert = _alert(message, chunks[run.first]["start"], _rule(run.fault), "amber")
        if not run.open:
            alert["closed"] = chunks[min(run.last + 1, len(chunks) - 1)]["start"]
        if run.fault.feature:
            alert["feature"] = run.fault.feature
            _add_cost(findings, before, run, alert)
            if run in brought:
                alert["delivery"] = brought[run]
        alerts.append(alert)
    return alerts


def _misfits(findings: Findings, chunks: Sequence[ChunkEntry]) -> list[AlertEntry]:
    """Predictions that do not fit the inputs, which only rows of a fall can tell."""
    start = findings.onset
    return [
        _alert(cause.message, chunks[start.at]["start"], "output_fault", "amber")
        for cause in findings.causes
        if start is not None and cause.message.code in LINK_CODES
    ]


def _add_cost(findings: Findings, before: Profile, run: Run, alert: AlertEntry) -> None:
    """Rows and cost of a fault of a column."""
    layout, log = findings.history.layout, [chunk.profile for chunk in findings.history.log]
    price = cost_of_run(layout, before, log, run, findings.rules)
    alert["rows"] = price.rows
    alert["cost"] = None
    if price.cost is not None:
        value, low, high = price.cost
        alert["cost"] = Number(value=value, low=low, high=high)


def _gaps(findings: Findings, data: DataEntry) -> list[AlertEntry]:
    closed = [gap for gap in findings.gaps if not gap.open]
    alerts = []
    for gap, entry in zip(closed, data["gaps"], strict=True):
        alert = _alert(Message(Code.GAP, {"period": entry["label"]}), entry["from"], "rows", "amber")
        alert["closed"] = gap.after.date().isoformat()
        alerts.append(alert)
    for gap in (gap for gap in findings.gaps if gap.open):
        ended = Message(Code.LOG_ENDED, {"until": last_day(data)})
        alerts.append(_alert(ended, gap.first.date().isoformat(), "rows", "amber"))
    return alerts


def _alert(message: Message, opened: Place, rule: str, severity: str) -> AlertEntry:
    """An alert that is open."""
    finding = message.document()
    return AlertEntry(
        opened=opened,
        closed=None,
        rule=rule,
        severity=severity,
        code=finding["code"],
        parameters=finding["parameters"],
        sentence=finding["sentence"],
    )


def _rule(fault: Fault) -> str:
    by_kind = dict.fromkeys(LABEL_FAULTS, "labels") | {"few_rows": "rows", "copies": "rows"}
    if fault.kind in by_kind:
        return by_kind[fault.kind]
    return "output_fault" if fault.kind in OUTPUTS else "data_fault"
