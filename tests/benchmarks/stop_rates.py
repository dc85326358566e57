"""When experts may stop: how often bounds hold at every look, and after how many answers it is decided.

    python -m tests.benchmarks.stop_rates [--worlds N] [--question wrong | mixed]

A world is a list of labels of which some are wrong, with chances of that by models which know something,
nothing, or are off by a factor of ten. Experts answer 40 at a time, later an eighth of the answers so far;
in one of fifty worlds it may be decided after each time. "always": in all worlds, bounds hold after every one
of 400 answers.
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


def reached(draws, total):
    """(k,) whether this number is excluded after each of the draws."""
    return draws.against(total) >= -np.log(finite_population.RULES.level)


def always(rng, rows, share, scores, random, most=400):
    """Whether the bounds hold after every answer, with up to `most` of them."""
    world = made(rng, rows, share, scores)
    while world.answers < min(most, rows):
        answer(rng, world, 100, random)
    return {"always": not reached(world.sample().least, world.wrong.sum()).any()}


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
        "agrees": found <= low and high <= rows - (world.answers - found),
    }


def mixed(rng, rows, share, scores, most=800):
    """One review of two classes by random rows, looked at after each of up to `most`."""
    world = made(rng, rows, share, scores)
    answer(rng, world, most, 1.0)
    draws, rules = world.sample().least, RULES.audit
    seen = np.cumsum(draws.hit) / np.arange(1, len(draws.hit) + 1)
    usual, much = rules.usual, rules.usual + rules.margin
    more = reached(draws, usual * rows) & (seen > usual)
    less = reached(draws, much * rows) & (seen < much)
    ends = {"mixed up": more, "usual": less}
    first = {word: at.argmax() + 1 if at.any() else most + 1 for word, at in ends.items()}
    word = min(first, key=first.get)
    answers, truth = min(first[word], most, rows), world.wrong.mean()
    claims = {each: word == each and first[each] <= most for each in ends}
    false = (claims["mixed up"] and truth <= usual) or (claims["usual"] and truth >= much)
    return {**claims, "false": false, "answers": answers}


def table(worlds, reviews, kinds):
    """A line for each kind of world: shares and medians, of (review, share of the worlds) each."""
    lines = []
    for kind in kinds:
        line = dict(kind)
        for review, part in reviews:
            rng = np.random.default_rng(0)
            found = pd.DataFrame([review(rng, *kind.values()) for _ in range(max(1, int(part * worlds)))])
            numbers = found.columns.intersection(["answers", "drawn", "foretold"])
            line |= {**found[numbers].median().round(), **found.drop(columns=numbers).mean().round(4)}
        lines.append(line)
        print(pd.DataFrame([line]).to_string(index=False, header=len(lines) == 1), flush=True)


def main():
    """Print the tables."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--worlds", type=int, default=2000)
    reader.add_argument("--question", choices=["wrong", "mixed"])
    chosen = reader.parse_args()
    knows = ("useful", "useless")
    kinds = [(4000, share, RULES.audit.share, knows) for share in (0.005, 0.02, 0.05, 0.2)]
    kinds += [(300, share, RULES.audit.share, knows) for share in (0.02, 0.2)]
    kinds += [(4000, share, 1.0, knows[:1]) for share in (0.005, 0.05, 0.2)]
    kinds += [(4000, 0.05, 1.0, ("ten times too few", "ten times too many"))]
    wrong = [
        {"rows": rows, "wrong": share, "scores": scores, "random": random}
        for rows, share, random, known in kinds
        for scores in known
    ]
    pairs = [
        {"rows": rows, "really the other": share, "scores": scores}
        for rows in (200, 2000)
        for share in (0.0, 0.01, 0.03, 0.06, 0.12)
        for scores in knows
    ]
    pairs = [pair for pair in pairs if pair["really the other"] > 0 or pair["scores"] == "useless"]
    if chosen.question != "mixed":
        table(chosen.worlds, [(always, 1.0), (wrong_labels, 0.02)], wrong)
    if chosen.question != "wrong":
        table(chosen.worlds, [(mixed, 1.0)], pairs)


if __name__ == "__main__":
    main()
