"""Faults in the bootstrap: of cells, of rows, and of what is put in beside the draws."""

from tests.mutations.mutation import Mutation

BOOTSTRAP = "core/stats/bootstrap.py"
PAIRED = "core/stats/paired.py"

MUTATIONS = {
    "tests/stats/test_bootstrap.py": (
        Mutation(
            BOOTSTRAP,
            "2 * (tail + 1) / (len(spread) + 1)",
            "(tail + 1) / (len(spread) + 1)",
            "p-values are of one side",
        ),
        Mutation(
            BOOTSTRAP,
            "np.quantile(spread, [alpha, 1 - alpha])",
            "np.quantile(spread, [alpha / 2, 1 - alpha / 2])",
            "bounds are of half the level",
        ),
        Mutation(
            BOOTSTRAP,
            "z + (z**2 - 1) * skew / 6",
            "z + 0 * skew",
            "bounds of skewed rows lie as far to either side",
        ),
        Mutation(
            BOOTSTRAP,
            "(spread - linear)[np.argsort(linear)]",
            "(spread - linear)",
            "what bends a metric is put where it does not belong",
        ),
        Mutation(
            PAIRED,
            "slope -= cells.counts @ slope / len(truth)",
            "pass",
            "the linear part has a mean of its own",
        ),
        Mutation(
            PAIRED,
            "np.abs(before) - np.abs(after) if lower",
            "before - after if lower",
            "a bias below zero is good",
        ),
    ),
}
