"""A fall and its account in the document, in the unit and the direction of the metric of the fall."""

from collections.abc import Sequence

from core.health.attribution.line import Line
from core.health.findings import Findings
from core.health.report.chunk_entries import ChunkEntry, Number
from core.health.report.why_entries import AccountLine, FallEntry, RecordEntry
from core.messages import Code


def fall_entry(findings: Findings) -> FallEntry | None:
    """How far it fell; None where no fall excludes chance."""
    account, metric = findings.account, findings.task.mean_loss
    if account is None:
        return None
    before, now = (metric.of_mean_loss(loss) for loss in (account.before, account.now))
    low, high = sorted(-metric.sign * end for end in (account.low, account.high))
    return FallEntry(
        metric=metric.name,
        value=now - before,
        low=low,
        high=high,
        before=before,
        now=now,
        rows_before=account.rows_before,
        rows=account.rows,
        method=account.method,
        unit="errors in 100 rows" if metric.unit == "share" else "mean error, in the unit of the label",
        record=_record(findings),
    )


def _record(findings: Findings) -> RecordEntry | None:
    """How the metric of record moved, where the fall is not counted in it."""
    metric, window = findings.metric, findings.window
    if window is None or metric.name == findings.task.mean_loss.name:
        return None
    if metric.name not in window.realised or metric.name not in window.before:
        return None
    before, now = (
        Number(value=measured.value, low=measured.low, high=measured.high)
        for measured in (window.before[metric.name], window.realised[metric.name])
    )
    return RecordEntry(metric=metric.name, label=metric.title, before=before, now=now)


def account_lines(findings: Findings, chunks: Sequence[ChunkEntry]) -> list[AccountLine]:
    """The lines, in the order of the account; none without a fall."""
    if findings.account is None:
        return []
    sign = -findings.task.mean_loss.sign
    entries = [_line(line, sign, chunks) for line in findings.account.lines]
    for entry in entries:
        if entry["kind"] == "labels" and findings.reviewed is not None:
            entry["state"] = "confirmed"
            entry["confirmed_by"] = list(findings.reviewed.persons)
            entry["confirmed_on"] = findings.reviewed.until
    for line, entry in zip(findings.account.lines, entries, strict=True):
        if line.proof is not None and findings.window is not None:
            entry["state"] = "confirmed"
            entry["confirmed_on"] = chunks[findings.window.last]["end"]
            entry["proof"] = line.proof.document()
    return entries


def _line(line: Line, sign: int, chunks: Sequence[ChunkEntry]) -> AccountLine:
    finding = line.message.document()
    low, high = sorted((sign * line.low, sign * line.high))
    entry = AccountLine(
        kind=line.kind,
        state="suspected",
        features=list(line.features),
        points=sign * line.value,
        low=low,
        high=high,
        rows=line.rows,
        since=None if line.since is None else chunks[line.since]["start"],
        code=finding["code"],
        parameters=finding["parameters"],
        sentence=finding["sentence"],
    )
    if line.features:
        entry["feature"] = line.features[0]
    if line.message.code is Code.VALUE_MOVED:
        entry["value"] = line.message.parameters["value"]
    return entry
