"""How often the rules of Health are wrong: false alarms on quiet streams, and what they find of real changes.

`python -m tests.benchmarks.health_rates [--streams 400]` prints one table for each rule.
"""

import argparse

import numpy as np

from core.health.change import alarm, drift, faults, onset
from core.health.rules import RULES
from core.stats.intervals import Measured, share_variance, wilson

REFERENCE, LOG = 12, 60
ACCURACY = 0.85


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=400)
    streams = parser.parse_args().streams
    for table in (limit, power, dates, inputs, shares):
        print(f"\n{(table.__doc__ or '').strip()}")
        table(np.random.default_rng(1), streams)


def limit(rng: np.random.Generator, streams: int) -> None:
    """Alarms of quiet streams: share of all chunks, and of streams of 60 chunks that raise one."""
    for n in (200, 1_000, 5_000):
        for tolerance in (0.0, 0.02):
            alarms = np.array([_alarms(rng, n, 0.0, tolerance) for _ in range(streams)])
            each, any_one = alarms.mean(), alarms.any(axis=1)
            print(
                f"  {n:5d} rows, tolerance {tolerance:.2f}: {100 * each:5.2f} % of chunks, "
                f"{_share(any_one)} of streams"
            )


def power(rng: np.random.Generator, streams: int) -> None:
    """Falls of the accuracy from .85: streams with an alarm within the first 3 and 6 chunks of the fall."""
    for n in (200, 1_000, 5_000):
        for fall in (0.02, 0.04, 0.08):
            alarms = np.array([_alarms(rng, n, fall, 0.02) for _ in range(streams)])
            soon, later = alarms[:, :3].any(axis=1), alarms[:, :6].any(axis=1)
            print(f"  {n:5d} rows, fall of {fall:.2f}: {_share(soon)} within 3, {_share(later)} within 6")


def dates(rng: np.random.Generator, streams: int) -> None:
    """Steps after 20 quiet chunks: dated to the very chunk, within one, and inside the given interval."""
    for height in (2.0, 3.0, 5.0):
        onsets = [
            onset.onset([*rng.normal(size=20), *rng.normal(height, size=10)]) for _ in range(streams * 5)
        ]
        exact = np.array([o is not None and o.at == 20 for o in onsets])
        near = np.array([o is not None and abs(o.at - 20) <= 1 for o in onsets])
        covered = np.array([o is not None and o.earliest <= 20 <= o.latest for o in onsets])
        print(f"  {height:.0f} standard errors: {_share(exact)}, {_share(near)}, {_share(covered)}")
    quiet = np.array([onset.onset(list(rng.normal(size=30))) is not None for _ in range(streams * 5)])
    print(f"  no step: {_share(quiet)} of series of 30 chunks are given a date (asked only after an alarm)")


def inputs(rng: np.random.Generator, streams: int) -> None:
    """One normal input in deciles: chunks in which it is said to have moved, alone and as two of three."""
    edges = np.array([-1.2816, -0.8416, -0.5244, -0.2533, 0, 0.2533, 0.5244, 0.8416, 1.2816])
    rules = RULES.drift

    def flag(shift: float, n: int) -> bool:
        a = np.bincount(np.searchsorted(edges, rng.normal(size=10 * n)), minlength=10)
        b = np.bincount(np.searchsorted(edges, rng.normal(shift, size=n)), minlength=10)
        return drift.chi_squared(a, b) < rules.level and drift.jensen_shannon(a, b) >= rules.floor

    for n in (200, 1_000, 5_000):
        for shift in (0.0, 0.25, 0.5):
            flags = np.array([[flag(shift, n) for _ in range(3)] for _ in range(streams)])
            lasting = flags.sum(axis=1) >= rules.needed
            print(f"  {n:5d} rows, shift {shift:.2f}: {_share(flags.ravel())}, {_share(lasting)}")


def shares(rng: np.random.Generator, streams: int) -> None:
    """Missing values, 1 % before: tests that call a rise of .05 and more a fault, by the true share now."""
    for n in (100, 1_000):
        for now in (0.01, 0.05, 0.08, 0.15):
            calls = np.array(_calls(rng, n, now, RULES.faults.missing, streams * 25))
            print(f"  {n:5d} rows, {100 * now:2.0f} % now: {_share(calls)}")


def _calls(rng: np.random.Generator, n: int, now: float, least: float, times: int) -> list[bool]:
    past = rng.binomial(20_000, 0.01, times)
    bad = rng.binomial(n, now, times)
    return [faults.rises(int(b), n, int(p), 20_000, least) for b, p in zip(bad, past, strict=True)]


def _alarms(rng: np.random.Generator, n: int, fall: float, tolerance: float) -> list[bool]:
    before = [_accuracy(rng, n, ACCURACY) for _ in range(REFERENCE)]
    whole = _pooled(before)
    base = alarm.baseline(whole, before, tolerance)
    log = [_accuracy(rng, n, ACCURACY - fall) for _ in range(LOG)]
    return [state is not None and state.alarm for state in alarm.signals(base, log, 1, tolerance)]


def _accuracy(rng: np.random.Generator, n: int, share: float) -> Measured:
    return _measured(int(rng.binomial(n, share)), n)


def _pooled(chunks: list[Measured]) -> Measured:
    n = sum(chunk.n for chunk in chunks)
    return _measured(round(sum(chunk.value * chunk.n for chunk in chunks)), n)


def _measured(right: int, n: int) -> Measured:
    return Measured(right / n, *wilson(right, n), share_variance(right, n), n)


def _share(calls: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]") -> str:
    low, high = wilson(float(calls.sum()), float(calls.size))
    return f"{100 * calls.mean():5.1f} % ({100 * low:.1f}-{100 * high:.1f})"


if __name__ == "__main__":
    main()
