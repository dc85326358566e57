"""How often the rules of Health are wrong: false alarms on quiet streams, and what they find of real changes.

`python -m tests.benchmarks.health_rates [--streams 400]` prints one table for each rule.
"""

import argparse
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt

from core.health.change import alarm, drift, faults, onset
from core.health.change.between import baseline
from core.health.findings import ChunkFinding
from core.health.profiles.history import Chunk
from core.health.profiles.layout import Layout
from core.health.profiles.profile import Profile
from core.health.report import verdict
from core.health.rules import RULES, AlarmRules
from core.stats.intervals import Measured, share_variance, wilson

REFERENCE, LOG = 12, 60
ACCURACY = 0.85
LAYOUT = Layout(("no", "yes"), 16)
NOTHING = Chunk("", Profile.empty(LAYOUT))
"""States of chunks are told from their signals alone."""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=400)
    streams = parser.parse_args().streams
    for table in (limit, power, sizes, apart, states, short, few, dates, slopes, inputs, shares):
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


def sizes(rng: np.random.Generator, streams: int) -> None:
    """Sizes of chunks and of 10 reference chunks, tolerance .02: false alarms, and when a fall is called."""
    for n in (500, 1_000, 2_000, 10_000):
        for ratio in (0.2, 1.0, 5.0):
            sized = partial(_states, rng, n, tolerance=0.02, reference=round(ratio * n), chunks=10)
            quiet = np.array([[state.alarm for state in sized([0.0] * 40)] for _ in range(streams)])
            line = f"{100 * quiet.mean():.3f} false in 100, falls called in chunk 1, in 2, median:"
            for fall in (0.03, 0.05):
                calls = [
                    [state.alarm for state in sized([0.0] * 10 + [fall] * 30)[10:]] for _ in range(streams)
                ]
                first = np.array([call.index(True) + 1 if any(call) else 31 for call in calls])
                line += f" {fall:.2f}: {_share(first == 1)}, {_share(first <= 2)}, {np.median(first):.0f};"
            print(f"  {n:6d} rows, reference x{ratio}: {line}", flush=True)


def states(rng: np.random.Generator, streams: int) -> None:
    """States of chunks by themselves, and of the model after 20, by what it lost; 10 reference chunks."""
    for n in (500, 1_000, 2_000, 10_000):
        for ratio, fall in ((0.2, 0.0), (5.0, 0.0), (1.0, 0.0), (1.0, 0.02), (1.0, 0.04)):
            after, own = [], []
            for _ in range(streams):
                signals = _states(rng, n, [fall] * 20, 0.02, round(ratio * n), 10)
                after.append(verdict.alarm_status(signals[-1], 0.02))
                chunks = [
                    ChunkFinding(NOTHING, {}, {}, {}, one, reliable=True, faults=[], losses=[])
                    for one in signals
                ]
                own += [verdict.chunk_status(chunk, 0.02) for chunk in chunks]
            parts = ", ".join(f"{s} {_share([x == s for x in own])}" for s in ("green", "amber", "red"))
            end = ", ".join(f"{s} {_share([x == s for x in after])}" for s in ("green", "red"))
            line = f"chunks {parts}; model after 20 {end}"
            print(f"  {n:6d} rows, reference x{ratio}, loss {fall:.2f}: {line}", flush=True)


def short(rng: np.random.Generator, streams: int) -> None:
    """A newest chunk with few rows yet, after ten of 1,000: sound still green, a loss of .06 still red."""
    for rules in (RULES.alarm, replace(RULES.alarm, short=float("inf"))):
        for n in (1_000, 300, 50):
            parts = []
            for fall, status in ((0.0, "green"), (0.06, "red")):
                ended = []
                for _ in range(streams):
                    before = [_accuracy(rng, 1_000, ACCURACY) for _ in range(6)]
                    log = [_accuracy(rng, 1_000, ACCURACY - fall * (at > 5)) for at in range(10)]
                    base = baseline(_pooled(before), before, 0.02, rules)
                    log.append(_accuracy(rng, n, ACCURACY - fall))
                    last = alarm.signals(base, log, 1, 0.02, rules=rules)[-1]
                    ended.append(last is not None and verdict.alarm_status(last, 0.02) == status)
                parts.append(f"{status} {_share(ended)}")
            print(f"  short {rules.short}, {n:5d} rows: {', '.join(parts)}", flush=True)


def apart(rng: np.random.Generator, streams: int) -> None:
    """Chunks that differ by up to the tolerance: false alarms and calls of .05; no floor in brackets."""
    floorless = replace(RULES.alarm, floor=0.0)
    for n in (500, 2_000, 10_000):
        for between in (0.0, 0.01, 0.02):
            parts = []
            for rules in (RULES.alarm, floorless):
                sized = partial(
                    _states, rng, n, tolerance=0.02, reference=n, chunks=10, between=between, rules=rules
                )
                quiet = [[state.alarm for state in sized([0.0] * 40)] for _ in range(streams)]
                calls = [[state.alarm for state in sized([0.05] * 2)] for _ in range(streams)]
                first, second = np.array(calls)[:, 0], np.array(calls).any(axis=1)
                parts.append(f"{100 * np.mean(quiet):.3f} in 100, {_share(first)}, {_share(second)}")
            print(f"  {n:6d} rows, chunks differ by {between:.2f}: {parts[0]} ({parts[1]})", flush=True)


def few(rng: np.random.Generator, streams: int) -> None:
    """Three reference chunks of 4,000 rows at .65 that differ: a fall to .55 at once, seven chunks long."""
    for prior in (RULES.alarm.prior, 2.0):
        for between in (0.0, 0.02, 0.03, 0.04):
            rules = replace(RULES.alarm, prior=prior)
            three = partial(
                _states, rng, 4_000, tolerance=0.02, reference=4_000, chunks=3, accuracy=0.65,
                between=between, rules=rules,
            )  # fmt: skip
            calls = np.array([[state.alarm for state in three([0.1] * 7)] for _ in range(streams)])
            quiet = np.array([[state.alarm for state in three([0.0] * 7)] for _ in range(streams)])
            print(
                f"  floor weighs {prior:.0f}, chunks differ by {between:.2f}: {_share(calls[:, 0])} in the "
                f"first, {_share(~calls.any(axis=1))} never; quiet with an alarm: {_share(quiet.ravel())}",
                flush=True,
            )


def dates(rng: np.random.Generator, streams: int) -> None:
    """Steps after 20 quiet chunks: the very chunk, within one, over two early, in the interval, gradual."""
    for height in (2.0, 3.0, 5.0):
        for after in (2, 5, 10):
            onsets = [
                onset.onset([*rng.normal(size=20), *rng.normal(height, size=after)])
                for _ in range(streams * 5)
            ]
            _print_dates(f"{height:.0f} standard errors, {after} chunks", onsets)
    quiet = np.array([onset.onset(list(rng.normal(size=30))) is not None for _ in range(streams * 5)])
    print(f"  no step: {_share(quiet)} of series of 30 chunks are given a date (asked only after an alarm)")


def slopes(rng: np.random.Generator, streams: int) -> None:
    """Falls over several chunks after 20 quiet ones, and five at their height: the same of the first."""
    for height in (4.0, 8.0):
        for length in (4, 8, 12):
            slope = height * np.minimum(np.arange(1, length + 6) / length, 1)
            onsets = [onset.onset([*rng.normal(size=20), *rng.normal(slope)]) for _ in range(streams * 5)]
            _print_dates(f"to {height:.0f} standard errors in {length} chunks", onsets)
    for height in (3.0, 5.0):  # a step, and as much again over the next twelve chunks
        going_on = height * np.linspace(1, 2, 13)
        onsets = [onset.onset([*rng.normal(size=20), *rng.normal(going_on)]) for _ in range(streams * 5)]
        _print_dates(f"{height:.0f} standard errors at once, and as much again in 12 chunks", onsets)


def _print_dates(what: str, onsets: list[onset.Onset | None]) -> None:
    dated = [start for start in onsets if start is not None]
    early = np.array([start.at - 20 for start in dated])
    covered = np.array([start.earliest <= 20 <= start.latest for start in dated])
    gradual = np.array([start.gradual for start in dated])
    print(
        f"  {what}: {_share(early == 0)}, {_share(np.abs(early) <= 1)}, {_share(early < -2)}, "
        f"{_share(covered)}, {_share(gradual)}; without a date {len(onsets) - len(dated)}",
        flush=True,
    )


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
    return [state.alarm for state in _states(rng, n, [fall] * LOG, tolerance, n, REFERENCE)]


def _states(
    rng: np.random.Generator,
    n: int,
    falls: list[float],
    tolerance: float,
    reference: int,
    chunks: int,
    accuracy: float = ACCURACY,
    between: float = 0.0,
    rules: AlarmRules = RULES.alarm,
) -> list[alarm.Signal]:
    """States of a stream whose chunks of `n` rows fell by so much, after `chunks` of `reference` rows."""
    before = [_accuracy(rng, reference, accuracy + between * rng.normal()) for _ in range(chunks)]
    base = baseline(_pooled(before), before, tolerance, rules)
    log = [_accuracy(rng, n, accuracy - fall + between * rng.normal()) for fall in falls]
    return [state for state in alarm.signals(base, log, 1, tolerance, rules=rules) if state is not None]


def _accuracy(rng: np.random.Generator, n: int, share: float) -> Measured:
    return _measured(int(rng.binomial(n, share)), n)


def _pooled(chunks: list[Measured]) -> Measured:
    n = sum(chunk.n for chunk in chunks)
    return _measured(round(sum(chunk.value * chunk.n for chunk in chunks)), n)


def _measured(right: int, n: int) -> Measured:
    return Measured(right / n, *wilson(right, n), share_variance(right, n), n)


def _share(calls: npt.ArrayLike) -> str:
    calls = np.asarray(calls)
    low, high = wilson(float(calls.sum()), float(calls.size))
    return f"{100 * calls.mean():5.1f} % ({100 * low:.1f}-{100 * high:.1f})"


if __name__ == "__main__":
    main()
