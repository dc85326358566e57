"""Majority beside Dawid-Skene where the truth is known: of real annotators, and in made worlds.

    python -m tests.benchmarks.annotator_rates [--data FOLDER] [--worlds 20]

FOLDER holds `product_matching.parquet` (`id`, `label` as given, features), and beside it `..._annotations`
(`id`, `annotator`, `label`) and `..._truth` (`id`, `true_label`). The models' probabilities there are out of
fold, of the recipe that a model of these rows starts with, trained on the given labels: nothing knows the
truth. Of a draw a majority gets the share that chance would. In the made worlds the models are right in about
86 % of two classes and 50 % of ten. Then: how often 95 % intervals hold the truth.
"""

import argparse
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from core.annotation.agreement import cohen_kappa, krippendorff_alpha
from core.annotation.dawid_skene import settle
from core.annotation.quality import quality
from core.annotation.votes import Votes
from core.label_errors.cv_splits import shuffled_splits
from core.label_errors.out_of_fold import Contender, out_of_fold
from core.model import ModelSpec, Roles
from core.stats.folds import groups
from core.tables.values.content_hash import row_hashes
from core.training.recipes import build, default_recipe

ROWS = (10, 20, 50, 200)


@dataclass(frozen=True)
class World:
    """Rows, classes, shares of right labels of the people, how many of them label a row."""

    rows: int
    right: tuple[float, ...]
    classes: int = 2
    each: int = 3
    shares: tuple[float, ...] | None = None
    always: dict[int, float] = field(default_factory=dict)
    """Person -> in which share of the cases they choose the first class without a look."""


MANY = tuple(np.linspace(0.55, 0.99, 40))
WORLDS = {
    "three alike, right in .85, 20 rows": World(20, (0.85,) * 3),
    "three alike, right in .85, 60 rows": World(60, (0.85,) * 3),
    "three alike, right in .70, 60 rows": World(60, (0.7,) * 3),
    "three alike, right in .85, 1,000 rows": World(1000, (0.85,) * 3),
    "the same, 5 % of one class, 300 rows": World(300, (0.85,) * 3, shares=(0.95, 0.05)),
    "right in .95, .70, .70, 60 rows": World(60, (0.95, 0.7, 0.7)),
    "right in .95, .70, .70, 1,000 rows": World(1000, (0.95, 0.7, 0.7)),
    "right in .90, .90, .30, 300 rows": World(300, (0.9, 0.9, 0.3)),
    "one chooses a class half of the time, 300 rows": World(300, (0.9, 0.9, 0.9), always={2: 0.5}),
    "two people, right in .95 and .70, 300 rows": World(300, (0.95, 0.7), each=2),
    "two of eight people, .95 to .60, 300 rows": World(300, (0.95,) * 4 + (0.8, 0.8, 0.6, 0.6), each=2),
    "three of forty people, .99 to .55, 300 rows": World(300, MANY),
    "ten classes, three alike, .80, 100 rows": World(100, (0.8,) * 3, classes=10),
    "ten classes, right in .95, .60, .60, 300 rows": World(300, (0.95, 0.6, 0.6), classes=10),
    "ten classes, three of forty people, 300 rows": World(300, MANY, classes=10),
}


def main() -> None:
    """Print the tables."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--data", type=Path)
    reader.add_argument("--worlds", type=int, default=20)
    options = reader.parse_args()
    worlds = options.worlds
    if options.data:
        rows, people = real(options.data)
        show("Real annotators: share settled rightly", rows)
        show("Real annotators: what is told of their quality", people)
    show("Made worlds: share settled rightly", pd.DataFrame([settled(name, worlds) for name in WORLDS]))
    show("How often intervals of quality hold it", pd.DataFrame([held(name, worlds) for name in WORLDS]))
    show("How often intervals of agreement hold it", agreement(10 * worlds))


def show(title, table):
    """Print a table."""
    print(f"\n{title}\n{table.to_string(index=False, float_format='{:.3f}'.format)}")


def real(folder):
    """Settled rightly on product_matching, by what is known of the rows; and what is told of its people."""
    frame = pd.read_parquet(folder / "product_matching.parquet").astype({"id": str}).set_index("id")
    cast = pd.read_parquet(folder / "product_matching_annotations.parquet").astype({"id": str})
    truth = pd.read_parquet(folder / "product_matching_truth.parquet").astype({"id": str}).set_index("id")
    classes = tuple(sorted(cast["label"].unique()))
    votes = Votes.from_names(cast["id"], cast["annotator"], cast["label"], classes)
    right = pd.Index(classes).get_indexer(truth.loc[list(votes.row_ids), "true_label"])
    p = probabilities(frame.loc[list(votes.row_ids)], classes)
    people = pd.DataFrame(
        [{"way": "votes", **told(votes, None, right)}, {"way": "with the models", **told(votes, p, right)}]
    )
    return pd.DataFrame(judged("product_matching", votes, p, right)), people


def told(votes, p, truth):
    """Of how many people quality is told, how often the interval holds their share of right labels."""
    hits = votes.label == truth[votes.row]
    shares = np.bincount(votes.person, weights=hits) / votes.by_person
    known = quality(votes, settle(votes, p))
    inside = np.array([one.low <= share <= one.high for one, share in zip(known, shares, strict=True)])
    off = np.array([one.value - share for one, share in zip(known, shares, strict=True)])
    some = np.array([one.known for one in known])
    alpha = krippendorff_alpha(votes)
    return {
        "people": len(known),
        "told": some.sum(),
        "held": inside[some].mean(),
        "mean error": off[some].mean(),
        "mean absolute error": np.abs(off[some]).mean(),
        "alpha": alpha.value,
        "low": alpha.low,
        "high": alpha.high,
    }


def probabilities(frame, classes):
    """(n, K) of the model that these rows would start with, out of fold, trained on the given labels."""
    features = frame.drop(columns="label")
    recipe = default_recipe("record", "binary", len(classes))
    roles = Roles("label", features=tuple(features.columns))
    spec = ModelSpec(1, "m", "binary", "record", classes, roles, "m", "roc_auc", 0.02, "month", recipe=recipe)
    given = pd.Index(classes).get_indexer(frame["label"])
    splits = shuffled_splits(given, groups(row_hashes(features)), repeats=1)
    contender = Contender(recipe, build(recipe, features, spec, 0), features)
    return out_of_fold(contender, frame["label"].to_numpy(), classes, splits)


def judged(name, votes, p, truth):
    """One line each way: settled rightly, of all rows and of those on which people differ; how sure."""
    everywhere = np.arange(len(truth))
    by_row = votes.by_row
    differ = (by_row > 0).sum(axis=1) > 1
    lines = []
    for way, posterior in ways(votes, p).items():
        top = posterior >= posterior.max(axis=1, keepdims=True) - 1e-12
        right = top[everywhere, truth] / top.sum(axis=1)
        sure = posterior.max(axis=1) > 0.99
        lines.append(
            {
                "rows": name,
                "way": way,
                "right": right.mean(),
                "where people differ": right[differ].mean() if differ.any() else np.nan,
                "share surer than .99": sure.mean(),
                "right of those": right[sure].mean() if sure.any() else np.nan,
            }
        )
    return lines


def ways(votes, p):
    """Name of the way -> (n, K) how strongly each class is believed."""
    by_row = votes.by_row
    return {
        "majority": by_row / by_row.sum(axis=1, keepdims=True),
        "Dawid-Skene": settle(votes).posterior,
        "models alone": p,
        "Dawid-Skene with the models": settle(votes, p).posterior,
    }


def made(rng, world):
    """(truth, votes, probabilities of models) of a world."""
    n, K = world.rows, world.classes
    truth = rng.choice(K, n, p=world.shares)
    row = np.repeat(np.arange(n), world.each)
    person = np.concatenate([rng.permutation(len(world.right))[: world.each] for _ in range(n)])
    other = (truth[row] + rng.integers(1, K, len(row))) % K
    label = np.where(rng.random(len(row)) < np.array(world.right)[person], truth[row], other)
    blind = np.array([world.always.get(a, 0.0) for a in range(len(world.right))])
    label = np.where(rng.random(len(row)) < blind[person], 0, label)
    logits = rng.normal(size=(n, K)) + 1.5 * np.eye(K)[truth]
    p = np.exp(1.5 * logits)
    names = tuple(map(str, range(K)))
    votes = Votes.from_names(row.astype(str), person.astype(str), label.astype(str), names)
    return truth, votes, p / p.sum(axis=1, keepdims=True)


def settled(name, worlds):
    """Means over worlds of one kind: settled rightly each way."""
    rng = np.random.default_rng(0)
    lines = []
    for _ in range(worlds):
        truth, votes, p = made(rng, WORLDS[name])
        lines.append({line["way"]: line["right"] for line in judged(name, votes, p, truth)})
    table = pd.DataFrame(lines)
    gain = table["Dawid-Skene"] - table["majority"]
    return {"world": name, **table.mean(), "standard error of the gain": gain.std() / len(gain) ** 0.5}


def held(name, worlds):
    """How often the interval of a person's quality holds it, its width, and what n votes are worth."""
    rng = np.random.default_rng(1)
    world = WORLDS[name]
    line = {"world": name}
    lines = {"": [], " with the models": []}
    for _ in range(worlds):
        _, votes, p = made(rng, world)
        shares = world.shares or (1 / world.classes,) * world.classes
        for way, prior in zip(lines, (None, p), strict=True):
            for one in quality(votes, settle(votes, prior)):
                blind = world.always.get(int(one.person), 0.0)
                right = (1 - blind) * world.right[int(one.person)] + blind * shares[0]
                lines[way].append((one.known, one.low <= right <= one.high, one.high - one.low))
    for way, rows in lines.items():
        known, held, width = np.array(rows, dtype=float).T
        told = known == 1
        line[f"told{way}"] = told.mean()
        line[f"held{way}"] = held[told].mean() if told.any() else np.nan
        line[f"width{way}"] = width[told].mean() if told.any() else np.nan
    return line


def agreement(worlds):
    """Shares of intervals of kappa and alpha that hold the value of 100,000 rows."""
    lines = []
    for right, shares in (((0.9, 0.8, 0.8), (0.5, 0.5)), ((0.95, 0.9, 0.9), (0.9, 0.1))):
        rng = np.random.default_rng(2)
        _, many, _ = made(rng, World(100_000, right, shares=shares))
        pair = many.people.index("0"), many.people.index("1")
        true = cohen_kappa(many, pair).value, krippendorff_alpha(many).value
        for rows in ROWS:
            hits = [intervals(made(rng, World(rows, right, shares=shares))[1], true) for _ in range(worlds)]
            kappa, alpha = np.nanmean(np.array(hits), axis=0)
            lines.append(
                {"right": right[0], "rarer class": shares[1], "rows": rows, "kappa": kappa, "alpha": alpha}
            )
    return pd.DataFrame(lines)


def intervals(votes, true):
    """Whether each interval holds the true value; NaN where there is none."""
    pair = votes.people.index("0"), votes.people.index("1")
    both = zip((cohen_kappa(votes, pair), krippendorff_alpha(votes)), true, strict=True)
    return [np.nan if one.value is None else float(one.low <= value <= one.high) for one, value in both]


if __name__ == "__main__":
    main()
