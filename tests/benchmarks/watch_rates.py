"""How often a verdict stays open, what is then suggested, and whether that settles it when it is followed.

`python -m tests.benchmarks.watch_rates [--worlds 200]`: accuracy .85, tolerance .02, ten reference chunks and
a log of eight; shares with their 95 % interval (Wilson 1927).
"""

import argparse
from collections import Counter

import numpy as np

from core.health.report.verdict import verdict
from core.messages import Code
from core.stats.intervals import wilson
from tests.health.open_verdicts import follow, rows, seen, steps

STREAMS = ((2_000, 60), (2_000, 200), (300, None), (1_000, None))
"""Rows of a chunk, and how many of them have a label (None: all)."""
LOSSES = (0.0, 0.01, 0.02, 0.04)


def main() -> None:
    """Print one line for each stream and loss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=200)
    worlds = parser.parse_args().worlds
    followed, settled = Counter[Code](), Counter[Code]()
    for n, labelled in STREAMS:
        for loss in LOSSES:
            suggested = Counter[Code]()
            for seed in range(worlds):
                step, after = _world(seed, n, labelled, 0.85 - loss)
                if step is None:
                    continue
                suggested[step] += 1
                if after is not None:
                    followed[step] += 1
                    settled[step] += after != "amber"
            ways = ", ".join(f"{step.name} {count}" for step, count in suggested.most_common())
            number = sum(suggested.values())
            print(f"  {n} rows, {labelled or n} labels, loss {loss}: open {_share(number, worlds)}; {ways}")
    for step, number in followed.items():
        print(f"  {step.name} settled it: {_share(settled[step], number)} of {number}")


def _world(seed: int, n: int, labelled: int | None, accuracy: float) -> tuple[Code | None, str | None]:
    """What is suggested of an open verdict, and the status after it was followed."""
    rng = np.random.default_rng(seed)
    reference = [rows(rng, n, 0.85) for _ in range(10)]
    log = [rows(rng, n, accuracy, labelled) for _ in range(8)]
    found = seen(reference, log)
    outcome = verdict(found, str)
    if outcome.status != "amber" or found.losses:
        return None, None
    after = follow(rng, found, outcome, log, accuracy, labelled)
    return steps(outcome)[0], None if after is None else verdict(seen(reference, after), str).status


def _share(hits: int, n: int) -> str:
    low, high = wilson(float(hits), float(n))
    return f"{100 * hits / n:.0f} % ({100 * low:.0f}-{100 * high:.0f})"


if __name__ == "__main__":
    main()
