"""What is said beside the verdict: a model that was never good, and what is broken in the newest data."""

from dataclasses import replace

from core.health.assess import Findings
from core.health.attribution.cause import OUTPUTS
from core.health.attribution.fault_messages import fault_message
from core.health.change.guards import no_better_than_chance
from core.health.performance import formatting
from core.health.report.verdict import Name, Verdict
from core.messages import Code, Message

FAULTS = 3
"""More faults than this are counted, not told one by one."""
HALF = 0.5


def with_chance(findings: Findings, told: Verdict) -> Verdict:
    """A model that was never better than chance is told so first, and is not called healthy."""
    chance = no_better_than_chance(findings.reference, len(findings.history.layout.classes))
    if chance is None:
        return told
    metric, measured = chance
    turned = metric.name == "roc_auc" and measured.high < HALF
    way = "ranks the wrong way round" if turned else "cannot be told from chance"
    before = formatting.interval(metric, measured)
    parameters = {"way": way, "metric": metric.plain, "before": before, "labels": measured.n}
    step = "Check that score and label belong together before anything else."
    told = _not_healthy(told)
    messages = (Message(Code.NEVER_GOOD, parameters), *told.messages)
    return replace(told, messages=messages, suggestion=step)


def with_faults(findings: Findings, told: Verdict, name: Name) -> Verdict:
    """What is broken in the newest data is said, whether or not it costs anything yet."""
    named = {cause.feature for cause in findings.causes if cause.feature} if told.status == "red" else set()
    runs = [
        run
        for run in findings.open_faults
        if run.fault.feature not in named and not _is_cause(findings, told, run.fault.kind)
    ]
    if not runs:
        return told
    messages = [fault_message(run.fault, name(run.first)) for run in runs[:FAULTS]]
    if len(runs) > FAULTS:
        messages.append(Message(Code.MORE_FAULTS, {"faults": len(runs) - FAULTS}))
    told = _not_healthy(told)
    step = told.suggestion if told.status == "red" else "Repair the data where they come from."
    return replace(told, suggestion=step).plus(*messages)


def _not_healthy(told: Verdict) -> Verdict:
    """The same without the word "healthy": nothing was lost so far, but something is wrong."""
    if told.status != "green":
        return told
    messages = tuple(
        replace(message, code=Code.NO_LOSS_YET) if message.code is Code.HEALTHY else message
        for message in told.messages
    )
    return replace(told, status="amber", messages=messages)


def _is_cause(findings: Findings, told: Verdict, kind: str) -> bool:
    """Whether a fault of the model's answers is told as the cause already."""
    named = any(cause.kind == "output_fault" for cause in findings.causes[:1])
    return told.status == "red" and named and kind in OUTPUTS
