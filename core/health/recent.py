"""What "now" is: the last measured chunks, since when they fall, and what they are compared with."""

from collections.abc import Callable, Sequence
from itertools import groupby

from core.health.change import alarm
from core.health.change.alarm import Signal
from core.health.change.onset import Onset, onset
from core.health.findings import ChunkFinding, Findings, Window
from core.health.performance.metrics import measures
from core.health.profiles.history import Chunk, History, pool
from core.health.profiles.profile import Profile
from core.health.rules import HealthRules
from core.messages import Code, Message
from core.stats.intervals import Z95, Measured
from core.tables.chunks import recurring


def since(history: History, chunks: Sequence[ChunkFinding]) -> int:
    """From where on the version predicts that predicts in the last measured chunk."""
    last = max((at for at, chunk in enumerate(chunks) if chunk.signal is not None), default=0)
    return max((at for at in history.fresh if at <= last), default=0)


def onset_of_fall(chunks: Sequence[ChunkFinding], first: int, rules: HealthRules) -> Onset | None:
    """The beginning of the fall that still lasts, as positions in the log, from the chunk `first` on."""
    measured = [
        (at, chunk.signal) for at, chunk in enumerate(chunks) if at >= first and chunk.signal is not None
    ]
    if not measured or not measured[-1][1].alarm:
        return None
    measured = measured[_after_recovery([signal for _, signal in measured]) :]
    start = onset([signal.z for _, signal in measured], rules.onset)
    if start is None:  # the alarm rests on one or two chunks: it began with the first of the bad ones
        bad = [at for at, (_, signal) in enumerate(measured) if signal.alarm]
        start = Onset(bad[-1], bad[-1], bad[-1])
    places = [at for at, _ in measured]
    return Onset(places[start.at], places[start.earliest], places[start.latest], start.gradual)


def _after_recovery(signals: Sequence[Signal]) -> int:
    """Position in the last pause of the alarm that shows no fall (95 %): one before it is another fall.

    In a pause that shows one an alarm near its limit only missed it.
    """
    begin = at = 0
    for fell, same in groupby(signals, key=lambda signal: signal.alarm):
        losses = [signal.z for signal in same]
        if at and not fell and sum(losses) <= Z95 * len(losses) ** 0.5:
            begin = at + 1
        at += len(losses)
    return begin


def window(findings: Findings, start: int, expect: Callable[[Profile], dict[str, Measured]]) -> Window | None:
    """The last measured chunks from the position `start` on; None where too little is measured.

    Args:
        findings: the chunks, and what repeats.
        start: position of the first chunk that may belong to it.
        expect: profile -> metric -> estimate.
    """
    chunks, rules = findings.chunks, findings.rules
    places = [at for at, chunk in enumerate(chunks) if chunk.signal is not None and at >= start]
    places = places[-rules.now.chunks :]
    measured, labelled = (
        sum(chunk.chunk.profile.labelled for chunk in chunks if chunk.signal is not None or every)
        for every in (False, True)
    )
    # one lucky chunk in many speaks for none of them
    if not places or measured < rules.now.measured * labelled:
        return None
    inside = [chunks[at].chunk for at in places]
    reference = _alike(findings, inside)
    before, profile = (pool(part, findings.history.layout) for part in (reference, inside))
    return Window(
        places[0],
        places[-1],
        profile,
        measures(profile, rules.measure, findings.metrics),
        expect(profile),
        reference,
        {**findings.reference, **measures(before, rules.measure, findings.metrics)},
    )


def _alike(findings: Findings, inside: Sequence[Chunk]) -> tuple[Chunk, ...]:
    """The reference chunks of the same weekdays, where these differ; else all of them.

    The metric, or the mix of an input, of a weekend would else differ from that of a week without a change.
    """
    season, reference = findings.seasons, findings.history.reference
    repeats = findings.rhythm.beats or (season is not None and season.repeating)
    kinds = {recurring(chunk.key) for chunk in inside}
    alike = tuple(chunk for chunk in reference if recurring(chunk.key) in kinds)
    enough = all(
        sum(recurring(chunk.key) == kind for chunk in alike) >= findings.rules.season.enough for kind in kinds
    )
    return alike if repeats and enough else reference


def takeover(findings: Findings, since: int, start: Onset | None, last: int) -> Message | None:
    """The finding when the fall began with a version's first predictions, and the one before was sound.

    Of a fall without an alarm nobody knows the beginning: its first chunks must be worse than those before.
    """
    before, its = (
        [chunk.signal for chunk in findings.chunks[at:to] if chunk.signal is not None]
        for at, to in ((0, since), (since, last + 1))
    )
    sound = before[-findings.rules.now.chunks :]
    if not sound or since not in findings.history.fresh:
        return None
    if sum(signal.z for signal in sound) / len(sound) ** 0.5 > Z95:
        return None
    if start.earliest > since if start else not alarm.is_worse(before, its[: findings.rules.now.chunks]):
        return None
    shares = findings.chunks[since].chunk.versions
    name = max(shares, key=lambda version: shares[version].n) if shares else None
    return Message(Code.VERSION_TOOK_OVER, {"version": name})
