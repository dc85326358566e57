"""Which version answered when, and how well: every version has a curve of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

from core.health.performance.metrics import measure
from core.health.profiles.history import Chunk
from core.health.rules import RULES, HealthRules, MeasureRules, VersionRules
from core.stats.intervals import Z95, Measured
from core.stats.metric import Metric


@dataclass(frozen=True, slots=True)
class VersionFinding:
    """One version: positions of its first and last chunk in the log, its answers, its metric."""

    version: str
    first: int
    last: int
    rows: int
    measured: Measured | None


@dataclass(frozen=True, slots=True)
class Rivals:
    """Two versions that answered in the same chunks, the one with most answers first.

    Attributes:
        share: of the answers that the first gave, 0 to 1.
        difference: how much worse the second is, in the metric, with its 95 % interval; None without labels.
    """

    first: VersionFinding
    second: VersionFinding
    share: float
    difference: tuple[float, float, float] | None


def versions(
    metric: Metric, log: Sequence[Chunk], rules: MeasureRules = RULES.measure
) -> list[VersionFinding]:
    """Every version of the log, in order of its first answer."""
    by_version: dict[str, list[int]] = {}
    for at, chunk in enumerate(log):
        for version in sorted(chunk.versions):
            by_version.setdefault(version, []).append(at)
    return [_finding(metric, log, version, places, rules) for version, places in by_version.items()]


def changes(log: Sequence[Chunk], rules: VersionRules = RULES.versions) -> tuple[int, ...] | None:
    """Positions from which on another version gives most of the answers; None when no version is known.

    >>> from core.health.profiles.layout import Layout
    >>> from core.health.profiles.profile import Profile
    >>> part = Profile.empty(Layout(("no", "yes"), 8))
    >>> part.rows[0] = 100
    >>> changes([Chunk("a", part, versions={"1": part}), Chunk("b", part, versions={"2": part})])
    (1,)
    """
    present: str | None = None
    places: list[int] = []
    for at, chunk in enumerate(log):
        now = _leading(chunk, rules)
        if now is not None and present is not None and now != present:
            places.append(at)
        present = now or present
    return None if present is None else tuple(places)


def one_version(before: Sequence[Chunk], now: Sequence[Chunk]) -> bool:
    """Whether one version answers now that answered before, as far as versions are known.

    >>> from core.health.profiles.layout import Layout
    >>> from core.health.profiles.profile import Profile
    >>> part = Profile.empty(Layout(("no", "yes"), 8))
    >>> first, second = (Chunk("a", part, versions={name: part}) for name in ("1", "2"))
    >>> one_version([first], [second]), one_version([first], [first]), one_version([], [second])
    (False, True, True)
    """
    past, present = ({name for chunk in part for name in chunk.versions} for part in (before, now))
    return len(present) <= 1 and (not past or present <= past)


def rivals(metric: Metric, chunks: Sequence[Chunk], rules: HealthRules = RULES) -> Rivals | None:
    """The two versions with most answers in these chunks; None when one of them answered (almost) alone."""
    by_rows = sorted(versions(metric, chunks, rules.measure), key=lambda version: -version.rows)
    predictions = sum(chunk.profile.n for chunk in chunks)
    if len(by_rows) < 2 or not _together(chunks, rules.versions):  # noqa: PLR2004 -- a pair
        return None
    first, second = by_rows[:2]
    difference = None
    if first.measured is not None and second.measured is not None:
        worse = metric.gain(second.measured.value, first.measured.value)
        half = Z95 * (first.measured.variance + second.measured.variance) ** 0.5
        difference = worse, worse - half, worse + half
    return Rivals(first, second, first.rows / predictions, difference)


def _together(chunks: Sequence[Chunk], rules: VersionRules) -> bool:
    """Whether two versions answered in the newest of these chunks: one after the other is no rivalry."""
    last = chunks[-1]
    shares = [profile.n / last.profile.n for profile in last.versions.values()]
    return bool(shares) and max(shares) < rules.alone


def _leading(chunk: Chunk, rules: VersionRules) -> str | None:
    """The version that gave most of the answers of a chunk, if one did."""
    for version, profile in chunk.versions.items():
        if profile.n > rules.majority * chunk.profile.n:
            return version
    return None


def _finding(
    metric: Metric, log: Sequence[Chunk], version: str, places: list[int], rules: MeasureRules
) -> VersionFinding:
    profile = reduce(add, (log[at].versions[version] for at in places))
    return VersionFinding(version, places[0], places[-1], profile.n, measure(metric, profile, rules))
