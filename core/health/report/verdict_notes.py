"""What is said beside the verdict: a model that was never good, what is broken, classes nobody knows."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from core.health.attribution.cause import OUTPUTS
from core.health.attribution.fault_messages import fault_message
from core.health.attribution.reviewed_labels import ReviewedLabels, are_the_cause, more_needed
from core.health.change.drift import predictions_moved
from core.health.change.faults import Run
from core.health.change.fit.copied import never_wrong
from core.health.change.fit.labels import UNSENT
from core.health.change.guards import no_better_than_chance
from core.health.findings import Findings
from core.health.performance import formatting
from core.health.performance.promise import broken_promise
from core.health.profiles.history import pool
from core.health.profiles.profile import Profile
from core.health.report.data_entry import empty_periods, last_day
from core.health.report.document import DataEntry
from core.health.report.verdict import Name, Verdict, named_causes
from core.messages import Code, Message
from core.model import ModelSpec

FAULTS = 3
"""More faults than this are counted, not told one by one."""


def with_reference(findings: Findings, outcome: Verdict) -> Verdict:
    """A reference period in which the model was never better than chance, or never wrong, is told first."""
    before = pool(findings.history.reference, findings.history.layout)
    if outcome.messages[0].code is Code.NO_REFERENCE and (rare := _rare_class(findings, before)) is not None:
        return replace(outcome, messages=(rare, *outcome.messages[1:]))
    own = never_wrong(before, findings.rules.faults)
    if own is not None:
        return _checked_first(outcome, Message(Code.NEVER_WRONG, own._asdict()))
    chance = no_better_than_chance(findings.reference, len(findings.history.layout.classes))
    if chance is None:
        return outcome
    metric, measured, worthless = chance
    turned = "scores" in metric.needs and measured.high < worthless
    way = "ranks the wrong way round" if turned else "cannot be told from chance"
    value = formatting.interval(metric, measured)
    parameters = {"way": way, "metric": metric.plain, "before": value, "labels": measured.n}
    return _checked_first(outcome, Message(Code.NEVER_GOOD, parameters))


def _rare_class(findings: Findings, before: Profile) -> Message | None:
    """The class of which the reference period has too few labels, where it has labels enough."""
    rules, labels = findings.rules.measure, before.confusion.sum(1)
    if before.labelled < rules.labelled or not labels.size or labels.min() >= rules.of_class:
        return None
    at = int(labels.argmin())
    value = findings.history.layout.classes[at]
    return Message(Code.CLASS_TOO_RARE, {"known": before.labelled, "count": int(labels[at]), "value": value})


def _checked_first(outcome: Verdict, message: Message) -> Verdict:
    """What is wrong with the reference period is said before anything else, and the model is not healthy."""
    outcome = _not_healthy(outcome)
    return replace(outcome, messages=(message, *outcome.messages), steps=(Message(Code.CHECK_SCORES, {}),))


def with_gain(findings: Findings, outcome: Verdict) -> Verdict:
    """A model that became better by several tolerances, and beyond chance, is doubted as a fall would be."""
    signal = findings.chunks[findings.window.last].signal if findings.window else None
    before = findings.reference.get(findings.metric.name)
    if outcome.status != "green" or signal is None or before is None:
        return outcome
    least = findings.rules.verdict.doubted * findings.tolerance
    if signal.level > -least or signal.high >= 0:
        return outcome
    name, value = formatting.plain_name(findings.metric), formatting.interval(findings.metric, before)
    return outcome.plus(Message(Code.MUCH_BETTER, {"metric": name, "before": value}))


def with_watch(findings: Findings, outcome: Verdict) -> Verdict:
    """What is watched where no row has a label: whether the inputs and the predictions moved."""
    if not findings.unlabelled or not findings.chunks:
        return outcome
    history, last = findings.history, findings.chunks[-1]
    moved = [name for name, move in last.drift.items() if move.flagged]
    before = pool(history.reference, history.layout)
    profiles = [before, *(chunk.profile for chunk in history.log)]
    rows = [findings.task.rows_by_prediction(profile) for profile in profiles]
    parameters = {
        "moved": formatting.join_names(moved) if history.layout.features else None,
        "answers": predictions_moved(rows[0], rows[1:], findings.rules.drift),
    }
    return outcome.plus(Message(Code.WATCHED_WITHOUT_LABELS, parameters))


def with_faults(findings: Findings, outcome: Verdict, name: Name) -> Verdict:
    """What is broken in the newest data is said, whether or not it costs anything yet."""
    why = named_causes(findings)[:1] if outcome.status == "red" else []
    named = {feature for cause in why for feature in (cause.feature, *cause.features) if feature}
    runs = [
        run
        for run in findings.open_faults
        if run.fault.feature not in named and not _is_cause(findings, outcome, run.fault.kind)
    ]
    if not runs:
        return outcome
    messages = [fault_message(run.fault, name(run.first)) for run in runs[:FAULTS]]
    if len(runs) > FAULTS:
        messages.append(Message(Code.MORE_FAULTS, {"faults": len(runs) - FAULTS}))
    outcome = _not_healthy(outcome)
    steps = outcome.steps if outcome.status == "red" else _repairs(runs)
    return replace(outcome, steps=steps).plus(*messages)


def _repairs(runs: Sequence[Run]) -> tuple[Message, ...]:
    """What undoes each of the faults, once."""
    kinds = [run.fault.kind for run in runs]
    steps = (
        Code.REPAIR_SERVICE if kind in OUTPUTS else Code.SEND_LABELS if kind in UNSENT else Code.REPAIR_DATA
        for kind in kinds
    )
    return tuple(Message(step, {}) for step in dict.fromkeys(steps))


def with_review(findings: Findings, outcome: Verdict) -> Verdict:
    """What a blind sample of labels said; where a fall is not explained, one is offered."""
    account, reviewed = findings.account, findings.reviewed
    if outcome.status != "red" or account is None or not findings.history.layout.classes:
        return outcome
    if reviewed is None:
        unexplained = any(line.kind == "inside" and line.low > 0 for line in account.lines)
        return _ask(findings, outcome) if unexplained else outcome
    if are_the_cause(reviewed):
        return outcome
    more = more_needed(reviewed, account.now - account.before, findings.rules.review)
    if more is not None and reviewed.looked < reviewed.queued:
        progress = {"looked": reviewed.looked, "asked": reviewed.queued}
        return outcome.plus(Message(Code.LABELS_ASKED, progress))
    result = Message(Code.LABELS_NO_CAUSE if more is None else Code.LABELS_OPEN, _review(reviewed, more))
    return outcome.plus(result) if more is None else _ask(findings, outcome.plus(result))


def _ask(findings: Findings, outcome: Verdict) -> Verdict:
    """The same with a blind sample as a step, in place of a vague word about labels."""
    review = findings.rules.review
    labels = review.differ + review.agree
    parameters = {"labels": labels, "minutes": round(2 * labels * review.seconds / 60)}
    steps = (
        Message(Code.RETRAIN, {}) if step.code is Code.RETRAIN_AND_CHECK else step for step in outcome.steps
    )
    return replace(outcome, steps=(*steps, Message(Code.ASK_BLIND, parameters)))


def _review(reviewed: ReviewedLabels, more: int | None) -> dict[str, Any]:
    share = reviewed.now.wrong_labels
    parameters = {
        "period": reviewed.period,
        "looked": reviewed.now.looked,
        "wrong": reviewed.now.wrong,
        "low": share.low,
        "high": share.high,
        "looked_before": reviewed.before.looked,
        "wrong_before": reviewed.before.wrong,
    }
    return parameters if more is None else {**parameters, "more": more}


def with_promise(findings: Findings, outcome: Verdict) -> Verdict:
    """How many of a class the scores promise and how many came: no cause, and it changes no status.

    Nothing is said where the predictions are broken: it is their fault then.
    """
    window, layout = findings.window, findings.history.layout
    if window is None or any(run.fault.kind in OUTPUTS for run in findings.open_faults):
        return outcome
    before = pool(window.reference, layout)
    promise = broken_promise(layout, before, window.profile, findings.rules)
    return outcome if promise is None else outcome.plus(Message(Code.PROMISE_BROKEN, asdict(promise)))


def with_new_classes(spec: ModelSpec, outcome: Verdict, strange: tuple[tuple[str, int, int], ...]) -> Verdict:
    """The verdict with a sentence about new classes; a model that cannot give an answer is not healthy."""
    if not strange:
        return outcome
    labels, predictions = sum(new[1] for new in strange), sum(new[2] for new in strange)
    classes, names = len(strange), ", ".join(repr(new[0]) for new in strange)
    messages = [Message(Code.NEW_CLASSES, {"classes": classes, "names": names})]
    if labels:
        messages.append(Message(Code.NEW_CLASS_LABELS, {"labels": labels, "classes": classes}))
    if predictions:
        parameters = {"predictions": predictions, "classes": classes}
        messages.append(Message(Code.NEW_CLASS_PREDICTIONS, parameters))
    step = (
        Message(Code.ADD_CLASS, {"name": strange[0][0]})
        if spec.task == "multiclass"
        else Message(Code.CORRECT_CLASSES, {})
    )
    status = "amber" if outcome.status == "green" else outcome.status
    steps = (step,) if outcome.status == "green" else (*outcome.steps, step)
    return replace(outcome, status=status, steps=steps).plus(*messages)


def with_gaps(outcome: Verdict, data: DataEntry) -> Verdict:
    """Missing chunks are said; a model whose log has ended is not called healthy."""
    if data["gaps"]:
        outcome = outcome.plus(Message(Code.GAPS, {"periods": empty_periods(data)}))
    if not data["stale"]:
        return outcome
    idle = {step.code for step in outcome.steps} <= {Code.NOTHING_TO_DO, Code.WAIT}
    steps = (Message(Code.SEND_PREDICTIONS, {}),) if idle else outcome.steps
    ended = Message(Code.LOG_ENDED, {"until": last_day(data)})
    return replace(_not_healthy(outcome), steps=steps).plus(ended)


def _not_healthy(outcome: Verdict) -> Verdict:
    """The same without the word "healthy": nothing was lost so far, but something is wrong."""
    if outcome.status != "green":
        return outcome
    messages = tuple(
        replace(message, code=Code.NO_LOSS_YET) if message.code is Code.HEALTHY else message
        for message in outcome.messages
    )
    return replace(outcome, status="amber", messages=messages)


def _is_cause(findings: Findings, outcome: Verdict, kind: str) -> bool:
    """Whether a fault of the model's answers is told as the cause already."""
    named = any(cause.kind == "output_fault" for cause in findings.causes[:1])
    return outcome.status == "red" and named and kind in OUTPUTS
