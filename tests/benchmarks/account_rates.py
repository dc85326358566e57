"""Whether the account of a fall is right: its lines against the truth, its sum, and its cost.

`python -m tests.benchmarks.account_rates [--worlds 400] [--rows 4500]` draws rows whose chance of being
wrong is known in every cell (twice as many in the reference period), and prints for each world the true and
the mean lines, how often their 95 % interval holds the truth, and the largest gap of the sum.
"""

import argparse
import time
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from core.health.attribution.account import Account, itemise
from core.health.attribution.cause import Fall, causes
from core.health.change.drift import drift
from core.health.change.faults import of_chunk, runs
from core.health.change.values.settle import settle_runs
from core.health.profiles.layout import Feature, Layout
from core.health.profiles.log_rows import LogRows
from core.health.profiles.profile import Profile
from core.health.tasks.from_arrays import profile_from_arrays
from core.health.tasks.task import task_of
from core.messages import Message
from core.stats.intervals import wilson

EDGES = tuple(float(edge) for edge in range(8))
CLASSES = Layout(("no", "yes"), 64, (Feature("town", values=("a", "b")), Feature("x", edges=EDGES)))
AMOUNTS = Layout((), 64, CLASSES.features, (), Feature("_prediction", edges=EDGES), 0.0)


@dataclass(frozen=True)
class World:
    """Share of the town "a", chance of being wrong there and elsewhere; the same of rows without x."""

    share: float = 0.15
    wrong_a: float = 0.30
    wrong_b: float = 0.10
    empty: float = 0.0
    wrong_empty: float = 0.40

    @property
    def others(self) -> float:
        """Mean loss of the rows with x."""
        return self.share * self.wrong_a + (1 - self.share) * self.wrong_b

    @property
    def loss(self) -> float:
        """Mean loss of all rows."""
        return (1 - self.empty) * self.others + self.empty * self.wrong_empty

    def rows(self, rng: np.random.Generator, n: int, *, amounts: bool) -> LogRows:
        """Rows that are wrong by chance; of amounts their error is exponential with that mean."""
        town = np.where(rng.random(n) < self.share, "a", "b").astype(object)
        x = np.where(rng.random(n) < self.empty, np.nan, rng.integers(0, 7, n))
        usual = np.where(town == "a", self.wrong_a, self.wrong_b)
        chance = np.where(np.isnan(x), self.wrong_empty, usual)
        columns, waiting = {"town": town, "x": x}, np.zeros(n, dtype=bool)
        if amounts:
            predictions = rng.uniform(0, 7, n)
            return LogRows(
                predictions + rng.exponential(chance), predictions, np.zeros((n, 0)), waiting, columns
            )
        label = rng.integers(0, 2, n)
        predicted = np.where(rng.random(n) < chance, 1 - label, label)
        yes = np.where(predicted == 1, 0.9, 0.1)
        return LogRows(label, predicted, np.column_stack([1 - yes, yes]), waiting, columns)


BEFORE = World()
WORLDS = {
    "nothing": World(),
    "the mix of town moved": World(share=0.5),
    "everywhere worse": World(wrong_a=0.36, wrong_b=0.16),
    "mix and everywhere worse": World(share=0.35, wrong_a=0.36, wrong_b=0.14),
    "x empty in three tenths": World(empty=0.3),
    "x empty and everywhere worse": World(empty=0.3, wrong_a=0.36, wrong_b=0.16),
    "x empty and the mix moved": World(share=0.5, empty=0.3, wrong_empty=0.6),
}


def truth(world: World) -> dict[str, float]:
    """The lines that the definitions give with the true shares and chances."""
    fault = world.empty * (world.wrong_empty - world.others)
    mix = (world.share - BEFORE.share) * (BEFORE.wrong_a - BEFORE.wrong_b)
    return {"data_fault": fault, "mix": mix, "inside": world.loss - BEFORE.loss - fault - mix}


def account(layout: Layout, before: Profile, now: Profile, version: Message | None = None) -> Account | None:
    """The account of two profiles, with the causes that exclude chance; `version`: one took over."""
    task = task_of(layout.classes)
    broken = settle_runs(layout, before, [now], runs([of_chunk(layout, before, now)], [now.n]), {})
    (r0, _), (r1, _) = (task.mean_losses(part.cells[:4].sum(0)) for part in (before, now))
    fall = Fall(before, now, float(r1 - r0), None, broken, drift(layout, before, now), version)
    return itemise(layout, fall, causes(layout, fall))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=400)
    parser.add_argument("--rows", type=int, default=4_500)
    asked = parser.parse_args()
    for layout, what in ((CLASSES, "errors in 100 rows"), (AMOUNTS, "100 times the mean absolute error")):
        print(f"\n{what}: true line, mean line, how often its interval holds the truth")
        for name, world in WORLDS.items():
            print(f"  {name}: {_line(layout, world, asked.worlds, asked.rows)}")


def _line(layout: Layout, world: World, worlds: int, n: int) -> str:
    true, rng = truth(world), np.random.default_rng([1, list(WORLDS.values()).index(world)])
    values, held, gap, seconds = defaultdict(list), defaultdict(int), 0.0, 0.0
    for _ in range(worlds):
        parts = [
            profile_from_arrays(layout, each.rows(rng, rows, amounts=bool(layout.prediction)))
            for each, rows in ((BEFORE, 2 * n), (world, n))
        ]
        began = time.process_time()
        drawn = account(layout, *parts)
        seconds += time.process_time() - began
        if drawn is None:
            continue
        gap = max(gap, abs(drawn.now - drawn.before - sum(line.value for line in drawn.lines)))
        items = {"inside" if line.kind == "chance" else line.kind: line for line in drawn.lines}
        left = sum(value for kind, value in true.items() if kind not in items)
        for kind, line in items.items():
            values[kind].append(line.value)
            goal = true[kind] + (left if kind == "inside" else 0.0)
            held[kind] += line.low <= goal <= line.high
    lines = [_told(kind, true[kind], values[kind], held[kind], worlds) for kind in values]
    return f"{'; '.join(lines)}; gap of the sum {gap:.0e}; {1000 * seconds / worlds:.1f} ms"


def _told(kind: str, true: float, values: list[float], held: int, worlds: int) -> str:
    low, high = wilson(held, len(values))
    named = "" if len(values) == worlds else f" (in {100 * len(values) / worlds:.0f} % of the worlds)"
    span = f"{100 * held / len(values):.0f} % ({100 * low:.0f}-{100 * high:.0f})"
    return f"{kind}{named} {100 * true:+.1f}, {100 * float(np.mean(values)):+.1f}, {span}"


if __name__ == "__main__":
    main()
