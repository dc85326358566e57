"""How often a metric that is always worse on weekends is called worse, and when a fall on top of it is.

`python -m tests.benchmarks.rhythm_rates [--seeds 12]` prints one line for each stream of days, judged by the
reference period as a whole and by its weekdays; shares with their 95 % interval (Wilson 1927).
"""

import argparse
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from core.health.change.alarm import Signal, signals
from core.health.change.between import baseline
from core.health.change.norm import norm
from core.health.change.rhythm import Rhythm
from core.health.performance.metrics import measure, measures
from core.health.profiles.history import Chunk, pool
from core.health.profiles.layout import Layout
from core.health.profiles.profile import Profile
from core.health.rules import RULES
from core.stats.intervals import wilson
from core.stats.metrics import METRICS

MONDAY, WEEKEND = date(2024, 1, 1), 5
LOG = 56
ACCURACY = METRICS["accuracy"]
LAYOUT = Layout(("no", "yes"), 16)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=12)
    metric(parser.parse_args().seeds)


def metric(seeds: int) -> None:
    """An accuracy of .85 that is .08 lower on weekends, tolerance .02: as it was before, and now."""
    for n in (250, 1_000):
        for reference in (14, 21, 28, 84):
            _print_metric(f"{reference} days, {n} rows", seeds * 5, n, reference, off=0.08)
        _print_metric(f"28 days, {n} rows, no weekends", seeds * 5, n, 28, off=0.0)
        _print_metric(f"28 days, {n} rows, days differ by .01", seeds * 5, n, 28, off=0.08, between=0.01)
        for fall in (0.03, 0.05):
            _print_metric(f"28 days, {n} rows, fallen by {fall}", seeds * 5, n, 28, off=0.08, fall=fall)


def _print_metric(title: str, seeds: int, n: int, reference: int, **how: float) -> None:
    ways: tuple[list[list[Signal | None]], ...] = ([], [])
    known = 0
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        before = _accuracies(rng, 0, reference, n, **{**how, "fall": 0.0})
        first = reference + seed % 7
        log = _accuracies(rng, first, first + LOG, n, **how)
        pooled = measure(ACCURACY, pool(before, LAYOUT))
        if pooled is None:
            continue
        own = norm(ACCURACY, pooled, before, 0.02, RULES)
        plain = replace(
            own,
            baseline=baseline(pooled, [measure(ACCURACY, c.profile) for c in before], 0.02),
            rhythm=Rhythm(),
        )
        known += bool(own.rhythm.beats)
        for states, usual in zip(ways, (plain, own), strict=True):
            levels = usual.levels(log, [measures(chunk.profile) for chunk in log])
            states.append(signals(usual.baseline, levels, 1, 0.02))
    print(f"  {title}: repeats {known} of {seeds}; {'; now '.join(map(_judged, ways))}", flush=True)


def _judged(streams: list[list[Signal | None]]) -> str:
    """Days with an alarm and red ones, and whether it was called within one, three and seven days."""
    alarms = np.array([[bool(state and state.alarm) for state in states] for states in streams])
    red = np.array([[bool(s and s.own_low > 0 and s.loss >= 0.02) for s in states] for states in streams])
    within = ", ".join(_share(alarms[:, :many].any(1)) for many in (1, 3, 7))
    return f"alarm {_share(alarms)}, red {_share(red)}, within 1, 3, 7 days {within}"


def _accuracies(
    rng: np.random.Generator,
    first: int,
    last: int,
    n: int,
    off: float,
    fall: float = 0.0,
    between: float = 0.0,
) -> tuple[Chunk, ...]:
    """Days with so many labelled rows."""
    chunks = []
    for day in range(first, last):
        share = 0.85 - off * (day % 7 >= WEEKEND) - fall + between * rng.normal()
        right = int(rng.binomial(n, share))
        profile = Profile.empty(LAYOUT)
        profile.confusion[:] = [[right, n - right], [0, 0]]
        profile.rows[0] = n
        chunks.append(Chunk(f"{MONDAY + timedelta(days=day)}", profile))
    return tuple(chunks)


def _share(calls: "np.ndarray") -> str:
    low, high = wilson(float(calls.sum()), float(calls.size))
    return f"{100 * calls.mean():.2f} % ({100 * low:.2f}-{100 * high:.2f}; n {calls.size:,})"


if __name__ == "__main__":
    main()
