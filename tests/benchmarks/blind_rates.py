"""How often a blind sample of 30 labels of each period names labels, in worlds whose cause is known.

`python -m tests.benchmarks.blind_rates [--worlds 2000]` prints one line for each world. Of two classes; the
model is wrong about a share of the rows, then labels are flipped. Experts who slip give the other class.
"""

import argparse
from dataclasses import dataclass

import numpy as np

from core.health.attribution.reviewed_labels import (
    Looked,
    ReviewedLabels,
    ReviewedPeriod,
    are_the_cause,
    more_needed,
)
from core.health.rules import RULES
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


SAID = ("the cause", "no cause", "open")


def outcome(rng, name, slips=0.0):
    """What is said, whether two intervals hold the truth, whether labels were named by the period alone."""
    before, now, _ = WORLDS[name]
    (past, _, past_excused, r0), (present, wrong, excused, r1) = (
        drawn(rng, before, slips),
        drawn(rng, now, slips),
    )
    reviewed = ReviewedLabels(past, present, "", "", "", 60)
    share_wrong, cost = present.wrong_labels, reviewed.cost
    held = (
        share_wrong.low <= wrong <= share_wrong.high,
        cost.low <= excused - past_excused <= cost.high,
        present.excused_errors.low > 0,
    )
    if are_the_cause(reviewed):
        return ("the cause", *held)
    return ("no cause" if more_needed(reviewed, r1 - r0) is None else "open", *held)


def drawn(rng, period, slips):
    """A reviewed period, the true shares of wrong labels and of excused errors, and of measured errors."""
    truth = rng.random(period.rows) < period.positives
    predicted = truth ^ (rng.random(period.rows) < period.errors)
    flips = np.where(truth, period.yes_flipped, period.no_flipped)
    given = truth ^ (rng.random(period.rows) < flips)
    differ = given != predicted
    parts = []
    for where, number in ((differ, RULES.review.differ), (~differ, RULES.review.agree)):
        rows = rng.permutation(np.flatnonzero(where))[:number]
        said = truth[rows] ^ (rng.random(len(rows)) < slips)
        wrong = said != given[rows]
        excused = int((wrong & (said == predicted[rows])).sum()) if where is differ else 0
        parts.append(Looked(int(where.sum()), len(rows), int(wrong.sum()), excused))
    excused = float((differ & (truth == predicted)).mean())
    return ReviewedPeriod(*parts), float((given != truth).mean()), excused, float(differ.mean())


if __name__ == "__main__":
    main()
