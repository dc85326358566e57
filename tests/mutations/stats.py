"""Faults in the statistics under all rooms: metrics, intervals, tests, folds."""

from tests.mutations.mutation import Mutation

AUC = "core/stats/auc.py"
BOOTSTRAP = "core/stats/bootstrap.py"
FOLDS = "core/stats/folds.py"
INTERVALS = "core/stats/intervals.py"
METRICS = "core/stats/metrics.py"
MOMENTS = "core/stats/error_moments.py"
PAIRED = "core/stats/paired.py"
TESTS = "core/stats/tests.py"
CLASSES = "core/stats/class_metrics.py"
METRIC = "core/stats/metric.py"

COSTS = "core/stats/measures/cost_matrix.py"
ORDERED = "core/stats/measures/ordered.py"
CUTOFF = "core/stats/measures/cutoff.py"
DEPENDENCE = "core/stats/together/dependence.py"
QUANTILE = "core/stats/measures/quantile.py"
SHARES = "core/stats/sequential/sum_of_shares.py"
POPULATION = "core/stats/sequential/finite_population.py"
E_VALUES = "core/stats/sequential/e_values.py"

MUTATIONS = {
    "tests/stats/test_e_values.py": (
        Mutation(
            E_VALUES,
            "np.log(weights / 2)",
            "np.log(weights)",
            "the gamblers begin with two in place of one",
        ),
        Mutation(
            E_VALUES,
            "(differences - margin) / (1 + margin)",
            "(differences - margin)",
            "a bet may lose more than there is",
        ),
        Mutation(
            E_VALUES,
            "-float(np.log(self.level))",
            "-float(np.log(2 * self.level))",
            "a claim is wrong in one of ten",
        ),
    ),
    "tests/stats/test_dependence.py": (
        Mutation(
            DEPENDENCE,
            "freedom = 2 / spread",
            "freedom = 20 / spread",
            "days are taken to hang together far too often",
        ),
        Mutation(
            DEPENDENCE,
            "worth: float = 20.0",
            "worth: float = 14.0",
            "rows as good as fifteen are enough for an interval",
        ),
        Mutation(
            DEPENDENCE,
            "ceil(rules.worth * ratio) if timed and",
            "ceil(rules.worth * ratio) if not timed and",
            "what lasts longer than a tenth of the rows is not seen",
        ),
        Mutation(
            DEPENDENCE,
            "max(1.0, variance.value / independent)",
            "variance.value / independent",
            "groups may bring bounds closer",
        ),
        Mutation(
            DEPENDENCE,
            "without = sums / (n - sizes)",
            "without = sums / n",
            "few groups are taken for many",
        ),
    ),
    "tests/stats/test_measures.py": (
        Mutation(
            COSTS,
            "costs[truth, predictions.predicted]",
            "costs[predictions.predicted, truth]",
            "costs turned",
        ),
        Mutation(
            COSTS,
            "filled = counts.confusion + HALF_A_ROW",
            "filled = counts.confusion + 20 * HALF_A_ROW",
            "cells are filled with ten rows",
        ),
        Mutation(
            ORDERED,
            "np.searchsorted(distinct, numbers)",
            "np.arange(len(numbers))",
            "the order of the texts is taken for that of the numbers",
        ),
        Mutation(ORDERED, "_distances(ranks) ** 2", "_distances(ranks)", "kappa is weighted linearly"),
        Mutation(ORDERED, "nearer > CERTAIN * variance**0.5", "nearer > 0", "any classes seem ordered"),
    ),
    "tests/stats/test_parameters.py": (
        Mutation(
            CUTOFF,
            "order[: round(share * len(order))]",
            "order[: 1 + round(2 * share * len(order))]",
            "top twice",
        ),
        Mutation(
            CUTOFF, "np.arange(bins) + 1 - float", "np.arange(bins) - 9 - float", "the cut lies ten bins off"
        ),
        Mutation(
            QUANTILE,
            "skew = 1 - 2 * quantile",
            "skew = 2 * quantile - 1",
            "too low and too high change places",
        ),
        Mutation(
            MOMENTS,
            "known = sums[..., NONZERO]",
            "known = sums[..., LABELLED]",
            "labels of nought have a relative error",
        ),
    ),
    "tests/stats/test_sum_of_shares.py": (
        Mutation(SHARES, "+ others[open_ones]).min()", ").min()", "the part before is forgotten"),
        Mutation(SHARES, "against[open_ones] - needed", "-needed", "each part is held for itself"),
    ),
    "tests/stats/test_finite_population.py": (
        Mutation(
            POPULATION, "(total - self.outside) / self.pool", "total / self.pool", "hits are drawn twice"
        ),
        Mutation(
            POPULATION,
            "density / density.sum()",
            "2 * density / density.sum()",
            "the gamblers begin with two in place of one",
        ),
    ),
    "tests/stats/test_margins.py": (
        Mutation(
            METRICS,
            "HALF_A_POINT = Margin(0.005)",
            "HALF_A_POINT = Margin(0.01)",
            'the margin of "not worse" is doubled',
        ),
        Mutation(
            METRICS,
            "ONE_PERCENT = Margin(0.01, relative=True)",
            "ONE_PERCENT = Margin(0.02, relative=True)",
            "that of losses is doubled",
        ),
        Mutation(
            METRICS,
            "A_TENTH = Margin(0.1, relative=True)",
            "A_TENTH = Margin(0.12, relative=True)",
            "that of a bias is larger by a fifth",
        ),
    ),
    "tests/stats/test_folds.py": (
        Mutation(FOLDS, "(counts >= k)", "(counts > k)", "a class of five groups is never judged"),
        Mutation(
            FOLDS,
            '["label", "rows", "noise"], ascending=[True, False, True]',
            '["label", "noise"]',
            "one fold may get all large groups",
        ),
    ),
    "tests/stats/test_variances.py": (
        Mutation(
            INTERVALS,
            "share * (1 - share) + Z95**2 / 4",
            "share * (1 - share) - Z95**2 / 4",
            "Wilson's interval is too narrow",
        ),
        Mutation(
            INTERVALS, "Z95 = 1.959963984540054", "Z95 = 1.6448536269514722", "intervals of 95 % are of 90 %"
        ),
        Mutation(INTERVALS, "stdtrit(n - 1, 0.975)", "stdtrit(n, 0.975)", "one degree of freedom too many"),
        Mutation(
            INTERVALS,
            "centre * (1 - centre) / n)",
            "successes / n * (1 - successes / n) / n)",
            "a share of all rows is certain",
        ),
        Mutation(
            AUC,
            "np.cumsum(negatives, axis=-1) - negatives / 2",
            "np.cumsum(negatives, axis=-1)",
            "ties count whole",
        ),
        Mutation(AUC, "np.sqrt(P * max(P - 1, 1))", "np.sqrt(P * P)", "DeLong's variance is too small"),
        Mutation(
            AUC,
            "max(spread, 0.25 / float(positives.sum() * negatives.sum()))",
            "spread",
            "a perfect ranking is certain",
        ),
        Mutation(
            AUC,
            "float(np.mean(errors) ** 2)",
            "float(np.mean(errors) ** 2) / len(errors)",
            "areas of one chunk count as independent",
        ),
        Mutation(MOMENTS, "least) / max(n - 1, 1)", "least) / max(n, 1)", "variances are too small"),
        Mutation(
            MOMENTS,
            "- 4 * m * y3 + 6 * m**2 * y2",
            "- 4 * m * y3 + 4 * m**2 * y2",
            "the variance of R² is wrong",
        ),
        Mutation(
            CLASSES,
            "max(delta(t.confusion, gradient), 0.25 / t.labelled**2)",
            "delta(t.confusion, gradient)",
            "a perfect F1 is certain",
        ),
        Mutation(
            CLASSES,
            "weights * 2 * t.right / total**2",
            "weights * t.right / total**2",
            "the variance of F1 is wrong",
        ),
        Mutation(
            METRIC,
            "measured.value**2 - measured.variance",
            "measured.value**2",
            "a bias around zero is a loss",
        ),
        Mutation(
            "core/stats/predictions.py",
            "squares / 2 if classes == 2",
            "squares if classes == 2",
            "Brier scores of two classes double",
        ),
        Mutation(
            BOOTSTRAP,
            "few_rows: int = 200",
            "few_rows: int = 20",
            "skewed losses of few rows have a t interval",
        ),
    ),
    "tests/stats/test_tests.py": (
        Mutation(
            TESTS,
            "float(tail.cdf(least)) - float(tail.pmf(least))",
            "float(tail.cdf(least))",
            "no mid-p: equal models differ too seldom",
        ),
        Mutation(
            TESTS,
            "(fixed + 0.5) / (n + 2), (broken + 0.5) / (n + 2)",
            "fixed / (n + 2), broken / (n + 2)",
            "intervals of few differences are too narrow",
        ),
    ),
    "tests/stats/test_paired.py": (
        Mutation(
            TESTS,
            "(len(p_values) - rank)",
            "(len(p_values) - rank - 1)",
            "Holm's correction is one too small",
        ),
        Mutation(
            TESTS,
            "highest = max(highest, min",
            "highest = max(0.0, min",
            "a larger p-value is adjusted below a smaller one",
        ),
        Mutation(
            PAIRED, "gain.std(ddof=1)", "gain.std(ddof=1) * 0.8", "the error of a mean is a fifth too small"
        ),
        Mutation(
            PAIRED, "gain = champion - challenger", "gain = challenger - champion", "less loss is worse"
        ),
        Mutation(
            PAIRED,
            "after_influence - before_influence",
            "after_influence + before_influence",
            "the comparison is not paired",
        ),
    ),
}
