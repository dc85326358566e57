"""The guess how many labels are wrong, by models and answers: how often its interval holds, how wide it is.

    python -m tests.benchmarks.answer_rates [--worlds N] [--list LIST --truth TRUTH]

Without files the labels are made up. LIST is what `suspects` writes, TRUTH a Parquet file with the columns
`id` and `is_error`; a world is a bootstrap sample of its rows.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from core.label_errors.recalibration import Reviews, recalibrate
from core.label_errors.rules import RULES

ANSWERS = (0, 40, 100, 200)


@dataclass(frozen=True)
class World:
    """Rows with what the models think, the pair of labels, what the list is ordered by, and the truth."""

    p: np.ndarray
    pair: np.ndarray
    impact: np.ndarray
    wrong: np.ndarray


def made_up(rng, rows=4000, *, shift=0.0, slope=1.0, unseen=0.0):
    """Log-odds of errors are `shift` + `slope` times those of the models; `unseen` errors leave no trace."""
    p = rng.beta(0.15, 2.5, rows)
    pair = rng.integers(0, 6, rows)
    really = expit(shift + slope * logit(np.clip(p, 1e-6, 1 - 1e-6)) + np.linspace(-0.7, 0.7, 6)[pair])
    wrong = rng.random(rows) < np.maximum(really, unseen)
    return World(p, pair, p * rng.uniform(0.5, 1.5, rows), wrong)


def read(list_path, truth_path):
    """The rows of a list and whether they are wrong."""
    found = pd.read_csv(list_path, dtype={"id": str})
    truth = pd.read_parquet(truth_path)
    errors = set(truth.loc[truth["is_error"], "id"].astype(str))
    pair = (found["given"].astype(str) + ">" + found["suggested"].astype(str)).factorize()[0]
    wrong = found["id"].isin(errors).to_numpy()
    return World(found["p_error"].to_numpy(), pair, found["impact"].to_numpy(), wrong)


def resampled(rng, world):
    """A bootstrap sample of the rows."""
    rows = rng.integers(0, len(world.p), len(world.p))
    return World(world.p[rows], world.pair[rows], world.impact[rows], world.wrong[rows])


def answered(rng, world, number, order, share=RULES.audit.share):
    """What experts said of the first of the list and of rows drawn at random beside them."""
    key = {"likelihood": world.p, "impact": world.impact}.get(order)
    if key is None:  # one pair of labels, then the others
        key = world.p + (world.pair == world.pair[np.argmax(world.p)])
    queue = np.argsort(-key, kind="stable")
    rows = np.arange(len(world.p))
    size = int(share * number)
    drawn = np.isin(rows, rng.permutation(queue[number - size :])[:size])
    reviewed = drawn | np.isin(rows, queue[: number - size])
    return Reviews(reviewed, reviewed & world.wrong, drawn)


def measure(name, worlds, number, order):
    """Coverage, width and reliability over the worlds."""
    rng = np.random.default_rng(1)
    rows = []
    for world in worlds:
        reviews = answered(rng, world, number, order)
        p, errors = recalibrate(world.p, reviews, world.pair)
        truth = int(world.wrong.sum())
        likely = ~reviews.reviewed & (p > 0.7) & (p < 0.9)
        rows.append(
            {
                "wrong": truth,
                "said": errors.value,
                "below": truth < errors.low,
                "above": truth > errors.high,
                "width": errors.high - errors.low,
                "likely": likely.sum(),
                "right": world.wrong[likely].sum(),
            }
        )
    frame = pd.DataFrame(rows)
    return {
        "labels": name,
        "order": order,
        "answers": number,
        "wrong": frame["wrong"].median(),
        "said": frame["said"].median(),
        "width": frame["width"].median(),
        "held": 1 - (frame["below"] | frame["above"]).mean(),
        "below": frame["below"].mean(),
        "above": frame["above"].mean(),
        "P .7-.9": frame["likely"].mean(),
        "of them wrong": frame["right"].sum() / max(frame["likely"].sum(), 1),
    }


def main():
    """Print the table."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--worlds", type=int, default=100)
    reader.add_argument("--list", type=Path)
    reader.add_argument("--truth", type=Path)
    said = reader.parse_args()
    rng = np.random.default_rng(0)
    if said.list:
        whole = read(said.list, said.truth)
        kinds = {said.truth.stem: [resampled(rng, whole) for _ in range(said.worlds)]}
    else:
        kinds = {
            name: [made_up(rng, **how) for _ in range(said.worlds)]
            for name, how in {
                "as the models say": {},
                "models too sure by 2.6": {"shift": -2.6},
                "models too modest": {"slope": 1.4, "shift": 1.0},
                "1 % leave no trace": {"unseen": 0.01},
            }.items()
        }
    lines = [
        measure(name, worlds, number, order)
        for name, worlds in kinds.items()
        for order in ("likelihood", "impact", "one pair")
        for number in ANSWERS
    ]
    print(pd.DataFrame(lines).to_string(index=False, float_format="{:.2f}".format))


if __name__ == "__main__":
    main()
