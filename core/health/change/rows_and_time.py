"""Rows and time: chunks that are missing, a log that has ended, too few rows, and rows that are there twice.

Nothing here looks into the rows: their numbers by chunk and the clock suffice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil, exp, log
from statistics import fmean, median, variance

from core.health.change.chance import rises
from core.health.change.faults import Fault
from core.health.rules import RULES, FaultRules, RowRules
from core.tables.chunks import CALENDAR, bounds, whole_chunks


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What is known of the rows of a log beside their profiles.

    Attributes:
        chunk: the unit of the chunks.
        moment: the clock: the data as of then, else now (UTC, without a zone).
        until: moment of the newest row; None where rows have no time.
        delivered: chunks that come together in one delivery, usually.
        copies: key of a chunk -> rows of it that equal another one in inputs and prediction.
    """

    chunk: str
    moment: datetime
    until: datetime | None = None
    delivered: int = 1
    copies: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gap:
    """Chunks without a row: `chunks` of them, from `first` until before `after`.

    `open`: nothing came after them, the log has ended.
    """

    first: datetime
    after: datetime
    chunks: int
    open: bool = False

    @property
    def last(self) -> datetime:
        """Its last day."""
        return self.after - timedelta(days=1)


def gaps(
    keys: Sequence[str], rows: Sequence[int], arrivals: Arrivals, rules: RowRules = RULES.rows
) -> list[Gap]:
    """Missing chunks between those of a log, and after its last: longer than usual, and not by chance.

    Args:
        keys: (n,) keys of the chunks that have rows, in order.
        rows: (n,) their numbers of rows.
        arrivals: the unit of the chunks and the clock.
        rules: what is a gap.

    >>> clock = Arrivals("week", datetime(2024, 5, 6))
    >>> gap = gaps(["2024-W01", "2024-W02", "2024-W03", "2024-W06"], [400, 410, 390, 405], clock)[0]
    >>> gap.chunks, gap.first.date().isoformat(), gap.last.date().isoformat()
    (2, '2024-01-22', '2024-02-04')
    """
    chunk = arrivals.chunk
    if chunk not in CALENDAR or len(keys) < 2:  # noqa: PLR2004 -- one chunk has no rhythm
        return []
    spans: list[tuple[datetime, datetime]] = [bounds(key, chunk) for key in keys]  # type: ignore[misc]
    between = [(before[1], after[0]) for before, after in pairwise(spans)]
    missing = [whole_chunks(first, after, chunk) for first, after in between]
    gaps_of_log = []
    for at, ((first, after), chunks) in enumerate(zip(between, missing, strict=True)):
        others = missing[:at] + missing[at + 1 :]
        if (
            chunks > rules.longer * _usual(others, rules)
            and _chance_of_none(rows, sum(others), chunks) < rules.level
        ):
            gaps_of_log.append(Gap(first, after, chunks))
    last = spans[-1][1]
    chunks = whole_chunks(last, arrivals.moment, chunk)
    if is_overdue(keys, arrivals, rules) and _chance_of_none(rows, sum(missing), chunks) < rules.level:
        gaps_of_log.append(Gap(last, last, chunks, open=True))
    return gaps_of_log


def is_overdue(keys: Sequence[str], arrivals: Arrivals, rules: RowRules = RULES.rows) -> bool:
    """Whether so many deliveries are missing after the last chunk that one of them is more than late.

    >>> is_overdue(["2024-W01", "2024-W02"], Arrivals("week", datetime(2024, 1, 29)))
    True
    >>> is_overdue(["2024-W01", "2024-W02"], Arrivals("week", datetime(2024, 1, 29), delivered=4))
    False
    """
    if arrivals.chunk not in CALENDAR or len(keys) < 2:  # noqa: PLR2004 -- one chunk has no rhythm
        return False
    ends: list[datetime] = [bounds(key, arrivals.chunk)[1] for key in keys]  # type: ignore[misc]
    starts: list[datetime] = [bounds(key, arrivals.chunk)[0] for key in keys]  # type: ignore[misc]
    missing = [whole_chunks(end, start, arrivals.chunk) for end, start in zip(ends, starts[1:], strict=False)]
    wait = max(rules.late * arrivals.delivered, rules.longer * _usual(missing, rules) + 1)
    return whole_chunks(ends[-1], arrivals.moment, arrivals.chunk) >= wait


def _usual(missing: Sequence[int], rules: RowRules) -> int:
    return sorted(missing)[ceil(rules.usual * len(missing)) - 1] if missing else 0


def _chance_of_none(rows: Sequence[int], empty: int, chunks: int) -> float:
    """Chance that so many chunks hold no row: negative binomial, as spread as the numbers of rows are.

    Args:
        rows: of the chunks that have some; where they are few, these alone would seem to be more than come.
        empty: other chunks without a row, which count as they are.
        chunks: those that are asked about.
    """
    mean = fmean(rows)
    spread = max(0.0, (variance(rows) - mean) / mean**2)
    mean *= len(rows) / (len(rows) + empty)
    none = log(1 + spread * mean) / spread if spread > 0 else mean
    return exp(-none * chunks)


def row_faults(
    keys: Sequence[str],
    rows: Sequence[int],
    arrivals: Arrivals,
    rules: RowRules = RULES.rows,
    fault_rules: FaultRules = RULES.faults,
) -> list[list[Fault]]:
    """Every chunk of the log -> what is wrong with its number of rows, and with copies in it.

    Args:
        keys: (n,) keys of the chunks, in order.
        rows: (n,) their numbers of rows.
        arrivals: the unit of the chunks, the clock, and copies by chunk.
        rules: what is wrong.
        fault_rules: level of the test of a share.
    """
    few = _few_rows(keys, rows, arrivals, rules)
    twice = _copies(keys, rows, arrivals, rules, fault_rules)
    return [[fault for fault in faults if fault] for faults in zip(few, twice, strict=True)]


def _few_rows(
    keys: Sequence[str], rows: Sequence[int], arrivals: Arrivals, rules: RowRules
) -> list[Fault | None]:
    """Too few against earlier chunks of the same kind; the first chunk may have begun in its middle."""
    by_chunk: list[Fault | None] = []
    earlier: dict[int, list[int]] = {}
    for at, (key, n) in enumerate(zip(keys, rows, strict=True)):
        fault = None
        if arrivals.chunk in CALENDAR:
            start: datetime = bounds(key, arrivals.chunk)[0]  # type: ignore[assignment]
            # a day is compared with the same day of the week
            past = earlier.setdefault(start.weekday() if arrivals.chunk == "day" else 0, [])
            complete = at < len(keys) - 1 or _complete(key, arrivals, rules)
            if complete and too_few(n, past[-rules.past :], rules):
                usual = float(median(past[-rules.past :]))
                fault = Fault("few_rows", "", 1.0, n / usual, n, f"{usual:.0f}")
            elif at and complete:
                past.append(n)
        by_chunk.append(fault)
    return by_chunk


def _complete(key: str, arrivals: Arrivals, rules: RowRules) -> bool:
    """Whether the newest rows reach the end of the newest chunk."""
    start, end = bounds(key, arrivals.chunk)
    if arrivals.until is None or not isinstance(start, datetime) or not isinstance(end, datetime):
        return False
    return arrivals.until >= start + rules.covered * (end - start)


def too_few(n: int, past: Sequence[int], rules: RowRules = RULES.rows) -> bool:
    """Whether a number of rows is less than `rules.few` of the usual and below what it may be by chance.

    The interval of one further value of a log-normal number (Student t), at least as wide as counts vary.

    >>> too_few(52, [500, 540, 480, 510, 530, 495, 505, 520])
    True
    >>> too_few(300, [500, 540, 480, 510, 530, 495, 505, 520]), too_few(52, [500, 90, 1500, 60, 800, 70])
    (False, False)
    """
    from scipy.special import stdtr

    if len(past) < rules.enough or n > rules.few * median(past):
        return False
    logs = [log(rows) for rows in past]
    spread = max(variance(logs), fmean(1 / rows for rows in past))
    z = (log(max(n, 0.5)) - fmean(logs)) / (spread * (1 + 1 / len(past))) ** 0.5
    return bool(stdtr(len(past) - 1, z) < rules.level)


def alike_by_chance(share: float, larger: float) -> float:
    """Share of rows that equal another one when a chunk is so many times larger.

    Rows drawn of N equally likely ones: of r N rows the share 1 - (1 - exp(-r)) / r are copies (the occupancy
    problem, Feller 1968); where some rows are likelier, more rows make fewer further copies.

    >>> alike_by_chance(0.0, 2.0), alike_by_chance(0.3, 1.0), round(alike_by_chance(0.3, 2.0), 2)
    (0.0, 0.3, 0.49)
    """
    if not 0 < share < 1 or larger <= 1:
        return share
    low, high = 0.0, 1 / (1 - share)
    while high - low > 1e-9 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if _share_of_copies(middle) < share else (low, middle)
    return _share_of_copies(high * larger)


def _share_of_copies(rows: float) -> float:
    return 1 - (1 - exp(-rows)) / rows


def _copies(
    keys: Sequence[str], rows: Sequence[int], arrivals: Arrivals, rules: RowRules, fault_rules: FaultRules
) -> list[Fault | None]:
    """Copies against all earlier chunks without this fault; of more rows more are alike by accident."""
    by_chunk: list[Fault | None] = []
    past: list[tuple[int, int]] = []
    for key, n in zip(keys, rows, strict=True):
        copies, fault = min(arrivals.copies.get(key, 0), n), None
        known, bad = sum(n for n, _ in past), sum(bad for _, bad in past)
        if known >= fault_rules.enough and n:
            expected = ceil(known * alike_by_chance(bad / known, max(1.0, n * len(past) / known)))
            if rises(copies, n, expected, known, rules.copies, fault_rules):
                fault = Fault("copies", "", bad / known, copies / n, n)
        if fault is None:
            past.append((n, copies))
        by_chunk.append(fault)
    return by_chunk
