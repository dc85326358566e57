"""How often a blind sample of labels names labels, in worlds whose cause is known.

`python -m tests.benchmarks.blind_rates [--worlds 2000]` prints one line for each world. Of two classes; the
model is wrong about a share of the rows, then labels are flipped. Experts who slip give the other class.
The first tables are of 30 labels of each period; the last one of up to 150, looked at after every 10.
"""

import argparse
from dataclasses import dataclass

import numpy as np

from core.health.attribution.reviewed_labels import (
    Looked,
    ReviewedLabels,
    ReviewedPeriod,
    are_no_cause,
    are_the_cause,
)
from core.health.rules import RULES
from core.stats.sequential import sum_of_shares
from tests.benchmarks.measure_rates import share


@dataclass(frozen=True)
class Period:
    """Shares: rows that the model is wrong about, labels of either class that are flipped, positives."""

    errors: float = 0.15
    yes_flipped: float = 0.0
    no_flipped: float = 0.0
    positives: float = 0.4
    rows: int = 4000


RIGHT, HARDER = Period(), Period(errors=0.25)
WORLDS = {
    "relation changed": (RIGHT, HARDER, False),
    "relation changed a little": (RIGHT, Period(errors=0.2), False),
    "3 % of labels flipped in both, relation changed": (
        Period(yes_flipped=0.03, no_flipped=0.03),
        Period(0.25, 0.03, 0.03),
        False,
    ),
    "10 % of labels flipped in both": (
        Period(0.05, 0.1, 0.1),
        Period(0.05, 0.1, 0.1),
        False,
    ),
    "5 % of labels flipped": (RIGHT, Period(yes_flipped=0.05, no_flipped=0.05), True),
    "10 % of labels flipped": (RIGHT, Period(yes_flipped=0.1, no_flipped=0.1), True),
    "5 % of labels flipped, good model": (
        Period(errors=0.05),
        Period(errors=0.05, yes_flipped=0.05, no_flipped=0.05),
        True,
    ),
    "12 % of positives missed (5 % of labels)": (RIGHT, Period(yes_flipped=0.125), True),
    "25 % of positives missed (10 % of labels)": (RIGHT, Period(yes_flipped=0.25), True),
}
"""World -> the reference period, the period that fell, whether labels are the cause."""
SLIPS = (0.0, 0.03)
"""Share of the answers of experts that are wrong."""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=2000)
    times = parser.parse_args().worlds
    for slips in SLIPS:
        print(f"\nExperts slip in {100 * slips:.0f} %: named, no cause, left open; coverage; alone")
        for name in WORLDS:
            rng = np.random.default_rng(1)
            outcomes = [outcome(rng, name, slips) for _ in range(times)]
            parts = [share(np.array([each[0] == word for each in outcomes])) for word in SAID]
            held = [share(np.array([each[at] for each in outcomes])) for at in (1, 2, 3)]
            print(f"  {name}: {'; '.join(parts)}; wrong labels {held[0]}, cost {held[1]}; alone {held[2]}")
    print("\nLooked at after every 10 labels of a period: named, no cause, left open; median of labels")
    for name in WORLDS:
        rng = np.random.default_rng(1)
        words, labels = zip(*(looked_at_often(rng, name) for _ in range(times)), strict=True)
        parts = [share(np.array(words) == word) for word in SAID]
        print(f"  {name}: {'; '.join(parts)}; {np.median(labels):.0f}")


SAID = ("the cause", "no cause", "open")


def outcome(rng, name, slips=0.0):
    """What is said, whether two intervals hold the truth, whether labels were named by the period alone."""
    before, now, _ = WORLDS[name]
    (known, _, past_excused), (known_now, wrong, excused) = (
        drawn(rng, before, slips),
        drawn(rng, now, slips),
    )
    past, present = looked(known), looked(known_now)
    reviewed = ReviewedLabels(past, present, "", "", "", 60)
    share_wrong, cost = present.wrong_labels, reviewed.cost
    held = (
        share_wrong.low <= wrong <= share_wrong.high,
        cost.low <= excused - past_excused <= cost.high,
        sum_of_shares.bounds([present.excused_errors()], RULES.review.expected)[0] > 0,
    )
    if are_the_cause(reviewed):
        return ("the cause", *held)
    fall = _errors(known_now) - _errors(known)
    return ("no cause" if are_no_cause(reviewed, fall) else "open", *held)


def drawn(rng, period, slips):
    """(wrong, excused) of rows in random order that differ and agree; true shares of both in the period."""
    truth = rng.random(period.rows) < period.positives
    predicted = truth ^ (rng.random(period.rows) < period.errors)
    flips = np.where(truth, period.yes_flipped, period.no_flipped)
    given = truth ^ (rng.random(period.rows) < flips)
    differ = given != predicted
    kinds = []
    for where in (differ, ~differ):
        rows = rng.permutation(np.flatnonzero(where))
        said = truth[rows] ^ (rng.random(len(rows)) < slips)
        wrong = said != given[rows]
        kinds.append((wrong, wrong & (said == predicted[rows]) & differ[rows]))
    return kinds, float((given != truth).mean()), float((differ & (truth == predicted)).mean())


def looked(kinds, times=1.0):
    """A period as it is known after so many times the rows of a blind sample."""
    parts = []
    for (wrong, excused), number in zip(kinds, (RULES.review.differ, RULES.review.agree), strict=True):
        some = slice(min(round(times * number), len(wrong)))
        seen = len(wrong[some])
        parts.append(Looked(len(wrong), seen, int(wrong[some].sum()), int(excused[some].sum())))
    return ReviewedPeriod(*parts)


def looked_at_often(rng, name, slips=0.0, looks=15):
    """Whether labels are ever called the cause, or no cause, at one of the looks; and labels until then."""
    before, now, _ = WORLDS[name]
    (past, *_), (present, *_) = drawn(rng, before, slips), drawn(rng, now, slips)
    fall = _errors(present) - _errors(past)
    for look in range(1, looks + 1):
        periods = looked(past, look / 3), looked(present, look / 3)
        reviewed = ReviewedLabels(*periods, "", "", "", 60)
        if are_the_cause(reviewed):
            return "the cause", reviewed.looked
        if are_no_cause(reviewed, fall):
            return "no cause", reviewed.looked
    return "open", reviewed.looked


def _errors(kinds):
    """Share of rows whose label and prediction differ."""
    differ, agree = (len(wrong) for wrong, _ in kinds)
    return differ / (differ + agree)


if __name__ == "__main__":
    main()
