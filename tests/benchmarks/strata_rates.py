"""Estimates of two classes before labels, where the scores do not see a column whose mix moves.

`python -m tests.benchmarks.strata_rates --worlds 100` prints for each world, for estimates from the scores
alone | post-stratified | the one chosen by the record: how often the 95 % band holds the realised value, and
the root of the mean squared error; how often the second is chosen before any label of the log, and after five
labelled chunks of the moved mix; how often the two contradict each other.
"""

import argparse

import numpy as np

from core.health.performance.metrics import measure, measures
from core.health.profiles.log_rows import LogRows
from core.health.profiles.profile import Profile
from core.health.rules import RULES
from core.health.tasks.from_arrays import layout_from_arrays, profile_from_arrays
from core.health.tasks.task import task_of
from core.stats.metrics import METRICS

CLASSES = ("no", "yes")
NAMES = ("accuracy", "f1", "precision", "recall", "roc_auc", "log_loss", "brier")
USUAL = 0.25
WORLDS = (
    # what the scores miss of a row of the town (log-odds), its share now, reference rows, rows of the chunk
    (0.0, USUAL, 5_000, 2_000),
    (0.0, 0.6, 20_000, 2_000),
    (0.8, USUAL, 5_000, 2_000),
    (0.8, 0.6, 5_000, 2_000),
    (0.8, 0.6, 20_000, 2_000),
    (0.8, 0.6, 5_000, 20_000),
)
CHUNKS = 10


def draw(rng: np.random.Generator, n: int, missed: float, share: float) -> LogRows:
    """Rows of four towns; the first is more often positive than the scores say, the others less often."""
    others = rng.choice(np.array(["b", "c", "d"], dtype=object), n)
    town = np.where(rng.random(n) < share, np.array("a", dtype=object), others).astype(object)
    logit = rng.normal(0, 1.5, n)
    true = logit + np.where(town == "a", missed, -missed / 3)
    label = (rng.random(n) < 1 / (1 + np.exp(-true))).astype(int)
    yes = 1 / (1 + np.exp(-logit))
    columns = {"town": town, "x": rng.normal(size=n), "z": rng.normal(size=n)}
    scores = np.column_stack([1 - yes, yes])
    return LogRows(label, (yes >= 0.5).astype(int), scores, np.zeros(n, dtype=bool), columns)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rng = np.random.default_rng(arguments.seed)
    for missed, share, reference, n in WORLDS:
        print(f"missed {missed}, share {USUAL} -> {share}, reference {reference}, chunk {n}")
        _world(rng, arguments.worlds, missed, share, reference, n)


def _world(
    rng: np.random.Generator, worlds: int, missed: float, share: float, reference: int, n: int
) -> None:
    inside, off = np.zeros((len(NAMES), 3)), np.zeros((len(NAMES), 3))
    chosen, later, doubtful = (np.zeros(len(NAMES)) for _ in range(3))
    for _ in range(worlds):
        whole = draw(rng, reference, missed, USUAL)
        layout = layout_from_arrays(CLASSES, whole, ["town", "x", "z"])
        parts = np.array_split(np.arange(reference), CHUNKS)
        chunks = [profile_from_arrays(layout, whole.at(part)) for part in parts]
        before = sum(chunks, Profile.empty(layout))
        estimator = task_of(CLASSES).estimator(before, chunks, RULES.estimate, METRICS)
        now = profile_from_arrays(layout, draw(rng, n, missed, share))
        candidates = estimator.candidates(now)
        choice, record = estimator.record.choose(candidates), estimator.record
        for _ in range(5):
            past = profile_from_arrays(layout, draw(rng, n, missed, share))
            record = record.add(measures(past), estimator.candidates(past))
        after = record.choose(candidates)
        for at, name in enumerate(NAMES):
            real = measure(METRICS[name], now)
            if real is None:
                continue
            first = candidates["confidence"][name]
            made = (first, candidates.get("post_stratified", {name: first})[name], choice.values[name])
            inside[at] += [guess.low <= real.value <= guess.high for guess in made]
            off[at] += [(guess.value - real.value) ** 2 for guess in made]
            chosen[at] += choice.methods[name] != "confidence"
            later[at] += after.methods[name] != "confidence"
            doubtful[at] += name in choice.doubtful
    for at, name in enumerate(NAMES):
        rates = " | ".join(
            f"{100 * held:.0f} % {(square / worlds) ** 0.5:.4f}"
            for held, square in zip(inside[at] / worlds, off[at], strict=True)
        )
        before_labels, after_labels, apart = (100 * part[at] / worlds for part in (chosen, later, doubtful))
        print(
            f"  {name}: {rates}; chosen {before_labels:.0f} %, after labels {after_labels:.0f} %,"
            f" contradicted {apart:.0f} %",
            flush=True,
        )


if __name__ == "__main__":
    main()
