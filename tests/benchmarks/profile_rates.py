"""How often what Health reads from profiles is wrong: estimates, losses beside, the mix, segments.

`python -m tests.benchmarks.profile_rates [--worlds 200]` prints one table for each rule; shares with their
95 % interval (Wilson 1927).
"""

import argparse
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from core.health.attribution.mix import mixes
from core.health.attribution.segments import segments
from core.health.change.guards import losses
from core.health.performance.metrics import measure, measures
from core.health.profiles.history import Chunk, History
from core.health.profiles.layout import Feature, Layout
from core.health.profiles.log_rows import Column, LogRows
from core.health.profiles.profile import Profile
from core.health.profiles.strata import grow_from_rows
from core.health.rules import RULES
from core.health.tasks.from_arrays import profile_from_arrays
from core.health.tasks.task import task_of
from core.stats.arrays import Floats, Ints
from core.stats.intervals import wilson
from core.stats.metrics import METRICS

COLUMNS = 10
TOWNS = ("a", "b", "c", "d")
EDGES = tuple(np.linspace(-3, 3, 25))
CLASSES = Layout(
    ("no", "yes"), 1024, tuple(Feature(f"t{i}", values=TOWNS) for i in range(COLUMNS)), (("t0", TOWNS),)
)
AMOUNTS = Layout((), 1024, CLASSES.features, CLASSES.segments, Feature("_prediction", edges=EDGES), 0.0)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=200)
    worlds = parser.parse_args().worlds
    for table in (estimates, beside, mix, places):
        print(f"\n{(table.__doc__ or '').strip()}")
        table(np.random.default_rng(1), worlds)


def _classes(
    rng: np.random.Generator, n: int, *, harder: float = 0.0, steep: float = 1.0, mean: float = 0.0
) -> LogRows:
    """Labels that follow the scores; rows of the first town are harder by `harder`."""
    towns = {f"t{i}": rng.choice(np.array(TOWNS, dtype=object), n) for i in range(COLUMNS)}
    logit = rng.normal(mean, 1.5, n) * np.where(towns["t0"] == "a", 1 - harder, 1.0)
    label = (rng.random(n) < 1 / (1 + np.exp(-steep * logit))).astype(int)
    yes = 1 / (1 + np.exp(-logit))
    return _rows(label, yes, towns)


def _rows(label: Ints, yes: Floats, columns: dict[str, Column]) -> LogRows:
    scores = np.column_stack([1 - yes, yes])
    return LogRows(label, scores.argmax(1), scores, np.zeros(len(yes), dtype=bool), columns)


def _rare(rng: np.random.Generator, n: int) -> LogRows:
    """One row in fifty is positive."""
    return _classes(rng, n, mean=-4.9)


def _votes(rng: np.random.Generator, n: int) -> LogRows:
    """Shares of twenty votes, as of a small forest: many scores are exactly 0 or 1, and some are wrong."""
    chance = 1 / (1 + np.exp(-rng.normal(0, 2.5, n)))
    return _rows((rng.random(n) < chance).astype(int), rng.binomial(20, chance) / 20, _no_towns(n))


def _moved(rng: np.random.Generator, n: int) -> LogRows:
    """More of the rows are positive; what a score means is as before."""
    return _classes(rng, n, mean=1.0)


def _amounts(rng: np.random.Generator, n: int, tail: float = np.inf) -> LogRows:
    """Errors are larger for larger predictions, and of Student's t with so many degrees of freedom."""
    predictions = rng.normal(size=n)
    noise = rng.standard_t(tail, n) * (1 - 2 / tail) ** 0.5 if np.isfinite(tail) else rng.normal(size=n)
    labels = predictions + noise * 0.4 * (0.3 + 0.5 * np.abs(predictions))
    return LogRows(labels, predictions, np.zeros((n, 0)), np.zeros(n, dtype=bool), _no_towns(n))


def _heavy(rng: np.random.Generator, n: int) -> LogRows:
    """Heavy tails: five degrees of freedom, so that the fourth moment of the errors barely exists."""
    return _amounts(rng, n, 5.0)


def _heaviest(rng: np.random.Generator, n: int) -> LogRows:
    """Three degrees of freedom: the mean of the squared errors has no variance."""
    return _amounts(rng, n, 3.0)


def _skewed(rng: np.random.Generator, n: int) -> LogRows:
    """Errors to one side are far larger than to the other: lognormal."""
    predictions = rng.normal(size=n)
    noise = np.exp(rng.normal(size=n)) - np.exp(0.5)
    labels = predictions + noise * 0.4 * (0.3 + 0.5 * np.abs(predictions))
    return LogRows(labels, predictions, np.zeros((n, 0)), np.zeros(n, dtype=bool), _no_towns(n))


def _flatter(rng: np.random.Generator, n: int) -> LogRows:
    """The relation of label and score is half as steep; the ranking is worse too."""
    return _classes(rng, n, steep=0.5)


def _churned(rng: np.random.Generator, n: int, more: float = 1.1) -> LogRows:
    """More rows are positive than their scores say; the ranking is as it was."""
    logit = rng.normal(-1.5, 1.0, n)
    label = (rng.random(n) < 1 / (1 + np.exp(-logit - more))).astype(int)
    return _rows(label, 1 / (1 + np.exp(-logit)), _no_towns(n))


def _calm(rng: np.random.Generator, n: int) -> LogRows:
    """The same, as many positive as the scores say."""
    return _churned(rng, n, 0.0)


def _three(rng: np.random.Generator, n: int, sure: float = 1.0) -> LogRows:
    """Three classes; scores are `sure` times as far from one another (in log-odds) as the truth is."""
    logit = rng.normal(0, 1.2, (n, 3))
    label = (logit + rng.gumbel(size=(n, 3))).argmax(1)
    scores = np.exp(sure * logit)
    scores /= scores.sum(1, keepdims=True)
    return LogRows(label, scores.argmax(1), scores, np.zeros(n, dtype=bool), _no_towns(n))


def _overconfident(rng: np.random.Generator, n: int) -> LogRows:
    """Three classes, the same decisions, scores far too sure."""
    return _three(rng, n, 3.0)


def _too_low(rng: np.random.Generator, n: int) -> LogRows:
    """Amounts predicted too low by two fifths of their mean error (.11 of .28)."""
    rows = _amounts(rng, n)
    return replace(rows, labels=rows.labels + 0.11)


def _no_towns(n: int) -> dict[str, Column]:
    return {f"t{i}": np.full(n, None, dtype=object) for i in range(COLUMNS)}


Rows: TypeAlias = Callable[[np.random.Generator, int], LogRows]
USUAL = ((500, 800), (4_000, 800), (500, 20_000))
ESTIMATED: tuple[tuple[str, Rows, Rows, tuple[tuple[int, int], ...]], ...] = (
    ("classes", _classes, _classes, USUAL),
    ("2 % positives", _rare, _rare, ((4_000, 2_000), (4_000, 20_000))),
    ("scores of 0 and 1", _votes, _votes, USUAL),
    ("the mix moved", _classes, _moved, ((500, 2_000), (4_000, 2_000))),
    ("amounts", _amounts, _amounts, USUAL),
    ("heavy tails (t5)", _heavy, _heavy, USUAL),
    ("heavy tails (t3)", _heaviest, _heaviest, USUAL),
    ("skewed errors", _skewed, _skewed, USUAL),
)

THREE = Layout(("a", "b", "c"), 1024, CLASSES.features)
BESIDE: tuple[tuple[str, Layout, str, Rows, tuple[tuple[str, Rows], ...]], ...] = (
    ("two classes", CLASSES, "roc_auc", _classes, (("half as steep", _flatter),)),
    ("rare positives", CLASSES, "roc_auc", _calm, (("three times as many positive", _churned),)),
    ("three classes", THREE, "balanced_accuracy", _three, (("far too sure", _overconfident),)),
    ("amounts", AMOUNTS, "r2", _amounts, (("too low", _too_low),)),
)
"""Metric of record, quiet rows, and what goes wrong beside it."""


def estimates(rng: np.random.Generator, worlds: int) -> None:
    """Estimate before labels: the 95 % band holds the realised value; mean error in brackets."""
    for title, past, later, sizes in ESTIMATED:
        layout = AMOUNTS if later(rng, 1).scores.size == 0 else CLASSES
        for reference, n in sizes:
            errors: dict[str, list[float]] = {}
            inside: Counter[str] = Counter()
            for _ in range(worlds):
                parts = [past(rng, reference // 5) for _ in range(5)]
                layout = _with_strata(layout, parts)
                chunks = [profile_from_arrays(layout, part) for part in parts]
                before = sum(chunks, Profile.empty(layout))
                estimator = task_of(layout.classes).estimator(before, chunks, RULES.estimate, METRICS)
                now = profile_from_arrays(layout, later(rng, n))
                for name, guess in estimator.estimate(now).items():
                    real = measure(METRICS[name], now)
                    if real is not None:
                        inside[name] += guess.low <= real.value <= guess.high
                        errors.setdefault(name, []).append(guess.value - real.value)
            shares = ", ".join(
                f"{name} {100 * inside[name] / len(off):.0f} % ({np.mean(off):+.4f})"
                for name, off in sorted(errors.items())
            )
            print(f"  {title}, {reference:5d} reference labels, chunk of {n:6d}: {shares}", flush=True)


def _with_strata(layout: Layout, parts: list[LogRows]) -> Layout:
    """The same, with groups of rows that err alike; of classes there are none."""
    if layout.classes:
        return layout
    predictions, labels, towns = (
        np.concatenate(column)
        for column in zip(
            *((part.predictions, part.labels, part.features["t0"]) for part in parts), strict=True
        )
    )
    n = len(labels)
    rows = LogRows(labels, predictions, np.zeros((n, 0)), np.zeros(n, dtype=bool), {"t0": towns})
    return replace(layout, strata=grow_from_rows((layout.features[0], layout.amounts), rows))


def beside(rng: np.random.Generator, worlds: int) -> None:
    """Losses beside the metric of record: 12 reference chunks, then 20; chunks said to have lost, streams."""
    for title, layout, record, quiet, fallen in BESIDE:
        for n in (200, 1_000):
            for what, draw in (("quiet", quiet), *fallen):
                said = np.array([_said_beside(rng, n, layout, record, quiet, draw) for _ in range(worlds)])
                parts = (("chunks", said), ("in the first", said[:, :1]), ("streams", said.any(1)))
                shares = ", ".join(f"{name} {_share(int(part.sum()), part.size)}" for name, part in parts)
                print(f"  {title}, {n:5d} rows, {what}: {shares}", flush=True)


def _said_beside(
    rng: np.random.Generator, n: int, layout: Layout, record: str, before: "Rows", after: "Rows"
) -> list[bool]:
    """Of every chunk of the log, whether something was lost beside the metric of record."""
    reference, log = (
        tuple(Chunk(str(at), profile_from_arrays(layout, draw(rng, n))) for at in range(chunks))
        for draw, chunks in ((before, 12), (after, 20))
    )
    history = History(layout, reference, log)
    lost = losses(history, METRICS[record], [measures(chunk.profile) for chunk in log])
    return [bool(chunk) for chunk in lost]


def mix(rng: np.random.Generator, worlds: int) -> None:
    """The moved mix of one of 10 columns: named at all, the right one first, its cost inside the interval."""
    for moved in (0.0, 0.1, 0.3):
        named = right = inside = 0
        for _ in range(worlds):
            before = profile_from_arrays(CLASSES, _classes(rng, 8_000, harder=0.9))
            later = _classes(rng, 12_000, harder=0.9)
            more = np.flatnonzero(later.features["t0"] == "a")
            kept = rng.permutation(np.flatnonzero(later.features["t0"] != "a"))
            rows = later.at(np.concatenate([more, kept[: round(len(kept) * (1 - moved))]]))
            now = profile_from_arrays(CLASSES, rows)
            costs = mixes(CLASSES, before, now)
            sure = [cost for cost in costs if cost.low > 0]
            named, right = named + bool(sure), right + bool(sure and sure[0].feature == "t0")
            first = next(cost for cost in costs if cost.feature == "t0")
            inside += first.low <= _true_cost(rows) <= first.high
        print(
            f"  {100 * moved:2.0f} % of the easier rows gone: named {_share(named, worlds)},"
            f" the right one {_share(right, worlds)}, inside {_share(inside, worlds)}"
        )


HARD, EASY = 0.4703, 0.2658
"""Shares of wrong predictions in and outside of the harder town, from 20 million rows."""


def _true_cost(rows: LogRows) -> float:
    return (float(np.mean(rows.features["t0"] == "a")) - 1 / len(TOWNS)) * (HARD - EASY)


def places(rng: np.random.Generator, worlds: int) -> None:
    """Segments: all fall alike, or the first falls more; how often one is said to have fallen apart."""
    bare = Layout(CLASSES.classes, CLASSES.bins, (), CLASSES.segments)
    for name, every, first in (("all fall alike", 0.4, 0.4), ("the first falls more", 0.8, 0.3)):
        for n in (1_000, 5_000):
            named = right = 0
            for _ in range(worlds):
                before = _by_town(rng, bare, n, (1.0, 1.0))
                now = _by_town(rng, bare, n, (first, every))
                whole = sum(before.values(), Profile.empty(bare))
                apart = [s.value for s in segments(METRICS["accuracy"], before, now, whole) if s.apart]
                named, right = named + bool(apart), right + (apart == ["a"])
            only = _share(right, worlds)
            print(f"  {name}, {n:5d} rows: named {_share(named, worlds)}, only the right one {only}")


def _by_town(
    rng: np.random.Generator, layout: Layout, n: int, steep: tuple[float, float]
) -> dict[tuple[str, str], Profile]:
    """A profile for each town; how steeply labels follow the scores in the first and in the others."""
    by_town = {}
    for town in TOWNS:
        rows = _classes(rng, n // len(TOWNS), steep=steep[0] if town == "a" else steep[1])
        by_town["t0", town] = profile_from_arrays(layout, rows)
    return by_town


def _share(hits: int, n: int) -> str:
    low, high = wilson(hits, n)
    return f"{100 * hits / n:.1f} % ({100 * low:.1f}-{100 * high:.1f})"


if __name__ == "__main__":
    main()
