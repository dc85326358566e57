"""Faults in verdicts: what settles an open one, losses beside the metric, estimates."""

from tests.mutations.mutation import Mutation

CHANGE_RULES = "core/health/rules/change.py"
COUNTING_RULES = "core/health/rules/counting.py"
VERDICT_RULES = "core/health/rules/verdict.py"
OUTLOOK = "core/health/outlook.py"
GUARDS = "core/health/change/guards.py"
CONFIDENCE = "core/health/tasks/confidence.py"
DIRECT = "core/health/tasks/direct_loss.py"
VERDICT = "core/health/report/verdict.py"

MUTATIONS = {
    "tests/health/test_outlook.py": (
        Mutation(OUTLOOK, "Z95 * signal.error <", "signal.error <", "the unknown is near"),
        Mutation(OUTLOOK, "Z95 * signal.error <", "2 * Z95 * signal.error <", "the known is not near"),
        Mutation(VERDICT_RULES, "promise: float = 0.8", "promise: float = 0.6", "work is asked for in vain"),
        Mutation(VERDICT_RULES, "longer: float = 4.0", "longer: float = 1.0", "longer periods never help"),
        Mutation(VERDICT_RULES, "labels: int = 2000", "labels: int = 2400", "too many labels are asked for"),
        Mutation(
            OUTLOOK, "profile.n - profile.labelled", "profile.n", "labels of rows that have one are asked for"
        ),
        Mutation(VERDICT, "LABEL_NEWEST if n > labelled", "LABEL_NEWEST if n", "no row is left to label"),
    ),
    "tests/health/test_guards.py": (
        Mutation(GUARDS, "signal.alarm or ", "", "one overwhelming chunk beside the metric of record waits"),
        Mutation(
            GUARDS, "alone=signal.own_low > 0", "alone=signal.own_low > 1", "chunks with a loss stay green"
        ),
    ),
    "tests/health/test_verdict_limits.py": (
        Mutation(
            COUNTING_RULES,
            "labelled: int = 20",
            "labelled: int = 24",
            "a share of twenty labels is not measured",
        ),
        Mutation(
            COUNTING_RULES, "of_class: int = 5", "of_class: int = 6", "a class of five rows is not measured"
        ),
        Mutation(
            COUNTING_RULES,
            "share: float = 0.1\n    least",
            "share: float = 0.12\n    least",
            "more is tolerated than a tenth",
        ),
        Mutation(
            COUNTING_RULES,
            "least: float = 0.001",
            "least: float = 0.0012",
            "more is tolerated of a model without errors",
        ),
        Mutation(
            COUNTING_RULES,
            "majority: float = 2 / 3",
            "majority: float = 0.8",
            "a version that took over is not seen",
        ),
        Mutation(COUNTING_RULES, "alone: float = 0.99", "alone: float = 0.95", "a rival version is not seen"),
        Mutation(
            COUNTING_RULES,
            "rows: int = 20\n    replicates",
            "rows: int = 24\n    replicates",
            "twenty rows have no estimate",
        ),
        Mutation(
            CHANGE_RULES,
            "points: float = 0.02",
            "points: float = 0.024",
            "errors beside the metric of record pass",
        ),
        Mutation(
            CHANGE_RULES,
            "points: float = 0.02\n    level: float = 0.05",
            "points: float = 0.02\n    level: float = 0.25",
            "chance is a loss beside",
        ),
        Mutation(
            GUARDS,
            "1 - rules.guards.level / 2 / len(guards)",
            "1 - rules.guards.level / 2",
            "no correction for several metrics",
        ),
        Mutation(
            VERDICT_RULES,
            "chunks: int = 3\n    measured",
            "chunks: int = 4\n    measured",
            '"now" is four chunks',
        ),
        Mutation(
            VERDICT_RULES,
            "measured: float = 0.5",
            "measured: float = 0.6",
            "chunks are called too short too soon",
        ),
        Mutation(
            VERDICT_RULES,
            "mostly: float = 0.5",
            "mostly: float = 0.6",
            "a cause of most of the fall is called a part",
        ),
        Mutation(
            VERDICT_RULES,
            "beyond: float = 1.05",
            "beyond: float = 1.1",
            "a cause that costs more than the fall is left unexplained",
        ),
        Mutation(
            "core/health/attribution/cause.py",
            "if cause.share < 0)",
            "if cause.share > 0)",
            "what cost errors is said to have spared them",
        ),
        Mutation(
            "core/health/recent.py",
            "places[start.latest], start.gradual)",
            "places[start.latest])",
            "a gradual fall is not called gradual",
        ),
        Mutation(
            "core/health/tasks/estimator.py",
            "<= Z95 * spread",
            "<= spread",
            "estimates that held are not believed",
        ),
        Mutation(
            VERDICT,
            "signal.own_low > 0 and signal.loss",
            "signal.low > 0 and signal.loss",
            "memory colours a chunk",
        ),
        Mutation(
            VERDICT,
            "for loss in chunk.losses)",
            "or True for loss in chunk.losses)",
            "what another chunk lost colours this one",
        ),
        Mutation(VERDICT_RULES, "watch: float = 1.645", "watch: float = 1.316", "quiet chunks are watched"),
        Mutation(VERDICT_RULES, "watch: float = 1.645", "watch: float = 1.974", "a likely loss is green"),
        Mutation(
            VERDICT_RULES, "excluded: float = 2.0", "excluded: float = 1.6", "quiet streams are watched"
        ),
        Mutation(
            VERDICT_RULES, "excluded: float = 2.0", "excluded: float = 2.4", "losses are called healthy"
        ),
        Mutation(
            VERDICT_RULES, "width: float = 3.0", "width: float = 3.6", "chunks that say nothing are green"
        ),
        Mutation(VERDICT_RULES, "width: float = 3.0", "width: float = 2.4", "chunks that say much are grey"),
        Mutation(
            VERDICT,
            "tolerance if signal.low > 0 else rules.excluded * tolerance",
            "rules.excluded * tolerance",
            "a loss that shows is called healthy",
        ),
        Mutation(
            VERDICT,
            "if signal and beyond else",
            "if signal and not beyond else",
            "more is said to be excluded",
        ),
    ),
    "tests/health/test_estimate.py": (
        Mutation(CONFIDENCE, "max(centre + half, high)", "centre + half", "the band leaves out a row of one"),
        Mutation(CONFIDENCE, "min(centre - half, low)", "centre - half", "the band leaves out no row of one"),
        Mutation(
            CONFIDENCE,
            "- np.where(np.isfinite(excess), excess, 0.0)",
            "- 0.0 * excess",
            "what the calibration promises too much is believed",
        ),
        Mutation(
            "core/health/profiles/metric_counts.py",
            "sums / np.maximum(rows[:, at], 1)",
            "12.0 * np.ones(len(sums))",
            "certain scores cost what the middle of their bin costs",
        ),
    ),
    "tests/health/test_amounts.py": (
        Mutation(
            DIRECT,
            "total = variance * self.near + misfit",
            "total = variance * self.near",
            "what the expectation misses is not said",
        ),
        Mutation(
            DIRECT,
            "(variance * factor + misfit) * (quantile",
            "variance * factor * (quantile",
            "what the expectation misses is left out",
        ),
    ),
    "tests/health/test_direct_loss.py": (
        Mutation(
            COUNTING_RULES, "tail_rows: int = 2000", "tail_rows: int = 400", "few errors show all tails"
        ),
        Mutation(
            COUNTING_RULES,
            "tail_rows: int = 2000",
            "tail_rows: int = 8000",
            "what many errors show is not believed",
        ),
        Mutation(
            COUNTING_RULES,
            "least_tail: float = 4.3",
            "least_tail: float = 5.5",
            "heavy tails are called light",
        ),
        Mutation(
            COUNTING_RULES,
            "least_tail: float = 4.3",
            "least_tail: float = 4.05",
            "bands under heavy tails have no end",
        ),
        Mutation(
            COUNTING_RULES,
            "least_far_tail: float = 4.1",
            "least_far_tail: float = 4.3",
            "a sample that has not seen the largest errors is believed",
        ),
        Mutation(
            DIRECT,
            "max(2 * float(n.sum()) / (spread * near), 1.0)",
            "float(n.sum())",
            "the variance of few large errors is as sure as any",
        ),
        Mutation(
            DIRECT,
            "(2 * t**2 + 1) / 6",
            "(t**2 - 1) / 6",
            "the skewness of a mean counts as if its standard error were known",
        ),
        Mutation(DIRECT, "t + max(lean, 0.0)", "t", "a mean of skewed errors looks too sure"),
        Mutation(COUNTING_RULES, "resting: float = 0.25", "resting: float = 0.2", "few rows are the mean"),
        Mutation(
            COUNTING_RULES, "resting: float = 0.25", "resting: float = 0.3", "usual errors have no mean"
        ),
    ),
}
