"""How often outputs are said to fit the inputs no longer: quiet windows and broken ones.

`python -m tests.benchmarks.output_link_rates [--windows 300]` prints a line for each window, all tasks in it.
"""

import argparse

import numpy as np

from core.health.attribution.output_link import LostLink, OtherFactor, output_misfit
from core.health.profiles.cell_rows import CellRows, cell_rows
from core.health.profiles.log_rows import LogRows
from core.health.tasks.from_arrays import layout_from_arrays
from core.health.tasks.task import task_of
from tests.benchmarks.label_fit_rates import share

NAMES = ("a", "b", "c", "d", "town")
CLASSES = {"two": ("no", "yes"), "four": ("a", "b", "c", "d"), "amounts": ()}
SLOPES = {
    "as ever": ((1.5, 1.0, -0.7, 0.0), (-1.0, 0.8, 0.4, 0.0), (0.2, -1.2, 0.9, 0.0)),
    "another": ((0.2, 0.5, 1.2, 1.4), (1.1, -0.6, 0.3, 0.9), (-0.9, 0.1, 0.8, -1.3)),
}
"""Of the four numbers in the log-odds of classes, the first of them in amounts."""
QUIET = {
    "as ever": {},
    "one input moved by a spread, a rare town five times": {"shift": 1.0, "towns": (0.3, 0.2, 0.5)},
    "one input moved by two spreads": {"shift": 2.0},
    "one input moved by three spreads": {"shift": 3.0},
    "double the spread of every input": {"wide": 2.0},
    "another model, of no version": {"slopes": "another"},
    "half of the spread of every input": {"wide": 0.5},
    "products in the model, one input moved by a spread": {"shift": 1.0, "product": 0.8},
    "products in the model, double the spread of every input": {"wide": 2.0, "product": 0.8},
    "products of two inputs that went together before": {"product": 1.6, "tied": 0.9},
    "amounts grew by a tenth": {"factor": 1.1},
    "thirty more than before": {"more": 30.0},
}
BROKEN = {
    "one in ten mixed up": {"mixed": 0.1},
    "one in five mixed up": {"mixed": 0.2},
    "half mixed up": {"mixed": 0.5},
    "half mixed up, one input moved by a spread": {"mixed": 0.5, "shift": 1.0},
    "products in the model, half mixed up": {"mixed": 0.5, "product": 0.8},
    "halved": {"factor": 0.5},
    "half more": {"factor": 1.5},
}
"""Window -> how its rows are drawn (`rows`)."""
KINDS = (LostLink, OtherFactor)
OF_AMOUNTS = {"factor", "more"}
"""What becomes of amounts only."""
CONTINUING = ("product",)
"""What the reference period has as well."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--windows", type=int, default=100)
    parser.add_argument("--rows", type=int, nargs="+", default=[500, 2000])
    args = parser.parse_args()
    for name, change in (QUIET | BROKEN).items():
        tasks = [task for task, classes in CLASSES.items() if not (classes and change.keys() & OF_AMOUNTS)]
        for n in args.rows:
            calls = [called(task, change, n, seed) for task in tasks for seed in range(args.windows)]
            lost, factor = (share(np.array([call is kind for call in calls])) for kind in KINDS)
            print(f"{n} rows, {name}: link lost {lost}; another factor {factor}", flush=True)


def called(task, change, n, seed, before=4000):
    """The type of the misfit of a window of n rows against so many of the reference period."""
    found = misfit(task, change, n, seed, before)
    return None if found is None else type(found)


def misfit(task, change, n, seed, before=4000):
    """What is said of a window."""
    rng = np.random.default_rng([17, seed])
    classes = CLASSES[task]
    usual = {name: value for name, value in change.items() if name in CONTINUING}
    tied, since = change.get("tied", 0.0), {name: value for name, value in change.items() if name != "tied"}
    past, now = rows(rng, task, before, tied=tied, **usual), rows(rng, task, n, **since)
    layout = layout_from_arrays(classes, past, NAMES)
    periods = [cells(layout, part) for part in (past, now)]
    return output_misfit(layout.features, *periods, amounts=not classes)


def cells(layout, part) -> CellRows:
    """Rows as the account reads them; their losses do not matter here."""
    return cell_rows(layout, part, np.zeros(len(part.labels)), task_of(layout.classes).outputs(layout, part))


def rows(
    rng, task, n, *, shift=0.0, towns=(0.6, 0.3, 0.1), slopes="as ever", wide=1.0, product=0.0,
    factor=1.0, more=0.0, mixed=0.0, tied=0.0,
) -> LogRows:  # fmt: skip
    """Rows of four numbers and a town, and what a model makes of them.

    The first number moved by `shift`, all have the spread `wide`, two of them the correlation `tied`;
    `slopes` of the model, and `product` of its first two numbers; amounts times `factor` and
    `more`; a share of the rows `mixed` up.
    """
    numbers = wide * rng.normal(size=(n, 4)) + np.array([shift, 0, 0, 0])
    numbers[:, 1] = tied * numbers[:, 0] + (1 - tied**2) ** 0.5 * numbers[:, 1]
    town = rng.choice(np.array(["u", "v", "w"], dtype=object), n, p=towns)
    lines = numbers @ np.array(SLOPES[slopes]).T + (town == "v")[:, None] * np.array([0.8, -0.5, 0.3])
    lines += product * (numbers[:, :1] * numbers[:, 1:2])
    if task == "amounts":
        scores, given = np.zeros((n, 0)), factor * (100 + 20 * lines[:, 0]) + more
    else:
        logits = lines if task == "four" else lines[:, :1]
        raised = np.exp(np.column_stack([np.zeros(n), logits]))
        scores, given = raised / raised.sum(1, keepdims=True), None
    hit = np.flatnonzero(rng.random(n) < mixed)
    order = np.arange(n)
    order[hit] = rng.permutation(hit)
    predictions = given[order] if given is not None else scores[order].argmax(1)
    features = dict(zip(NAMES, (*numbers.T, town), strict=True))
    return LogRows(predictions, predictions, scores[order], np.zeros(n, dtype=bool), features)


if __name__ == "__main__":
    main()
