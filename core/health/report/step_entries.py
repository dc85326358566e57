"""The steps in the document: what to do next, what it takes, and what it is worth."""

from collections.abc import Sequence
from math import ceil

from core.health.attribution.account import Account
from core.health.attribution.line import Line
from core.health.change.faults import Run
from core.health.findings import Findings
from core.health.performance import formatting
from core.health.report.document import StepEntry
from core.health.report.verdict import Verdict
from core.messages import Code, Message
from core.messages.forms import about

ENGINEER = "an engineer, a few minutes"
MACHINE = f"{ENGINEER}, then time of the machine"
EFFORTS = {
    Code.RETRAIN: f"{MACHINE}; no new labels",
    Code.RETRAIN_AND_CHECK: f"{MACHINE}; an expert, a few dozen labels to check",
    Code.COMPARE_VERSIONS: f"{MACHINE}; no new labels",
    Code.ADD_CLASS: MACHINE,
    Code.CORRECT_CLASSES: ENGINEER,
    Code.CORRECT_LABELS: "an expert, label by label, the most doubtful first; then time of the machine",
    Code.LONGER_PERIODS: "an engineer, one setting",
    Code.DECIDE_TOLERANCE: "the owner of the model, one number",
    Code.FILL_REFERENCE: f"{ENGINEER}, and labels of the reference period",
    Code.SEND_PREDICTIONS: ENGINEER,
    Code.CHECK_SCORES: ENGINEER,
    Code.REPAIR_COLUMN: "an engineer, where the column comes from",
    Code.REPAIR_SERVICE: "an engineer of the service",
    Code.REPAIR_DATA: "an engineer, where the data come from",
    Code.SEND_LABELS: f"time, or {ENGINEER}",
    Code.LABEL_NEWEST: "an expert, a few dozen labels",
    Code.WAIT: "nothing but one period",
}
"""What a step takes, and of whom, whatever was found."""
GAINS = {
    Code.RETRAIN: "the comparison tells what newer data win back",
    Code.RETRAIN_AND_CHECK: "the comparison tells what newer data win back",
    Code.LABEL_NEWEST: "tells whether the model got worse",
    Code.WAIT: "the next period narrows the interval",
    Code.LONGER_PERIODS: "each period can be measured by itself",
    Code.DECIDE_TOLERANCE: "the verdict is settled",
    Code.SEND_PREDICTIONS: "tells how the model is now",
    Code.FILL_REFERENCE: "there is something to compare with",
    Code.CHECK_SCORES: "every number here becomes one that means something",
    Code.ADD_CLASS: "rows of that class are predicted and counted",
    Code.CORRECT_CLASSES: "rows of that class are predicted and counted",
    Code.ASK_BLIND: "tells whether wrong labels are the cause, before anybody corrects any",
    Code.REPAIR_DATA: "the fault costs nothing in the periods to come",
    Code.SEND_LABELS: "these periods can be measured",
    Code.REPAIR_COLUMN: "the next rows are sound; Health says what is left",
    Code.REPAIR_SERVICE: "the next rows are sound; Health says what is left",
    Code.COMPARE_VERSIONS: "tells which of the two is better",
    Code.CORRECT_LABELS: "what is measured and learnt from is right",
}
"""What a step is worth where no line of the account says how much."""
REPAIRS = {
    Code.REPAIR_COLUMN: "data_fault",
    Code.REPAIR_SERVICE: "output_fault",
    Code.COMPARE_VERSIONS: "version",
    Code.CORRECT_LABELS: "labels",
}
"""Step -> kind of the line of the account that it undoes."""
NO_CELLS = {"few_rows", "copies", "one_class", "copied"}
"""Faults without rows whose cells are wrong."""


def step_entries(findings: Findings, outcome: Verdict) -> list[StepEntry]:
    """Every step with its effort and its expected gain, as far as they are known.

    Args:
        findings: the account of the fall, the faults that last, the losses.
        outcome: for the steps and the labels that would settle the verdict.
    """
    return [_entry(findings, outcome, step) for step in outcome.steps]


def describe_worth(steps: Sequence[StepEntry]) -> str:
    """What the steps take and what they are worth, for people; of several each is named.

    >>> step = StepEntry(code="CT-H76", parameters={}, sentence="Retrain with newer data and compare.")
    >>> describe_worth([step])
    ''
    >>> describe_worth([{**step, "effort": "time of the machine", "gain": "at most 9 fewer errors in 100"}])
    'Effort: time of the machine; expected gain: at most 9 fewer errors in 100.'
    >>> describe_worth([step, {**step, "gain": "at most 9 fewer errors in 100"}])
    'Retrain with newer data and compare. Expected gain: at most 9 fewer errors in 100.'
    """
    lines = []
    for step in steps:
        known = {"effort": step.get("effort"), "expected gain": step.get("gain")}
        worth = "; ".join(f"{name}: {text}" for name, text in known.items() if text)
        if worth:
            named = f"{step['sentence']} " if len(steps) > 1 else ""
            lines.append(f"{named}{worth[0].upper()}{worth[1:]}.")
    return " ".join(lines)


def _entry(findings: Findings, outcome: Verdict, step: Message) -> StepEntry:
    finding = step.document()
    entry = StepEntry(code=finding["code"], parameters=finding["parameters"], sentence=finding["sentence"])
    effort, gain = _effort(findings, outcome, step), _gain(findings, step.code)
    if effort:
        entry["effort"] = effort
    if gain:
        entry["gain"] = gain
    return entry


def _effort(findings: Findings, outcome: Verdict, step: Message) -> str | None:
    code, seconds = step.code, findings.rules.review.seconds
    if code is Code.ASK_BLIND:
        labels, minutes = step.parameters["labels"], step.parameters["minutes"]
        return f"an expert, about {minutes} minutes for {2 * labels} labels"
    if code is Code.LABEL_NEWEST and outcome.labels_needed:
        minutes = ceil(outcome.labels_needed * seconds / 60)
        return f"an expert, about {about(outcome.labels_needed)} labels, {about(minutes)} minutes"
    if code in {Code.REPAIR_COLUMN, Code.REPAIR_SERVICE, Code.REPAIR_DATA}:
        runs = [run for run in findings.open_faults if run.fault.kind not in NO_CELLS]
        rows = max((_rows_hit(findings, run) for run in runs), default=0)
        again = f"; about {about(rows)} rows to send again" if rows else ""
        return f"{EFFORTS[code]}{again}"
    return EFFORTS.get(code)


def _rows_hit(findings: Findings, run: Run) -> float:
    """Rows of the chunks in which a fault lasts, as far as it hits them now."""
    rows = sum(chunk.profile.n for chunk in findings.history.log[run.first : run.last + 1])
    return rows * min(1.0, run.fault.now) if run.fault.now > 0 else rows


def _gain(findings: Findings, code: Code) -> str | None:
    account = findings.account
    if code in {Code.RETRAIN, Code.RETRAIN_AND_CHECK} and account is not None:
        return f"at most {_fewer(findings, account.now - account.before, account.low, account.high)}"
    line = _line_of(account, REPAIRS[code]) if code in REPAIRS and account is not None else None
    return _fewer(findings, line.value, line.low, line.high) if line else GAINS.get(code)


def _line_of(account: Account, kind: str) -> Line | None:
    """The largest line of a kind."""
    lines = [line for line in account.lines if line.kind == kind]
    return max(lines, key=lambda line: line.value, default=None)


def _fewer(findings: Findings, value: float, low: float, high: float) -> str:
    """What is won back, in the words of the loss."""
    half = (high - low) / 2
    if findings.task.mean_loss.unit == "amount":
        won, start, end = (formatting.amount(number, half) for number in (value, low, high))
        return f"{won} off the mean error (95 % interval {start}-{end})"
    won, start, end = (formatting.errors_in_100(number, half) for number in (value, low, high))
    return f"{won} fewer errors in 100 (95 % interval {start}-{end})"
