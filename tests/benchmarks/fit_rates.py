"""How often Health is wrong about rows and time: quiet logs and broken ones.

`python -m tests.benchmarks.fit_rates [--streams 1000]` prints one table for each claim.
"""

import argparse
from datetime import datetime, timedelta

import numpy as np

from core.health.change.fit.scores import score_limit
from core.health.change.rows_and_time import Arrivals, gaps, row_faults
from core.stats.intervals import wilson
from core.stats.measures.score_scale import warp

WEEKS = 52
MONDAY = datetime(2024, 1, 1)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=1000)
    streams = parser.parse_args().streams
    for table in (few, twice, empty, scores):
        print(f"\n{(table.__doc__ or '').strip()}")
        table(np.random.default_rng(1), streams)


def few(rng: np.random.Generator, streams: int) -> None:
    """Rows of 52 weeks with a spread between weeks: chunks called too few; the same with one week of less."""
    for mean in (50, 500):
        for spread in (0.0, 0.1, 0.3):
            quiet = np.array([too_few(weekly(rng, mean, spread)) for _ in range(streams)])
            print(f"  {mean} rows, spread {spread}: {share(quiet[:, 6:-1].ravel())} of quiet weeks")
            for left in (0.1, 0.3):
                calls = [too_few(weekly(rng, mean, spread, {20: left}))[20] for _ in range(streams)]
                print(f"    {100 * left:.0f} % of the rows in week 21: {share(np.array(calls))}")
    days = np.array([too_few(weekdays(rng), "day") for _ in range(streams // 10)])
    print(f"  days of 200 rows, weekends of 20: {share(days.ravel())} of quiet days")


def twice(rng: np.random.Generator, streams: int) -> None:
    """Weeks of 500 rows, some alike by accident: the last is called copies, by the share that came twice."""
    for before in (0.0, 0.05, 0.3):
        for doubled in (0.0, 0.1, 0.2, 1.0):
            calls = [copies(rng, before, doubled) for _ in range(streams)]
            print(f"  {100 * before:2.0f} % alike, {100 * doubled:3.0f} % twice: {share(np.array(calls))}")
    for kinds in (100, 500, 5000):
        calls = [more_rows(rng, kinds) for _ in range(streams)]
        print(f"  {kinds} different rows there are, four times as many came: {share(np.array(calls))}")


def empty(rng: np.random.Generator, streams: int) -> None:
    """Rows at random moments of 52 weeks: logs said to have a gap; the same with weeks left out."""
    for mean in (2, 5, 20, 500):
        for spread in (0.0, 0.3):
            for left_out in (0, 1, 3):
                hidden = dict.fromkeys(range(20, 20 + left_out), 0.0)
                calls = [has_gap(weekly(rng, mean, spread, hidden)) for _ in range(streams)]
                print(f"  {mean} rows, spread {spread}, {left_out} left out: {share(np.array(calls))}")
    for mean in (0.2, 0.4, 1, 3):
        calls = [has_gap(rng.poisson(mean, 140), "day") for _ in range(streams)]
        print(f"  {mean} rows a day, 140 days: {share(np.array(calls))}")


def scores(rng: np.random.Generator, streams: int) -> None:
    """A chunk against 5,000 reference rows (log-odds normal, spread 1.5): scores called cut off."""
    for n in (100, 500, 2000):
        for name in CHANGES:
            calls = [is_cut(rng, n, name) for _ in range(streams)]
            print(f"  {n} rows, {name}: {share(np.array(calls))}")


CHANGES = {
    "as ever": (0.0, lambda score: score),
    "cases easier by one spread": (-1.5, lambda score: score),
    "cases easier by two spreads": (-3.0, lambda score: score),
    "halved": (0.0, lambda score: score / 2),
    "clipped at .8": (0.0, lambda score: np.minimum(score, 0.8)),
    "at least .2": (0.0, lambda score: np.maximum(score, 0.2)),
    "rare events, as ever": (-4.0, lambda score: score),
    "rare events, halved": (-4.0, lambda score: score / 2),
}
"""Change -> shift of the log-odds (of rare events before as well), and what becomes of the scores."""


def is_cut(rng, n, name):
    """Whether one chunk is said to have no scores beyond a limit."""
    shift, change = CHANGES[name]
    start = shift if name.startswith("rare") else 0.0
    past, now = binned(rng, 5000, start), binned(rng, n, shift, change)
    return score_limit(past, now) is not None


def binned(rng, n, shift, change=lambda score: score):
    """(1024,) rows by score bin."""
    score = change(1 / (1 + np.exp(-rng.normal(shift, 1.5, n))))
    return np.bincount(np.minimum((warp(score) * 1024).astype(int), 1023), minlength=1024)


def weekly(rng, mean, spread, part=None):
    """(52,) rows: Poisson round a log-normal rate; `part`: week -> share of the rows that came."""
    rate = mean * rng.lognormal(0.0, spread, WEEKS) if spread else np.full(WEEKS, float(mean))
    for week, left in (part or {}).items():
        rate[week] *= left
    return rng.poisson(rate)


def weekdays(rng):
    """(140,) rows of 20 weeks, a tenth at the weekends."""
    return rng.poisson([20 if day % 7 > 4 else 200 for day in range(140)])


def too_few(rows, chunk="week"):
    """(n,) whether each chunk is called too few."""
    keys = keys_of(len(rows), chunk)
    faults = row_faults(keys, rows.tolist(), Arrivals(chunk, datetime(2030, 1, 1)))
    return np.array([any(fault.kind == "few_rows" for fault in found) for found in faults])


def keys_of(n, chunk="week"):
    """The first keys from a Monday on."""
    form, step = {"week": ("%G-W%V", 7), "day": ("%Y-%m-%d", 1)}[chunk]
    return [(MONDAY + timedelta(days=step * at)).strftime(form) for at in range(n)]


def copies(rng, before, doubled, n=500, weeks=8):
    """Whether the last week is said to hold copies; before it `weeks` without."""
    keys, alike = keys_of(weeks + 1), rng.binomial(n, before, weeks + 1)
    extra = round(doubled * n)
    rows = [n] * weeks + [n + extra]
    by_chunk = dict(zip(keys, [*map(int, alike[:-1]), int(alike[-1]) + extra], strict=True))
    faults = row_faults(keys, rows, Arrivals("week", datetime(2030, 1, 1), copies=by_chunk))
    return any(fault.kind == "copies" for fault in faults[-1])


def more_rows(rng, kinds, n=500, weeks=8):
    """Whether a week of four times as many rows is said to hold copies, where rows are drawn of so many."""
    keys, rows = keys_of(weeks + 1), [n] * weeks + [4 * n]
    alike = [n - len(np.unique(rng.integers(kinds, size=n))) for n in rows]
    clock = Arrivals("week", datetime(2030, 1, 1), copies=dict(zip(keys, alike, strict=True)))
    return any(fault.kind == "copies" for fault in row_faults(keys, rows, clock)[-1])


def has_gap(rows, chunk="week"):
    """Whether weeks (or days) without rows are called a gap."""
    keys = [key for key, n in zip(keys_of(len(rows), chunk), rows, strict=True) if n]
    clock = Arrivals(chunk, MONDAY + timedelta(days={"week": 7, "day": 1}[chunk] * len(rows)))
    return any(not gap.open for gap in gaps(keys, [int(n) for n in rows if n], clock))


def share(calls):
    """A share with its 95 % interval."""
    low, high = wilson(float(calls.sum()), float(calls.size))
    return f"{100 * calls.mean():.2f} % ({100 * low:.2f}-{100 * high:.2f}, n = {calls.size})"


if __name__ == "__main__":
    main()
