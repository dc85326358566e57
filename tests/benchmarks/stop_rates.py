"""When experts may stop: how often bounds hold at every look, and after how many answers it is decided.

    python -m tests.benchmarks.stop_rates [--worlds N] [--question wrong | mixed]

A world is a list of labels of which some are wrong, with chances of that by models which know something,
nothing, or are off by a factor of ten. Experts answer 40 at a time, later an eighth of the answers so far;
after each time it may be decided. "always": the bounds hold after every single answer.
"""

import argparse
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from core.label_errors import audit
from core.label_errors.audit import NEVER, Annotations, Batch
from core.label_errors.rules import RULES
from core.stats.sequential import finite_population

BATCH = 40


def size(answers):
    """Questions that are sent at once."""
    return max(BATCH, answers // 8)


@dataclass
class World:
    """Labels: which are wrong, how likely each is by the models, and what was answered in which order."""

    wrong: np.ndarray
    p: np.ndarray
    first: np.ndarray
    batches: list

    @property
    def answers(self):
        """Annotations so far."""
        return int((self.first < NEVER).sum())

    def sample(self):
        """The random rows by now."""
        hit = np.where(self.first < NEVER, self.wrong, np.nan)
        every = np.ones(len(self.p), dtype=bool)
        return audit.sample(self.batches, Annotations(self.first, hit), every, self.p)


def made(rng, rows, share, scores):
    """A world; models that know something tell wrong labels from sound ones by three standard deviations."""
    wrong = rng.random(rows) < share
    x = rng.normal(size=rows)
    knowledge = 3 * (x + 3 * wrong) - 4.5 if scores != "useless" else 0.3 * x
    off = {"ten times too few": -np.log(10), "ten times too many": np.log(10)}.get(scores, 0.0)
    return World(wrong.astype(float), expit(logit(share) + knowledge + off), np.full(rows, NEVER), [])


def answer(rng, world, number, share):
    """A batch is sent and answered: every so many places a random row, else the likeliest not asked about."""
    queue = iter(np.argsort(-world.p, kind="stable"))
    lots = iter(rng.permutation(len(world.p)))
    rows, drawn, known, asked = [], [], world.answers, world.first < NEVER
    for place in range(min(number, int((~asked).sum()))):
        draws = int((place + 1) * share + 1e-9) > int(place * share + 1e-9)
        row = next(row for row in (lots if draws else queue) if not asked[row])
        asked[row] = True
        rows.append(row)
        drawn.append(draws)
    world.first[rows] = known + 1 + np.arange(len(rows))
    world.batches.append(Batch(np.array(rows), np.array(drawn), known))


def excluded(draws, total):
    """Whether the truth was ever outside: after any of the draws."""
    return (draws.against(total) >= -np.log(finite_population.RULES.level)).any()


def guess(sample):
    """How many are wrong, as far as the random rows tell."""
    hits = sample.least.hit
    return sample.hits + sample.unknown * (hits.sum() + 0.5) / (len(hits) + 1)


def wrong_labels(rng, rows, share, scores, random):
    """One review until the number is near enough, or all is answered."""
    world = made(rng, rows, share, scores)
    foretold = np.nan
    while True:
        answer(rng, world, size(world.answers), random)
        sample = world.sample()
        low, high = finite_population.bounds(sample)
        near = max(RULES.answers.narrow * guess(sample), RULES.answers.narrow_share * rows)
        if np.isnan(foretold) and sample.drawn >= BATCH:
            left = audit.how_many(sample, guess(sample)).left
            foretold = sample.drawn + left if left is not None else np.nan
        if (high - low) / 2 <= near or world.answers == rows:
            break
    total = world.wrong.sum()
    found = world.wrong[world.first < NEVER].sum()
    return {
        "answers": world.answers,
        "drawn": sample.drawn,
        "foretold": foretold,
        "held": low <= total <= high,
        "always": not excluded(sample.least, total),
        "agrees": found <= low and high <= rows - (world.answers - found),
    }


def mixed(rng, rows, share, scores, most=800):
    """One review of two classes, random rows only, until it is decided or `most` are answered."""
    world = made(rng, rows, share, scores)
    said, foretold = "open", np.nan
    while world.answers < min(most, rows) and said == "open":
        answer(rng, world, 10, 1.0)
        sample = world.sample()
        low, high = finite_population.bounds(sample)
        rules = RULES.audit
        if low > rules.usual * rows:
            said = "mixed up"
        elif high < (rules.usual + rules.margin) * rows:
            said = "usual"
        if np.isnan(foretold) and sample.drawn >= BATCH and said == "open":
            left = audit.mixed_up(sample, guess(sample)).left
            foretold = sample.drawn + left if left is not None else np.nan
    truth = world.wrong.mean()
    return {
        "mixed up": said == "mixed up",
        "usual": said == "usual",
        "false": (said == "mixed up" and truth <= rules.usual)
        or (said == "usual" and truth >= rules.usual + rules.margin),
        "answers": world.answers,
        "foretold": foretold,
    }


def table(worlds, review, kinds):
    """A line for each kind of world: shares and medians."""
    lines = []
    for kind in kinds:
        rng = np.random.default_rng(0)
        found = pd.DataFrame([review(rng, *kind.values()) for _ in range(worlds)])
        numbers = found.columns.intersection(["answers", "drawn", "foretold"])
        shares = found.drop(columns=numbers).mean().round(4)
        lines.append({**kind, **found[numbers].median().round(), **shares})
    return pd.DataFrame(lines)


def main():
    """Print the tables."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--worlds", type=int, default=2000)
    reader.add_argument("--question", choices=["wrong", "mixed"])
    chosen = reader.parse_args()
    noises, knows = (0.005, 0.02, 0.05, 0.2), ("useful", "useless")
    wrong = [
        {"rows": rows, "wrong": share, "scores": scores, "random": random}
        for rows, random in ((4000, 1.0), (4000, RULES.audit.share), (300, RULES.audit.share))
        for share in noises
        for scores in knows
    ]
    off = [
        {"rows": 4000, "wrong": 0.05, "scores": scores, "random": 1.0}
        for scores in ("ten times too few", "ten times too many")
    ]
    pairs = [
        {"rows": rows, "really the other": share, "scores": scores}
        for rows in (200, 2000)
        for share in (0.0, 0.01, 0.03, 0.06, 0.12)
        for scores in knows
    ]
    pairs = [pair for pair in pairs if pair["really the other"] > 0 or pair["scores"] == "useless"]
    if chosen.question != "mixed":
        print(table(chosen.worlds, wrong_labels, wrong + off).to_string(index=False))
    if chosen.question != "wrong":
        print(table(chosen.worlds, mixed, pairs).to_string(index=False))


if __name__ == "__main__":
    main()
