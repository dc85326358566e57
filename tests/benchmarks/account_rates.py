"""Whether the account of a fall is right: its lines against the truth, its sum, and its cost.

`python -m tests.benchmarks.account_rates [--worlds 400] [--rows 4500]` draws rows whose chance of being
wrong is known in every cell (twice as many in the reference period), and prints for each world the true and
the mean lines, how often their 95 % interval holds the truth, and the largest gap of the sum: first from the
cells of the profiles, then from rows in which several columns moved together, then the time of 20,000 rows.
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
from core.health.profiles.cell_rows import cell_rows
from core.health.profiles.feature_cells import feature_of
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


@dataclass(frozen=True)
class Together:
    """A town and a shop, each of two alike in number, and numbers x and z that do not matter or move alone.

    Attributes:
        agree: share of the rows in which town and shop are of one kind; of those `wrong` are wrong.
        shift: of x, in standard deviations, and of y, which follows it; each row with a large sum of both is
            wrong more often by `large`.
        more: wrong answers beside that, in every row.
    """

    agree: float = 0.5
    shift: float = 0.0
    more: float = 0.0
    wrong: float = 0.25
    usual: float = 0.05
    large: float = 0.15

    def rows(self, rng: np.random.Generator, n: int, *, amounts: bool, others: int = 1) -> LogRows:
        """Rows that are wrong by chance; of amounts their error is exponential with that mean."""
        town = rng.random(n) < 0.5
        shop = np.where(rng.random(n) < self.agree, town, ~town)
        x = rng.normal(size=n)
        y = 0.7 * x + 0.51**0.5 * rng.normal(size=n)
        x, y = x + self.shift, y + self.shift
        chance = np.where(town == shop, self.wrong, self.usual) + self.large * (x + y > 1) + self.more
        columns = {
            "town": np.where(town, "a", "b").astype(object),
            "shop": np.where(shop, "c", "d").astype(object),
            "x": x,
            "y": y,
            **{f"z{at}": rng.normal(size=n) for at in range(others)},
        }
        waiting = np.zeros(n, dtype=bool)
        if amounts:
            predictions = rng.uniform(0, 7, n)
            errors = rng.exponential(chance)
            return LogRows(predictions + errors, predictions, np.zeros((n, 0)), waiting, columns)
        label = rng.integers(0, 2, n)
        predicted = np.where(rng.random(n) < chance, 1 - label, label)
        yes = np.where(predicted == 1, 0.9, 0.1)
        return LogRows(label, predicted, np.column_stack([1 - yes, yes]), waiting, columns)

    @property
    def mix(self) -> float:
        """What the moved mix costs: shares times losses before."""
        from scipy.special import ndtr

        usual, moved = (ndtr((2 * shift - 1) / 3.4**0.5) for shift in (0.0, self.shift))
        return (self.agree - 0.5) * (self.wrong - self.usual) + self.large * float(moved - usual)


AS_EVER = Together()
ROW_WORLDS = {
    "everywhere worse": Together(more=0.05),
    "town and shop agree more often": Together(agree=0.8),
    "x and y grew": Together(shift=0.5),
    "town and shop, x and y": Together(agree=0.7, shift=0.4),
    "town and shop, and everywhere worse": Together(agree=0.75, more=0.04),
    "x and y, and everywhere worse": Together(shift=0.4, more=0.04),
}


def account_from_rows(before: LogRows, now: LogRows, *, amounts: bool) -> Account | None:
    """The account of the rows of two periods."""
    features = tuple(feature_of(name, column) for name, column in before.features.items())
    task = task_of(() if amounts else CLASSES.classes)
    layout = (
        Layout((), 64, features, (), AMOUNTS.prediction, 0.0)
        if amounts
        else Layout(CLASSES.classes, 64, features)
    )
    past, present = (profile_from_arrays(layout, rows) for rows in (before, now))
    (r0, _), (r1, _) = (task.mean_losses(part.cells[: features[0].size].sum(0)) for part in (past, present))
    fall = Fall(past, present, float(r1 - r0), None, [], drift(layout, past, present))
    rows = tuple(cell_rows(layout, part, task.losses(part)) for part in (before, now))
    return itemise(layout, fall, causes(layout, fall), rows)


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
    for amounts in (False, True):
        print(f"\nfrom rows, {'amounts' if amounts else 'classes'}: all that moved, and the rest")
        for name, world in ROW_WORLDS.items():
            print(f"  {name}: {_line_from_rows(world, asked.worlds, asked.rows, amounts=amounts)}")
    print(f"\n10,000 and 10,000 rows of 24 columns: {_seconds():.2f} CPU-s")


def _line_from_rows(world: Together, worlds: int, n: int, *, amounts: bool) -> str:
    rng = np.random.default_rng([2, list(ROW_WORLDS.values()).index(world)])
    values, held, gap = defaultdict(list), defaultdict(int), 0.0
    true = {"mix": world.mix, "inside": world.more}
    for _ in range(worlds):
        rows = (each.rows(rng, size, amounts=amounts) for each, size in ((AS_EVER, 2 * n), (world, n)))
        drawn = account_from_rows(*rows, amounts=amounts)
        gap = max(gap, abs(drawn.now - drawn.before - sum(line.value for line in drawn.lines)))
        *lines, rest = drawn.lines
        mix = sum(line.value for line in lines)
        # what of the mix was not worth a line lies in the rest
        values["mix"].append(mix)
        values["inside"].append(rest.value)
        goal = true["inside"] + (0.0 if lines else true["mix"])
        held["inside"] += rest.low <= goal <= rest.high
        held["mix"] += len(lines) == 1 and lines[0].low <= true["mix"] <= lines[0].high
        values["one line"] += [mix] * (len(lines) == 1)
    told = [_told("inside", true["inside"], values["inside"], held["inside"], worlds)]
    if values["one line"]:
        told.append(_told("mix in one line", true["mix"], values["one line"], held["mix"], worlds))
    mean = 100 * float(np.mean(values["mix"]))
    return f"{'; '.join(told)}; mix {100 * true['mix']:+.1f}, {mean:+.1f}; gap {gap:.0e}"


def _seconds() -> float:
    rng = np.random.default_rng(0)
    before, now = (
        world.rows(rng, 10_000, amounts=False, others=20)
        for world in (AS_EVER, Together(agree=0.7, shift=0.4, more=0.02))
    )
    began = time.process_time()
    account_from_rows(before, now, amounts=False)
    return time.process_time() - began


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
