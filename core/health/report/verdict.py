"""The verdict: green, amber, red or grey, and one plain sentence."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from core.health.attribution.cause import Cause, made_up_for
from core.health.change.alarm import Signal
from core.health.change.fit.labels import SPOILED
from core.health.findings import ChunkFinding, Findings, Window
from core.health.outlook import Outlook, Way, outlook
from core.health.performance import formatting
from core.health.performance.metrics import measure
from core.health.profiles.history import pool
from core.health.rules import RULES, VerdictRules
from core.health.status import Status
from core.health.tasks.reach import Beyond
from core.messages import Code, Message
from core.stats.intervals import Z95

Name = Callable[[int], str]
"""Position of a log chunk -> its name for people."""

REPAIRS = {
    "data_fault": Code.REPAIR_COLUMN,
    "output_fault": Code.REPAIR_SERVICE,
    "label_fault": Code.REPAIR_DATA,
    "version": Code.COMPARE_VERSIONS,
    "mix": Code.RETRAIN,
    "labels": Code.CORRECT_LABELS,
}
"""What undoes a cause of that kind."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Status, what a stakeholder reads first, what to do, and how many labels would settle it."""

    status: Status
    messages: tuple[Message, ...]
    steps: tuple[Message, ...]
    labels_needed: int | None = None

    @property
    def sentence(self) -> str:
        """The findings, one sentence after the other."""
        return " ".join(message.sentence for message in self.messages)

    @property
    def suggestion(self) -> str:
        """The steps, one sentence after the other."""
        return " ".join(step.sentence for step in self.steps)

    def plus(self, *messages: Message) -> "Verdict":
        """The same with more findings at the end."""
        return replace(self, messages=(*self.messages, *messages))


def chunk_status(chunk: ChunkFinding, tolerance: float, rules: VerdictRules = RULES.verdict) -> Status:
    """The state of one chunk by its own interval of the loss: what came before it plays no part.

    Red excludes "no loss" and lost the tolerance; amber perhaps lost it, or something is broken; grey is
    not measured, or by so few labels that a loss of several tolerances would not show.
    """
    signal = chunk.signal
    if signal is None:
        return "grey"
    if signal.own_low > 0 and signal.loss >= tolerance:
        return "red"
    if chunk.faults or any(loss.alone for loss in chunk.losses):
        return "amber"
    if signal.z > rules.watch and signal.own_high >= tolerance:
        return "amber"
    return "green" if signal.own_high - signal.loss < rules.width * tolerance else "grey"


def alarm_status(signal: Signal, tolerance: float, rules: VerdictRules = RULES.verdict) -> Status:
    """The state after a chunk by the weighted mean of the recent losses.

    Green excludes a loss beyond the tolerance; where no loss shows, one of so many tolerances.
    """
    if signal.alarm:
        return "red"
    limit = tolerance if signal.low > 0 else rules.excluded * tolerance
    return "green" if signal.high < limit else "amber"


def verdict(findings: Findings, name: Name) -> Verdict:
    """Put the findings into words."""
    if not findings.history.log:
        return Verdict("grey", (Message(Code.NO_PREDICTIONS, {}),), _only(Code.SEND_PREDICTIONS))
    if findings.baseline is None and findings.unlabelled:
        return _without_labels(findings)
    if findings.baseline is None:
        before = pool(findings.history.reference, findings.history.layout)
        few = {"labels": findings.task.unmeasured.reference, "known": before.labelled, "rows": before.n}
        return Verdict("grey", (Message(Code.NO_REFERENCE, few),), _only(Code.FILL_REFERENCE))
    return _from_window(findings, findings.window, name) if findings.window else _from_whole_log(findings)


def _from_window(findings: Findings, window: Window, name: Name) -> Verdict:
    signal = findings.chunks[window.last].signal
    status = alarm_status(signal, findings.tolerance, findings.rules.verdict) if signal else "amber"
    if status == "green" and findings.losses:
        status = "amber"
    tell = {"red": _red, "green": _green}.get(status, _amber)
    beside = [] if status == "red" else _beside(findings, window)
    return tell(findings, window, name).plus(*beside, *_since_then(findings, window, name))


def _red(findings: Findings, window: Window, name: Name) -> Verdict:
    since = name(findings.onset.at) if findings.onset else None
    messages = [Message(Code.WORSE, {"since": since, "effect": _effect(findings, window)})]
    if findings.onset and findings.onset.gradual:
        messages.append(Message(Code.GRADUAL, {}))
    worst = next((segment for segment in findings.segments if segment.apart), None)
    everywhere = any(c.message.code is Code.FAULT_OF_EVERY_ROW for c in named_causes(findings)[:1])
    if worst is not None and not everywhere:
        place = {"column": worst.column, "value": worst.value}
        part = {"share": float(worst.share), "rows": float(worst.rows)}
        messages.append(Message(Code.WORST_SEGMENT, place | part))
    messages += [_why(findings), *made_up_for(findings.causes, findings.rules.verdict.beyond)]
    return Verdict("red", tuple(messages), _repair(findings))


def _why(findings: Findings) -> Message:
    named = named_causes(findings)
    if not named:
        return findings.causes[0].message if findings.causes else Message(Code.NO_CAUSE, {})
    explained = sum(cause.share for cause in named)
    code = Code.PART_OF_FALL if explained < findings.rules.verdict.mostly else Code.MOST_LIKELY
    return Message(code, {"cause": named[0].message})


def named_causes(findings: Findings) -> list[Cause]:
    """Causes of which it is known what they are; what spares errors is none."""
    return [cause for cause in findings.causes if cause.kind != "inside" and cause.share > 0]


def _green(findings: Findings, window: Window, _: Name) -> Verdict:
    now = formatting.interval(findings.metric, window.realised[findings.metric.name])
    signal = findings.chunks[window.last].signal
    beyond = signal is not None and signal.high >= findings.tolerance
    excluded = formatting.round_up(signal.high) if signal and beyond else findings.tolerance
    limit = formatting.tolerance(findings.metric, excluded)
    parameters = {**_record(findings), "now": now, "limit": limit}
    return Verdict("green", (Message(Code.HEALTHY, parameters),), _only(Code.NOTHING_TO_DO))


def _beside(findings: Findings, window: Window) -> list[Message]:
    """Losses that the metric of record does not show, without those that another one covers."""
    covered = {name for loss in findings.losses for name in loss.metric.covers}
    falls = []
    for loss in findings.losses:
        if loss.metric.name in covered:
            continue
        now = window.realised.get(loss.metric.name, loss.now)
        accuracy = (loss.before.value, now.value) if loss.metric is findings.task.mean_loss else None
        falls.append(formatting.fall(loss.metric, loss.before, now, accuracy))
    return [Message(Code.LOSSES_BESIDE, {"losses": "; ".join(falls)})] if falls else []


def _amber(findings: Findings, window: Window, _: Name) -> Verdict:
    signal = findings.chunks[window.last].signal
    ahead = _ahead(findings, window)
    parameters: dict[str, Any] = {
        "effect": _effect(findings, window, alone=False),
        "labels_needed": ahead.labels if ahead and ahead.way == "labels" else None,
        "periods_needed": ahead.periods if ahead else None,
    }
    if signal is not None and signal.low > 0:
        message = Message(Code.A_LITTLE_WORSE, parameters)
    elif findings.losses:
        message = Message(Code.OTHER_MEASURES, {**parameters, **_record(findings)})
    else:
        message = Message(Code.UNCERTAIN, {**parameters, "labels": window.profile.labelled})
    return Verdict("amber", (message,), _steps(findings, ahead), ahead.labels if ahead else None)


def _ahead(findings: Findings, window: Window) -> Outlook | None:
    """What would settle the metric of record; None where it is settled, and only others fell."""

    def is_settled(signal: Signal) -> bool:
        return alarm_status(signal, findings.tolerance, findings.rules.verdict) != "amber"

    signal = findings.chunks[window.last].signal
    return None if signal and is_settled(signal) else outlook(findings, window, is_settled)


def _steps(findings: Findings, ahead: Outlook | None) -> tuple[Message, ...]:
    """What can be done about an open verdict; a loss beside the metric of record waits for nothing."""
    if findings.losses or ahead is None:
        return _repair(findings) if named_causes(findings) else _only(Code.RETRAIN)
    limit = {"limit": formatting.tolerance(findings.metric, findings.tolerance)}
    return (Message(STEPS[ahead.way], limit if ahead.way == "tolerance" else {}),)


STEPS: dict[Way, Code] = {
    "labels": Code.LABEL_NEWEST,
    "periods": Code.WAIT,
    "longer": Code.LONGER_PERIODS,
    "reference": Code.FILL_REFERENCE,
    "tolerance": Code.DECIDE_TOLERANCE,
}
"""What would settle a verdict -> what to do."""


def _from_whole_log(findings: Findings) -> Verdict:
    """No chunk could be measured: all together perhaps, else the estimate speaks."""
    whole = pool(findings.history.log, findings.history.layout)
    now, base = measure(findings.metric, whole, findings.rules.measure), findings.baseline
    if now is None or base is None:
        return _without_labels(findings)
    compared = findings.metric.comparable(now)
    loss = findings.metric.sign * (base.value - compared.value)
    half = Z95 * (base.variance + base.tau2 + compared.variance) ** 0.5
    effect = formatting.fall(findings.metric, findings.reference[findings.metric.name], now, None)
    status: Status = "green" if loss + half < findings.tolerance else "amber"
    if loss - half > 0 and loss >= findings.tolerance:
        status = "red"
    worse = formatting.worsening(findings.metric)
    certain = {"red": "it is worse", "green": f"a {worse} beyond the tolerance is excluded"}
    verdict_so_far = certain.get(status, "it cannot be told yet whether it got worse")
    parameters = {"labels": whole.labelled, "effect": effect, "certain": verdict_so_far}
    return Verdict(status, (Message(Code.CHUNKS_TOO_SMALL, parameters),), _only(Code.LONGER_PERIODS))


def _without_labels(findings: Findings) -> Verdict:
    n = sum(chunk.chunk.profile.n for chunk in findings.chunks)
    labelled = sum(chunk.chunk.profile.labelled for chunk in findings.chunks)
    words = findings.task.unmeasured
    messages = [Message(Code.NO_LABELS, {"rows": n, "labels": labelled, "unknown": words.unknown})]
    limit = findings.chunks[-1].beyond
    guess = next(
        (e for chunk in reversed(findings.chunks) if (e := chunk.estimated.get(findings.metric.name))), None
    )
    status: Status = "grey"
    if limit is not None and not findings.unlabelled:
        messages.append(beyond_message(findings, limit))
    elif guess is not None and findings.baseline is not None:
        now = formatting.interval(findings.metric, guess)
        parameters = {"source": words.source, "metric": _metric_name(findings), "now": now}
        messages.append(Message(Code.ESTIMATE, parameters))
        loss = findings.metric.sign * (findings.baseline.value - findings.metric.comparable(guess).value)
        error = (findings.baseline.variance + findings.baseline.tau2 + guess.variance) ** 0.5
        status = "amber" if loss >= findings.tolerance and loss > Z95 * error else "grey"
    return Verdict(
        status, tuple(messages), _only(Code.LABEL_NEWEST if n > labelled else Code.SEND_PREDICTIONS)
    )


def _since_then(findings: Findings, window: Window, name: Name) -> list[Message]:
    """What is not measured after the window: rows without a label, or too few of them."""
    later = [
        chunk.chunk.profile
        for chunk in findings.chunks[window.last + 1 :]
        if chunk.chunk.profile.n and not any(fault.kind in SPOILED for fault in chunk.faults)
    ]
    rows, known = sum(profile.n for profile in later), sum(profile.labelled for profile in later)
    if not rows:
        return []
    when = name(window.last)
    if known == rows:
        return [Message(Code.TOO_FEW_SINCE, {"rows": rows, "when": when})]
    limit = findings.chunks[-1].beyond
    if limit is not None:
        return [Message(Code.BEYOND_SINCE, {"when": when, **asdict(limit)})]
    return [Message(Code.UNLABELLED_SINCE, {"when": when})]


def beyond_message(findings: Findings, limit: Beyond) -> Message:
    """Why the metric of record cannot be estimated."""
    return Message(Code.BEYOND, {"metric": _metric_name(findings), **asdict(limit)})


def _effect(findings: Findings, window: Window, *, alone: bool = True) -> str:
    """What happened to the metric of record; `alone`: nothing is said of losses beside it."""
    beside = [] if alone else [loss.metric.name for loss in findings.losses]
    return findings.task.effect(findings.metric, window.before, window.realised, beside)


def _repair(findings: Findings) -> tuple[Message, ...]:
    """What undoes the largest cause that is known, then what tells what a larger one is."""
    named = named_causes(findings)
    steps = [REPAIRS[cause.kind] for cause in named[:1]]
    if not named or named[0] is not findings.causes[0]:
        steps = [*(step for step in steps if step is not Code.RETRAIN), Code.RETRAIN_AND_CHECK]
    return tuple(Message(step, {}) for step in steps)


def _only(step: Code) -> tuple[Message, ...]:
    return (Message(step, {}),)


def _record(findings: Findings) -> dict[str, str]:
    return {"metric": _metric_name(findings), "loss": formatting.worsening(findings.metric)}


def _metric_name(findings: Findings) -> str:
    return formatting.plain_name(findings.metric)
