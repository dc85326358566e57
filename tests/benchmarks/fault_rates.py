"""How often a distorted column is named for what it is, and how often an honest drift is named so.

`python -m tests.benchmarks.fault_rates [--worlds 40]` draws so many worlds of each of six columns, 5,000 rows
before and 250, 1,000 or 10,000 now; shares with their 95 % interval (Wilson 1927).
"""

import argparse
from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from core.health.change.values.before import Before, before_of
from core.health.change.values.distortions import explain
from core.health.change.values.settle import SHARES
from core.health.change.values.swaps import Column, swapped_pairs
from core.health.profiles.feature_cells import cells_of, feature_of
from core.stats.arrays import Floats
from core.stats.intervals import wilson

PAST, NOW = 5_000, (250, 1_000, 10_000)
Draw: TypeAlias = Callable[[np.random.Generator, int], Floats]
Change: TypeAlias = Callable[[Floats, np.random.Generator], Floats]
COLUMNS: dict[str, Draw] = {
    "prices": lambda rng, n: rng.lognormal(3, 0.5, n),
    "ages": lambda rng, n: rng.uniform(10, 90, n),
    "weights": lambda rng, n: rng.normal(50, 10, n),
    "degrees": lambda rng, n: rng.normal(12, 8, n),
    "visits": lambda rng, n: rng.poisson(5, n).astype(float),
    "standardised": lambda rng, n: (rng.gamma(3, size=n) - 3) / 3**0.5,
}


def _some(change: Change, share: float) -> Change:
    return lambda x, rng: np.where(rng.random(len(x)) < share, change(x, rng), x)


def _spread(x: Floats, rng: np.random.Generator) -> Floats:
    spread: Floats = x.mean() + (x - x.mean()) * np.exp(rng.uniform(-1.5, 1.5))
    return spread


def _mixture(x: Floats, rng: np.random.Generator) -> Floats:
    """Up to four fifths of the rows are others: they lie elsewhere, and spread otherwise."""
    other = x.mean() + (rng.permutation(x) - x.mean()) * np.exp(rng.uniform(-1, 1))
    return np.where(rng.random(len(x)) < rng.uniform(0.2, 0.8), x, other + rng.uniform(-2, 4) * x.std())


DISTORTED: dict[str, tuple[Change, float]] = {
    "times 1.609": (lambda x, _: x * 1.609344, 1.609344),
    "divided by 2.54": (lambda x, _: x / 2.54, 1 / 2.54),
    "times 60": (lambda x, _: x * 60, 60.0),
    "degrees Fahrenheit for Celsius": (lambda x, _: 1.8 * x + 32, 1.8),
    "sign turned": (lambda x, _: -x, -1.0),
    "times 100 in 3 rows of 10": (_some(lambda x, _: x * 100, 0.3), 100.0),
    "sign turned in half of the rows": (_some(lambda x, _: -x, 0.5), -1.0),
    "times 1.609 in half of the rows": (_some(lambda x, _: x * 1.609344, 0.5), 1.609344),
}
HONEST: dict[str, Change] = {
    "nothing": lambda x, _: x,
    "shift by up to 3 standard deviations": lambda x, rng: x + rng.uniform(-3, 3) * x.std(),
    "spread from a fifth to five times": _spread,
    "shift and spread": lambda x, rng: _spread(x, rng) + rng.uniform(-2, 2) * x.std(),
    "mixture": _mixture,
    "growth by any factor up to 7": lambda x, rng: x * np.exp(rng.uniform(-2, 2)),
}


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=40)
    worlds = parser.parse_args().worlds
    print("\nnamed, with the right factor\n| " + " | ".join(["", *COLUMNS, "rows now"]))
    for name, (change, factor) in DISTORTED.items():
        for n in NOW:
            hits = [
                f"{100 * _named(draw, change, n, worlds).count(factor) / worlds:.0f} %"
                for draw in COLUMNS.values()
            ]
            print("| " + " | ".join([name, *hits, f"{n:,}"]))
    print("\nan honest drift is called another unit or a turned sign, all columns")
    for name, change in HONEST.items():
        false = []
        for n in NOW:
            heard = [one for draw in COLUMNS.values() for one in _named(draw, change, n, worlds)]
            false.append(_share(sum(one is not None for one in heard), len(heard)))
        print("| " + " | ".join([name, *false]))
    print("\ntwo of four columns swapped: the right pair named; none swapped, all drift: any pair named")
    for n in NOW:
        print("| " + " | ".join([f"{n:,}", *_swaps(n, 6 * worlds)]))


def _share(hits: int, n: int) -> str:
    low, high = wilson(hits, n)
    return f"{100 * hits / n:.1f} % ({100 * low:.1f}-{100 * high:.1f})"


def _before(values: Floats) -> Before:
    feature = feature_of("x", values)
    return before_of(feature, np.bincount(cells_of(feature, values), minlength=feature.size))


def _quantiles(values: Floats) -> Floats:
    return np.quantile(values, SHARES, method="inverted_cdf")


def _named(draw: Draw, change: Change, n: int, worlds: int) -> list[float | None]:
    """The factor that is named in every world, None where none is."""
    rng, factors = np.random.default_rng([n, worlds]), list[float | None]()
    for _ in range(worlds):
        before, now = _before(draw(rng, PAST)), change(draw(rng, n), rng)
        explained = explain(before, _quantiles(now), n)
        factors.append(None if explained is None else explained.distortion.factor)
    return factors


def _swaps(n: int, worlds: int) -> list[str]:
    rng, hits, false = np.random.default_rng(n), 0, 0
    names = ("prices", "ages", "weights", "degrees")
    for _ in range(worlds):
        past = [_before(COLUMNS[name](rng, PAST)) for name in names]
        now = [COLUMNS[name](rng, n) for name in names]
        drifted = [_mixture(values, rng) for values in now]
        crossed = [now[1], now[0], *drifted[2:]]
        for values, swapped in ((crossed, True), (drifted, False)):
            columns = [
                Column(name, n, PAST, before, _quantiles(column))
                for name, before, column in zip(names, past, values, strict=True)
            ]
            pairs = swapped_pairs(columns)
            hits += swapped and pairs == [names[:2]]
            false += not swapped and bool(pairs)
    return [_share(hits, worlds), _share(false, worlds)]


if __name__ == "__main__":
    main()
