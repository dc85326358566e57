"""The verdict: green, amber, red or grey, and one plain sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from core.health import words
from core.health.alarm import LIMIT, Signal
from core.health.assess import Findings, Window
from core.health.bands import Z95, Measured
from core.health.metrics import judged

Status = Literal["green", "amber", "red", "grey"]
MOSTLY = 0.5
MANY = 2000
"""More labels than this nobody gives by hand."""
Name = Callable[[int], str]
"""Position of a log chunk -> its name for people."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Status, the sentence a stakeholder reads first, what to do, and how many labels would settle it."""

    status: Status
    sentence: str
    suggestion: str
    labels_needed: int | None = None


def chunk_status(signal: Signal | None, tolerance: float) -> Status:
    """Red excludes "no loss", green a loss beyond the tolerance; grey: nothing was measured."""
    if signal is None:
        return "grey"
    if signal.alarm:
        return "red"
    return "green" if signal.high < tolerance else "amber"


def verdict(findings: Findings, name: Name) -> Verdict:
    """Put the findings into words."""
    if not findings.history.log:
        return Verdict("grey", "There are no predictions to watch yet.", "Take in a file of predictions.")
    if findings.baseline is None:
        few = "too few labels" if findings.metric.influence is None else "too few different labels"
        return Verdict(
            "grey",
            f"The reference period has {few}, so there is nothing to compare with.",
            "Add labels of the reference period, or choose another one.",
        )
    window = findings.window
    if window is None:
        return _without_labels(findings)
    signal = findings.chunks[window.last].signal
    status = chunk_status(signal, findings.tolerance)
    tell = {"red": _red, "green": _green}.get(status, _amber)
    told = tell(findings, window, name)
    return Verdict(
        told.status, told.sentence + _since_then(findings, window, name), told.suggestion, told.labels_needed
    )


def _red(findings: Findings, window: Window, name: Name) -> Verdict:
    since = f"Since {name(findings.onset.at)} " if findings.onset else "Now "
    sentence = f"The model is getting worse. {since}{_effect(findings, window)}."
    if findings.segments and findings.segments[0].share > 0:
        worst = findings.segments[0]
        sentence += f" Mostly in: {worst.column} = {worst.value}."
    if findings.causes:
        sentence += f" Most likely: {_inside(findings.causes[0].sentence)}"
    return Verdict("red", sentence, _suggestion(findings))


def _green(findings: Findings, window: Window, _: Name) -> Verdict:
    now = words.interval(findings.metric, window.realised[findings.metric.name])
    limit = words.tolerance(findings.metric, findings.tolerance)
    loss = "rise" if findings.metric.name in words.AMOUNTS else "loss"
    return Verdict(
        "green",
        f"The model is healthy: {_named(findings)} is {now}; a {loss} of more than {limit} is excluded.",
        "Nothing to do.",
    )


def _amber(findings: Findings, window: Window, _: Name) -> Verdict:
    signal = findings.chunks[window.last].signal
    needed = _labels_needed(findings, window)
    settle = (
        f"about {words.rounded(needed)} more labels would settle it"
        if needed and needed <= MANY
        else "the next periods will show"
    )
    certain = signal is not None and signal.low > 0
    first = (
        "The model has probably become a little worse"
        if certain
        else "Watch: it cannot be told yet whether the model got worse"
    )
    return Verdict(
        "amber",
        f"{first}. {_capital(_effect(findings, window))}; {settle}.",
        "Label some of the newest records." if needed and needed <= MANY else "Wait for the next period.",
        needed,
    )


def _without_labels(findings: Findings) -> Verdict:
    n = sum(each.chunk.profile.n for each in findings.chunks)
    labelled = sum(each.chunk.profile.labelled for each in findings.chunks)
    have = (
        "None of them has a label yet"
        if not labelled
        else f"Only {labelled:,} labels are known, too few to judge"
    )
    amounts = findings.metric.influence is not None
    unknown, source = ("how far off they are", "predictions") if amounts else ("how many are right", "scores")
    sentence = f"The model gave {n:,} answers. {have}, so nobody knows {unknown}."
    guess = next(
        (e for each in reversed(findings.chunks) if (e := each.estimated.get(findings.metric.name))), None
    )
    status: Status = "grey"
    if guess is not None and findings.baseline is not None:
        sentence += (
            f" From its {source} alone, {_named(findings)} is estimated at "
            f"{words.interval(findings.metric, guess)}; this cannot see a change in what the inputs mean."
        )
        loss = findings.metric.sign * (findings.baseline.value - judged(findings.metric, guess).value)
        error = (findings.baseline.variance + findings.baseline.tau2 + guess.variance) ** 0.5
        status = "amber" if loss >= findings.tolerance and loss > Z95 * error else "grey"
    return Verdict(status, sentence, "Label some of the newest records.")


def _since_then(findings: Findings, window: Window, name: Name) -> str:
    """What is not covered by labels any more."""
    later = findings.chunks[window.last + 1 :]
    if not later:
        return ""
    return f" Labels reach until {name(window.last)}; what came after is only estimated."


def _effect(findings: Findings, window: Window) -> str:
    before, now = findings.reference, window.realised
    key = findings.metric.name
    past, present = (judged(findings.metric, each[key]).value for each in (before, now))
    worse = findings.metric.sign * (past - present) > 0
    if findings.metric.influence is not None:
        said = words.fall(findings.metric, before[key], now[key], None)
        return said + (_shift(findings.metric.name, before, now) if worse else "")
    accuracy = before["accuracy"].value, now["accuracy"].value
    return words.fall(findings.metric, before[key], now[key], accuracy if worse else None)


def _shift(metric: str, before: dict[str, Measured], now: dict[str, Measured]) -> str:
    """Says which way it is off when most of what the mean error grew by is a shift in one direction."""
    if metric == "bias" or "bias" not in now or "bias" not in before:
        return ""
    bias, grown = now["bias"], now["mae"].value - before["mae"].value
    certain = bias.low * bias.high > 0 and abs(bias.value) - abs(before["bias"].value) >= MOSTLY * grown
    return f"; {words.shifted(bias.value, (bias.high - bias.low) / 2)} on average" if certain else ""


def _labels_needed(findings: Findings, window: Window) -> int | None:
    """Labels beyond the present ones that would make the band narrow enough for green or red."""
    signal, base = findings.chunks[window.last].signal, findings.baseline
    if signal is None or base is None:
        return None
    target = max((findings.tolerance - signal.level) / Z95, signal.level / LIMIT)
    free = target**2 - base.shared
    own = signal.error**2 - base.shared
    if target <= 0 or free <= 0 or own <= 0:
        return None
    return max(1, round(window.profile.labelled * (own / free - 1))) if own > free else None


def _suggestion(findings: Findings) -> str:
    if not findings.causes:
        return "Look for suspected labels, then retrain on newer data."
    return {
        "data_fault": "Repair that column where it comes from.",
        "labels": "Look for suspected labels and have them checked.",
        "inputs": "Retrain with newer data.",
        "concept": "Check the suspected labels, then retrain with newer data.",
    }[findings.causes[0].kind]


def _named(findings: Findings) -> str:
    short = words.SHORT.get(findings.metric.name)
    return f"{findings.metric.plain}{f' ({short})' if short else ''}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _inside(sentence: str) -> str:
    return sentence if sentence[1:2].isupper() else sentence[:1].lower() + sentence[1:]
