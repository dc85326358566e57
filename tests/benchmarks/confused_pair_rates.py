"""How often the pair of classes that is named is the one that people confuse, where the truth is known.

    python -m tests.benchmarks.confused_pair_rates [--worlds 400]

Made worlds of rows that two or three people label, each wrong on one in ten. First worlds in which no pair is
special: every pair that is named is a false claim. Then worlds in which one pair is confused so many times as
often as any other. Last, a rule that changes nothing, and one that halves how often people differ on its two
classes: the rule is adopted when its pair is named, and as many rows as before follow.
"""

import argparse
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.annotation.class_pairs.differences import change, differing
from core.annotation.class_pairs.most_confused import most_confused
from core.annotation.votes import Votes

PAIR = (0, 1)


@dataclass(frozen=True)
class World:
    """Rows, classes, people; how wrong labels are spread; how many times as often one pair is confused."""

    rows: int
    classes: int = 10
    people: int = 2
    wrong: float = 0.1
    times: float = 1.0
    skewed: bool = False
    spread: str = "evenly"
    hard: float = 1.0
    """How many times as often labels of the first class are wrong."""
    favours: float = 0.0
    """Share of the rows for which the first person chooses the first class without a look."""


def alike():
    """Name -> a world in which no pair is special."""
    plain = {
        f"{classes} classes{', skewed' if skewed else ''}, {people} people": World(
            0, classes, people, skewed=skewed
        )
        for classes in (3, 10)
        for skewed in (False, True)
        for people in (2, 3)
    }
    return plain | {
        "10 classes, as they occur": World(0, 10, skewed=True, spread="as they occur"),
        "4 classes, as they occur": World(0, 4, skewed=True, spread="as they occur"),
        "10 classes, one is hard": World(0, 10, hard=4.0),
        "4 classes, one is hard": World(0, 4, hard=4.0),
        "10 classes, somebody favours one": World(0, 10, favours=0.3),
        "4 classes, somebody favours one": World(0, 4, favours=0.3, skewed=True),
    }


def special():
    """Name -> a world in which one pair is."""
    return {
        f"{classes} classes{', skewed' if skewed else ''}, {times} times": World(
            0, classes, times=times, skewed=skewed
        )
        for classes in (3, 10)
        for skewed in (False, True)
        for times in (3, 10)
    }


def shares(world):
    """(K,) how often classes occur: alike, or each .7 times as often as the one before."""
    weights = 0.7 ** np.arange(world.classes) if world.skewed else np.ones(world.classes)
    return weights / weights.sum()


def confusion(world):
    """(K, K) probability that one person labels a row of class k as l."""
    K, p = world.classes, shares(world)
    errors = np.tile(p if world.spread == "as they occur" else np.ones(K), (K, 1))
    np.fill_diagonal(errors, 0)
    errors *= world.wrong / errors.sum(axis=1, keepdims=True)
    errors[PAIR[0], PAIR[1]] *= world.times
    errors[PAIR[1], PAIR[0]] *= world.times
    errors[0] *= world.hard
    return errors + np.diag(1 - errors.sum(axis=1))


def made(rng, world):
    """(n, people) labels of a world."""
    truth = rng.choice(world.classes, world.rows, p=shares(world))
    up_to = confusion(world)[truth].cumsum(axis=1)[:, None, :]
    drawn = rng.random((world.rows, world.people, 1))
    labels = np.minimum((drawn > up_to).sum(axis=2), world.classes - 1)
    labels[rng.random(world.rows) < world.favours, 0] = 0
    return labels


def votes_of(labels, classes):
    """As votes."""
    n, people = labels.shape
    row, person = np.repeat(np.arange(n), people), np.tile(np.arange(people), n)
    names = tuple(map(str, range(classes)))
    return Votes(
        tuple(map(str, range(n))), tuple(map(str, range(people))), names, row, person, labels.ravel()
    )


def named(world, worlds, rows):
    """Shares of the worlds in which a pair is named, and in which it is the right one."""
    rng = np.random.default_rng(0)
    hits = []
    for _ in range(worlds):
        pair = most_confused(votes_of(made(rng, replace(world, rows=rows)), world.classes))
        is_named = pair is not None and pair.named
        hits.append((is_named, is_named and pair.classes == ("0", "1")))
    return np.mean(hits, axis=0)


def table(worlds_by_name, worlds, sizes):
    """A line a world: named and right, of so many rows."""
    lines = []
    for name, world in worlds_by_name.items():
        line = {"world": name}
        for rows in sizes:
            some, right = named(world, worlds, rows)
            line |= (
                {f"named of {rows}": some, f"right of {rows}": right}
                if world.times > 1
                else {f"named of {rows}": some}
            )
        lines.append(line)
    return pd.DataFrame(lines)


def pair_counts(labels):
    """(n, 2) votes for the two classes, of rows with no other."""
    counts = np.stack([(labels == one).sum(axis=1) for one in PAIR], axis=1)
    return counts[counts.sum(axis=1) == labels.shape[1]]


def effect(worlds, rows):
    """How often people are told to differ less or more since a rule, of those whose pair was named."""
    lines = []
    for times in (3, 5, 10):
        world = World(rows, 10, times=times)
        for name, since in (("nothing", world), ("halves it", replace(world, times=times / 2))):
            rng, told = np.random.default_rng(1), []
            for _ in range(worlds):
                before = made(rng, world)
                pair = most_confused(votes_of(before, world.classes))
                if pair is not None and pair.named and pair.classes == ("0", "1"):
                    after = made(rng, since)
                    told.append(change(differing(pair_counts(before)), differing(pair_counts(after))))
            lines.append(
                {
                    "confused": f"{times} times",
                    "the rule changes": name,
                    "rows": rows,
                    "adopted": len(told) / worlds,
                    "less": told.count("less") / max(len(told), 1),
                    "more": told.count("more") / max(len(told), 1),
                }
            )
    return pd.DataFrame(lines)


def main():
    """Print the tables."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--worlds", type=int, default=400)
    worlds = reader.parse_args().worlds
    sizes = (100, 300, 1000)
    tables = {
        "No pair is special: share of samples in which one is named": table(alike(), worlds, sizes),
        "One pair is: share in which one is named, and in which it is the right one": table(
            special(), worlds, sizes
        ),
        "What is told of a rule, of those adopted": pd.concat([effect(worlds, rows) for rows in (300, 1000)]),
    }
    for title, lines in tables.items():
        print(f"\n{title}\n{lines.to_string(index=False, float_format='{:.3f}'.format)}")


if __name__ == "__main__":
    main()
