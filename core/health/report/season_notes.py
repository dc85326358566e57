"""What repeats in the metric and in the inputs, said once, and weekdays that nothing is known of."""

from core.health.findings import Findings
from core.health.performance import formatting
from core.health.report.verdict import Verdict
from core.messages import Code, Message
from core.tables.chunks import WEEKDAYS, weekday


def with_seasons(findings: Findings, outcome: Verdict) -> Verdict:
    """Say by what chunks of the log are compared, and which of them cannot be."""
    season, messages = findings.seasons, []
    if findings.rhythm.beats:
        kind = _kind(next(iter(findings.rhythm.beats)))
        parameters = {"metric": formatting.plain_name(findings.metric), "kind": kind}
        messages.append(Message(Code.METRIC_REPEATS, parameters))
    if season is None or not findings.history.log:
        return outcome.plus(*messages)
    if season.repeating:
        names = formatting.join_names(season.repeating)
        kind = _kind(next(iter(season.kinds)))
        messages.append(Message(Code.INPUTS_REPEAT, {"features": names, "kind": kind}))
    days = [weekday(chunk.key) for chunk in findings.history.log]
    unknown = [kind for kind in days if kind in season.absent]
    if unknown:
        lacking = [kind for kind in WEEKDAYS if kind in unknown]
        kinds = f"{', '.join(lacking[:-1])} or {lacking[-1]}" if len(lacking) > 1 else lacking[0]
        messages.append(Message(Code.WEEKDAYS_UNKNOWN, {"weekdays": kinds, "days": len(unknown)}))
    return outcome.plus(*messages)


def _kind(name: str) -> str:
    """What chunks of this name are.

    >>> _kind("Sunday"), _kind("Q1"), _kind("May")
    ('weekday', 'quarter', 'month')
    """
    if name in WEEKDAYS:
        return "weekday"
    return "quarter" if name.startswith("Q") else "month"
