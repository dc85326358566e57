"""How often a stable week is called drift, and what of real drift on top of it is found.

`python -m tests.benchmarks.season_rates [--seeds 20]` prints one table for each question: eight inputs in
chunks of a day, six of which repeat with the day of the week; shares with their 95 % interval (Wilson 1927).
"""

import argparse
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import numpy as np

from core.health.assess import assess
from core.health.change.faults import faults_by_chunk
from core.health.profiles.feature_cells import cells_of, feature_of
from core.health.profiles.history import Chunk, History
from core.health.profiles.layout import Feature, Layout
from core.health.profiles.profile import ROWS, Profile
from core.stats.arrays import Floats
from core.stats.intervals import wilson
from core.stats.metrics import METRICS

MONDAY = date(2024, 1, 1)
LOG = 56
"""Days: 448 days of an input a seed."""
NORMAL = np.random.default_rng(0).normal(size=100_000)
NUMBER = feature_of("", NORMAL)
LAYOUT = Layout(
    ("no", "yes"),
    16,
    (
        *(Feature(f"x{i}", edges=NUMBER.edges) for i in range(4)),
        *(Feature(f"c{i}", values=tuple("abcde")) for i in range(4)),
    ),
)
WEEKEND, MIDWEEK = 5, 2
EVEN = np.array([0.3, 0.25, 0.2, 0.15, 0.1])
LEISURE = np.array([0.1, 0.15, 0.2, 0.25, 0.3])

Draw = Callable[[np.random.Generator, int, int], Profile]
"""Random numbers, day (0 is a Monday), rows -> the profile of that day."""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    seeds = parser.parse_args().seeds
    for table in (stable, found, clocks, unseen, months):
        print(f"\n{(table.__doc__ or '').strip()}")
        table(seeds)


def week(extra: float = 0.0, *, weekly: bool = True, restless: float = 0.0) -> Draw:
    """A stable week: numbers and mixes by the day; `extra` moves x0, c0 and x3 on top of it.

    Args:
        extra: standard deviations that x0 and x3 move, and the share of c0 that becomes `e`.
        weekly: whether days of the week differ.
        restless: standard deviation by which every number moves from day to day by accident.
    """

    def draw(rng: np.random.Generator, day: int, n: int) -> Profile:
        weekday = day % 7 if weekly else 0
        off = weekday >= WEEKEND
        shifts = np.array([1.0 * off, 0.5 * np.sin(2 * np.pi * weekday / 7), 0.6 * (weekday == MIDWEEK), 0.0])
        shifts += rng.normal(0, restless, 4) + extra * np.array([1, 0, 0, 1])
        mixes = [
            LEISURE if off else EVEN,
            np.roll(EVEN, weekday),
            np.array([0.2, 0.2, 0.2, 0.1, 0.3]) if off else np.array([0.3, 0.3, 0.25, 0.15, 0.0]),
            EVEN,
        ]
        mixes[0] = (1 - extra / 2) * mixes[0] + extra / 2 * np.eye(5)[4]
        numbers = [np.bincount(cells_of(NUMBER, rng.normal(s, 1, n)), minlength=NUMBER.size) for s in shifts]
        texts = [[*rng.multinomial(n, mix), 0, 0] for mix in mixes]
        return profile_of(LAYOUT, [*numbers, *texts], n)

    return draw


def profile_of(layout: Layout, counts: Sequence[Sequence[int]], n: int) -> Profile:
    """Rows without labels in these cells."""
    profile = Profile.empty(layout)
    profile.rows[0] = n
    for where, rows in zip(layout.slices().values(), counts, strict=True):
        profile.cells[where, ROWS] = rows
    return profile


def flags(layout: Layout, reference: dict[int, Profile], log: dict[int, Profile]) -> "np.ndarray":
    """(days, features) whether Health calls it drift."""
    before, after = (
        {f"{MONDAY + timedelta(days=day)}": profile for day, profile in days.items()}
        for days in (reference, log)
    )
    return _flags_of(layout, before, after)


def _flags_of(layout: Layout, reference: dict[str, Profile], log: dict[str, Profile]) -> "np.ndarray":
    """The same of chunks with these keys."""
    before, after = (
        tuple(Chunk(key, profile) for key, profile in chunks.items()) for chunks in (reference, log)
    )
    findings = assess(History(layout, before, after), METRICS["accuracy"], None)
    return np.array(
        [[chunk.drift[feature.name].flagged for feature in layout.features] for chunk in findings.chunks]
    )


def days(rng: np.random.Generator, draw: Draw, first: int, last: int, n: int) -> dict[int, Profile]:
    """Day -> its profile."""
    return {day: draw(rng, day, n) for day in range(first, last)}


def stable(seeds: int) -> None:
    """A stable model: days of an input that are called drift."""
    for name, draw in (
        ("no pattern", week(weekly=False)),
        ("weekly pattern", week()),
        ("weekly pattern, days differ", week(restless=0.1)),
    ):
        for reference in (7, 10, 14, 21, 28, 84):
            for n in (250, 1_000):
                called = []
                for seed in range(seeds):
                    rng = np.random.default_rng(seed)
                    before = days(rng, draw, 0, reference, n)
                    called.append(flags(LAYOUT, before, days(rng, draw, reference, reference + LOG, n)))
                print(f"  {name}, {reference:2d} reference days of {n:5d} rows: {_share(np.array(called))}")
    for n in (250, 1_000):
        called, weekends = [], []
        for seed in range(seeds):
            rng = np.random.default_rng(seed)
            before = {d: p for d, p in days(rng, week(), 0, 28, n).items() if d % 7 < WEEKEND}
            flagged = flags(LAYOUT, before, days(rng, week(), 28, 28 + LOG, n))
            called.append(flagged)
            weekends.append(flagged[[day for day in range(LOG) if day % 7 >= WEEKEND]])
        shares = f"{_share(np.array(called))}, on weekends {_share(np.array(weekends))}"
        print(f"  weekly pattern, 28 reference days without weekends, {n:5d} rows: {shares}")


def found(seeds: int) -> None:
    """Drift on top of the week: called within 3 and within 7 days, of an input with a pattern and without."""
    for reference in (7, 14, 28):
        for n in (250, 1_000):
            for extra in (0.0, 0.25, 0.5, 1.0):
                called = []
                for seed in range(seeds * 5):
                    rng = np.random.default_rng(seed)
                    before = days(rng, week(), 0, reference, n)
                    first = reference + seed % 7
                    called.append(flags(LAYOUT, before, days(rng, week(extra), first, first + 7, n)))
                hits = np.array(called)
                parts = [
                    f"{name} {_share(hits[:, :3, at].any(1))}, {_share(hits[:, :, at].any(1))}"
                    for name, at in (("x0 (weekly)", 0), ("x3 (none)", 3), ("c0 (weekly)", 4))
                ]
                print(f"  {reference} days of {n:5d} rows, moved by {extra:.2f}: {'; '.join(parts)}")


def clocks(seeds: int) -> None:
    """Columns that move with time, and two that do not: days that are called drift."""
    names = ("row number", "timestamp", "date of order", "day of the month", "date as text", "number")
    for reference in (7, 28, 84):
        called = []
        for seed in range(seeds):
            rng = np.random.default_rng(seed)
            raw = {day: _clock_rows(rng, day, 500) for day in range(reference + LOG)}
            together = [
                np.concatenate([raw[day][at] for day in range(reference)]) for at in range(len(names))
            ]
            features = tuple(feature_of(name, column) for name, column in zip(names, together, strict=True))
            layout = Layout(("no", "yes"), 16, features)
            profiles = {
                day: profile_of(
                    layout,
                    [
                        np.bincount(cells_of(f, column), minlength=f.size)
                        for f, column in zip(features, columns, strict=True)
                    ],
                    500,
                )
                for day, columns in raw.items()
            }
            before = {day: profile for day, profile in profiles.items() if day < reference}
            called.append(flags(layout, before, {d: p for d, p in profiles.items() if d >= reference}))
        hits = np.array(called)
        parts = [f"{name} {_share(hits[:, :, at])}" for at, name in enumerate(names)]
        print(f"  {reference} reference days: {'; '.join(parts)}")


def _clock_rows(rng: np.random.Generator, day: int, n: int) -> list[Floats]:
    moment = day + np.sort(rng.random(n))
    text = np.array([f"{MONDAY + timedelta(days=day)}"] * n, dtype=object)
    month_day = np.full(n, float((MONDAY + timedelta(days=day)).day))
    return [
        n * day + np.arange(n),
        moment,
        moment - rng.exponential(3, n),
        month_day,
        text,
        rng.normal(size=n),
    ]


def unseen(seeds: int) -> None:
    """A value never seen before in 5 % of the 250 rows of the first day: called a fault, called a move."""
    fault, move = [], []
    for seed in range(seeds * 20):
        rng = np.random.default_rng(seed)
        before = days(rng, week(), 0, 28, 250)
        log = days(rng, week(), 28 + seed % 7, 30 + seed % 7, 250)
        for profile in log.values():
            cells = profile.cells[LAYOUT.slices()["c3"], ROWS]
            new = rng.multivariate_hypergeometric(cells, rng.binomial(250, 0.05))
            cells -= new
            cells[-2] += new.sum()
        first = faults_by_chunk(LAYOUT, list(before.values()), list(log.values()))[0]
        fault.append(("unseen", "c3") in {found.key for found in first})
        move.append(flags(LAYOUT, before, log)[1, 7])
    print(
        f"  a fault on the first day {_share(np.array(fault))}, drift by the second {_share(np.array(move))}"
    )


def months(seeds: int) -> None:
    """Months of a year that differ: months of an input called drift in the year after, and drift on top."""
    for reference in (6, 12, 24, 36):
        for n in (1_000, 5_000):
            for extra in (0.0, 0.5):
                called = []
                for seed in range(seeds):
                    rng = np.random.default_rng(seed)
                    before, after = (
                        {f"{2020 + at // 12}-{at % 12 + 1:02d}": _month(rng, at, n, more) for at in part}
                        for part, more in (
                            (range(reference), 0.0),
                            (range(reference, reference + 12), extra),
                        )
                    )
                    called.append(_flags_of(LAYOUT, before, after))
                hits = np.array(called)
                parts = [
                    f"{name} {_share(hits[:, :, at])}" for name, at in (("x0 (yearly)", 0), ("x3 (none)", 3))
                ]
                print(f"  {reference} months of {n} rows, moved by {extra}: {', '.join(parts)}", flush=True)


def _month(rng: np.random.Generator, month: int, n: int, extra: float) -> Profile:
    """Numbers that are half a standard deviation higher in summer, x3 not; `extra` moves x0 and x3."""
    summer = 0.5 * np.sin(2 * np.pi * month / 12)
    shifts = np.array([summer, summer, -summer, 0.0]) + extra * np.array([1, 0, 0, 1])
    numbers = [np.bincount(cells_of(NUMBER, rng.normal(s, 1, n)), minlength=NUMBER.size) for s in shifts]
    return profile_of(LAYOUT, [*numbers, *[[*rng.multinomial(n, EVEN), 0, 0]] * 4], n)


def _share(calls: "np.ndarray") -> str:
    low, high = wilson(float(calls.sum()), float(calls.size))
    return f"{100 * calls.mean():.2f} % ({100 * low:.2f}-{100 * high:.2f}; n {calls.size:,})"


if __name__ == "__main__":
    main()
