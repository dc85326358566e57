"""Versions in the document: a curve for each, and what is said when two of them answer at the same time."""

from dataclasses import replace

from core.health.findings import ChunkFinding, Findings
from core.health.performance import formatting
from core.health.performance.metrics import measure
from core.health.performance.versions import Rivals, rivals, versions
from core.health.report.chunk_entries import VersionCount
from core.health.report.chunk_places import span
from core.health.report.document import VersionEntry
from core.health.report.verdict import Verdict
from core.messages import Code, Message
from core.model import ModelSpec
from core.stats.intervals import Measured
from core.stats.metric import Metric
from core.tables.chunks import label


def entries(spec: ModelSpec, findings: Findings) -> list[VersionEntry]:
    """Every version of the log, in order of its first answer."""
    keys = [chunk.key for chunk in findings.history.log]
    return [
        VersionEntry(
            version=version.version,
            first=span(keys[version.first], spec.chunk)[0],
            last=span(keys[version.last], spec.chunk)[1],
            **_count(version.rows, version.measured),
        )
        for version in versions(findings.metric, findings.history.log, findings.rules.measure)
    ]


def counts(metric: Metric, chunk: ChunkFinding) -> dict[str, VersionCount]:
    """The versions that answered in one chunk."""
    return {
        version: _count(profile.n, measure(metric, profile))
        for version, profile in sorted(chunk.chunk.versions.items())
    }


def with_rivals(spec: ModelSpec, findings: Findings, outcome: Verdict) -> Verdict:
    """The verdict with a sentence about two versions that answer at the same time.

    A verdict over both is not healthy while one of them is worse by more than the tolerance and chance.
    """
    window, log = findings.window, findings.history.log
    last = window.last if window else len(log) - 1
    now = findings.rules.now.chunks
    pair = rivals(findings.metric, log[max(0, last + 1 - now) : last + 1], findings.rules) if log else None
    if pair is None:
        return outcome
    apart = pair.difference
    differ = apart is not None and abs(apart[0]) >= findings.tolerance and apart[1] * apart[2] > 0
    status = "amber" if outcome.status == "green" and differ else outcome.status
    messages = _two_versions(findings.metric, pair, label(log[last].key, spec.chunk))
    return replace(outcome, status=status).plus(*messages)


def _two_versions(metric: Metric, pair: Rivals, when: str) -> list[Message]:
    first, second = pair.first.version, pair.second.version
    both = Message(
        Code.TWO_VERSIONS, {"first": first, "second": second, "share": float(pair.share), "when": when}
    )
    if pair.difference is None:
        return [both, Message(Code.VERSIONS_UNKNOWN, {})]
    size, low, high = pair.difference
    if low * high <= 0:
        return [both, Message(Code.VERSIONS_ALIKE, {})]
    worse, better = (second, first) if size > 0 else (first, second)
    difference = _apart(metric, abs(size), (high - low) / 2)
    return [both, Message(Code.VERSION_WORSE, {"worse": worse, "better": better, "difference": difference})]


def _apart(metric: Metric, size: float, half: float) -> str:
    low, high = (formatting.number(metric, abs(size + way * half), half) for way in (-1, 1))
    text = f"{formatting.number(metric, size, half)} (95 % interval {low.removesuffix(' %')}-{high})"
    return text.replace(" %", " points").replace("95 points", "95 %")


def _count(rows: int, measured: Measured | None) -> VersionCount:
    if measured is None:
        return VersionCount(rows=rows, n=0, value=None, low=None, high=None)
    return VersionCount(rows=rows, n=measured.n, value=measured.value, low=measured.low, high=measured.high)
