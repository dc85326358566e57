"""Alerts in the document: alarms of the metric, and faults of the data, the answers and the labels."""

from collections.abc import Sequence

from core.health.assess import Findings
from core.health.attribution import fault_words
from core.health.attribution.cause import OUTPUTS
from core.health.change.faults import Fault
from core.health.report.document import AlertEntry, ChunkEntry
from core.stats.metrics import METRICS


def alerts(findings: Findings, chunks: Sequence[ChunkEntry]) -> list[AlertEntry]:
    """All alerts: those of performance first, then faults in order of their beginning."""
    beside = [alert for name in _names(findings) for alert in _beside(findings, chunks, name)]
    return [*_performance(findings, chunks), *beside, *_faults(findings, chunks)]


def of_chunk(findings: Findings, at: int) -> list[str]:
    """What is wrong in one chunk, as sentences."""
    each = findings.chunks[at]
    alarm = each.signal is not None and each.signal.alarm
    worse = [f"{findings.metric.title} is worse than in the reference period."] if alarm else []
    beside = [f"{loss.metric.title} is worse than in the reference period." for loss in each.losses]
    return [*worse, *beside, *(f"{fault_words.what(fault)}." for fault in each.faults)]


def _performance(findings: Findings, chunks: Sequence[ChunkEntry]) -> list[AlertEntry]:
    """Runs of alarms; a chunk in which nothing was measured neither opens nor closes one."""
    found: list[AlertEntry] = []
    for each, entry in zip(findings.chunks, chunks, strict=True):
        signal = each.signal
        is_open = bool(found) and found[-1]["closed"] is None
        if signal is None or signal.alarm == is_open:
            continue
        if signal.alarm:
            sentence = f"{findings.metric.title} fell beyond chance and tolerance in {entry['label']}."
            if findings.metric.better == "lower":
                sentence = sentence.replace("fell", "grew" if findings.metric.name == "bias" else "rose")
            found.append(
                AlertEntry(
                    opened=entry["start"], closed=None, rule="performance", severity="red", sentence=sentence
                )
            )
        else:
            found[-1]["closed"] = entry["start"]
    return found


def _names(findings: Findings) -> list[str]:
    return list(dict.fromkeys(loss.metric.name for each in findings.chunks for loss in each.losses))


def _beside(findings: Findings, chunks: Sequence[ChunkEntry], name: str) -> list[AlertEntry]:
    """Runs in which a metric beside that of record was beyond its band."""
    found: list[AlertEntry] = []
    for each, entry in zip(findings.chunks, chunks, strict=True):
        fell = any(loss.metric.name == name for loss in each.losses)
        is_open = bool(found) and found[-1]["closed"] is None
        if each.signal is None or fell == is_open:
            continue
        if not fell:
            found[-1]["closed"] = entry["start"]
            continue
        said = f"{METRICS[name].title} is worse than in the reference period since {entry['label']}."
        found.append(
            AlertEntry(
                opened=entry["start"], closed=None, rule="performance", severity="amber", sentence=said
            )
        )
    return found


def _faults(findings: Findings, chunks: Sequence[ChunkEntry]) -> list[AlertEntry]:
    found = []
    for run in findings.faults:
        after = None if run.open else chunks[min(run.last + 1, len(chunks) - 1)]["start"]
        entry = AlertEntry(
            opened=chunks[run.first]["start"],
            closed=after,
            rule=_rule(run.fault),
            severity="amber",
            sentence=fault_words.since(run.fault, chunks[run.first]["label"]),
        )
        if run.fault.feature:
            entry["feature"] = run.fault.feature
        found.append(entry)
    return found


def _rule(fault: Fault) -> str:
    if fault.kind == "one_class":
        return "labels"
    return "output_fault" if fault.kind in OUTPUTS else "data_fault"
