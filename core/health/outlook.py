"""What would settle an open verdict: the alarm is replayed with what may come."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, TypeAlias, cast

from core.health.change import alarm
from core.health.change.alarm import Signal
from core.health.change.between import Baseline
from core.health.findings import Findings, Window
from core.stats.intervals import Z95, Measured

Settled: TypeAlias = Callable[[Signal], bool]
Way: TypeAlias = Literal["labels", "periods", "longer", "reference", "tolerance"]
PLAUSIBLE = (-1.282, -0.524, 0.0, 0.524, 1.282)
"""Standard errors at the deciles 1, 3, 5, 7 and 9: what the loss may be, each as likely."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would settle it.

    Attributes:
        way: more labels of the newest rows, more periods, longer ones, a larger reference period; or only a
            person, by saying which loss matters.
        labels: how many, also where nobody would give so many.
        periods: how many more.
    """

    way: Way
    labels: int | None = None
    periods: int | None = None


def outlook(findings: Findings, window: Window, settled: Settled) -> Outlook:
    """The first of the ways that would settle it for most losses that are plausible now.

    Every label and period to come is taken to lose so much. Work that would settle it only if
    the loss were exactly what it seems to be would be done in vain as often as not.

    Args:
        findings: with a baseline and a window.
        window: what is open.
        settled: whether a state of the alarm is settled.
    """
    replay, rules = _Replay(findings, window, settled), findings.rules.verdict
    labels = replay.labels_needed()
    if labels is not None and labels <= rules.labels:
        return Outlook("labels", labels)
    periods = replay.periods_needed()
    if periods is not None:
        return Outlook("periods", labels, periods)
    if replay.periods_needed(longer=rules.longer) is not None:
        return Outlook("longer", labels)
    if replay.periods_needed(certain=True) is not None:
        return Outlook("reference", labels)
    return Outlook("tolerance" if replay.is_near() else "longer", labels)


@dataclass(frozen=True)
class _Replay:
    """The alarm again, with what might come."""

    findings: Findings
    window: Window
    settled: Settled

    @cached_property
    def base(self) -> Baseline:
        """What is normal."""
        return cast("Baseline", self.findings.baseline)  # the chunks of the window have been judged by it

    @cached_property
    def chunks(self) -> list[Measured | None]:
        """The chunks of the log as they were judged."""
        metric, rhythm = self.findings.metric, self.findings.rhythm
        return [
            rhythm.level(one.chunk.key, metric.comparable(one.realised[metric.name])) if one.signal else None
            for one in self.findings.chunks
        ]

    @cached_property
    def usual(self) -> tuple[Measured, ...]:
        """A chunk like those of the window, with each of the losses that are plausible now."""
        inside = [chunk for chunk in self.chunks[self.window.first : self.window.last + 1] if chunk]
        n = round(sum(chunk.n for chunk in inside) / len(inside))
        variance = sum(chunk.n * chunk.variance for chunk in inside) / len(inside) / n
        signal = self.findings.chunks[self.window.last].signal
        level, error = (signal.level, signal.error) if signal else (0.0, 0.0)
        values = [self.base.value - self.findings.metric.sign * (level + z * error) for z in PLAUSIBLE]
        return tuple(Measured(value, value, value, variance, n) for value in values)

    def is_near(self) -> bool:
        """Whether the loss is known by less than the tolerance; else it may be none, or twice that."""
        signal = self.findings.chunks[self.window.last].signal
        return signal is not None and Z95 * signal.error < self.findings.tolerance

    def labels_needed(self) -> int | None:
        """Fewest labels, of all rows since the window began that have none, that settle it."""
        fewest, most = 1, sum(self._missing_labels())
        if not most or not self._mostly(self._with_labels(usual, most) for usual in self.usual):
            return None
        while fewest < most:
            middle = (fewest + most) // 2
            if self._mostly(self._with_labels(usual, middle) for usual in self.usual):
                most = middle
            else:
                fewest = middle + 1
        return most

    def periods_needed(self, longer: float = 1.0, *, certain: bool = False) -> int | None:
        """Fewest periods like those of the window, or so many times as long, that settle it.

        Args:
            longer: times as long.
            certain: as if the reference period were known without an error.
        """
        periods = [
            replace(one, n=round(longer * one.n), variance=one.variance / longer) for one in self.usual
        ]
        base = replace(self.base, variance=0.0, chunks=10**9) if certain else self.base
        for count in range(1, self.findings.rules.verdict.periods + 1):
            if self._mostly(([*self.chunks, *[one] * count] for one in periods), base):
                return count
        return None

    def _mostly(self, futures: Iterable[Sequence[Measured | None]], base: Baseline | None = None) -> bool:
        """Whether enough of the plausible futures settle it."""
        states = [self.settles(chunks, base) for chunks in futures]
        return sum(states) >= self.findings.rules.verdict.promise * len(states)

    def settles(self, chunks: Sequence[Measured | None], base: Baseline | None = None) -> bool:
        """Whether the verdict would be settled after these chunks."""
        findings = self.findings
        states = alarm.signals(
            base or self.base,
            chunks,
            findings.metric.sign,
            findings.tolerance,
            findings.history.fresh,
            findings.rules.alarm,
        )
        last = next((state for state in reversed(states) if state is not None), None)
        return last is not None and self.settled(last)

    def _missing_labels(self) -> list[int]:
        """Rows without a label of every chunk since the window began."""
        later = [one.chunk.profile for one in self.findings.chunks[self.window.first :]]
        return [profile.n - profile.labelled for profile in later]

    def _with_labels(self, usual: Measured, labels: int) -> list[Measured | None]:
        """The chunks with so many more labels, where labels are missing."""
        missing = self._missing_labels()
        chunks = list(self.chunks)
        for at, rows in enumerate(missing, start=self.window.first):
            more = labels * rows / max(sum(missing), 1)
            chunk = chunks[at]
            known = chunk.n if chunk else self.findings.chunks[at].chunk.profile.labelled
            n = known + more
            if not rows or n < self.findings.rules.measure.labelled:
                continue
            value = (known * chunk.value + more * usual.value) / n if chunk else usual.value
            variance = chunk.variance * known / n if chunk else usual.variance * usual.n / n
            chunks[at] = Measured(value, value, value, variance, round(n))
        return chunks
