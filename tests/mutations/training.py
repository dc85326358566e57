"""Faults in training and comparing: verdict, budget, segments, gates, holdout."""

from tests.mutations.mutation import Mutation

DECISION = "core/training/comparison/decision.py"
BUDGET = "core/training/comparison/holdout_budget.py"
SEGMENTS = "core/training/comparison/segments.py"
GATES = "core/training/comparison/gates.py"
APART = "core/training/comparison/apart.py"
SPLIT = "core/training/split.py"
FIT = "core/training/fit.py"

MUTATIONS = {
    "tests/training/test_traffic.py": (
        Mutation(
            "core/training/comparison/traffic.py",
            "reach = rules.beyond * (high - low)",
            "reach = 2 * (high - low)",
            "numbers far beyond all labels pass",
        ),
        Mutation(
            "core/training/comparison/traffic.py",
            "and not np.ptp(some, axis=0).any() and traffic.varied",
            "and not np.ptp(some, axis=0).any()",
            "a model of one answer can never be replaced",
        ),
        Mutation(
            "core/training/comparison/traffic.py",
            "zip(parts, holm(p_values), strict=True)",
            "zip(parts, p_values, strict=True)",
            "of many segments one seems to differ most by chance",
        ),
    ),
    "tests/training/test_fairness.py": (
        Mutation(
            "core/training/comparison/fairness.py",
            "level / len(parts), together",
            "level, together",
            "of many segments one seems worse by chance",
        ),
        Mutation(
            "core/training/comparison/fairness.py",
            "return self.high < 0",
            "return self.difference < 0",
            "every second segment is worse",
        ),
        Mutation(
            "core/training/comparison/fairness.py",
            "passed=not (worse and blocks)",
            "passed=True",
            "a model that forbids a worse segment gets one",
        ),
    ),
    "tests/training/test_review.py": (
        Mutation(
            "core/training/comparison/review.py",
            "e_values.decisions(wins, losses, 0,",
            "e_values.decisions(wins, losses, ties,",
            "rows on which neither is right are evidence",
        ),
        Mutation(
            "core/training/comparison/review.py",
            "return self.evidence.verdict(replace(RULES, level=self.level))",
            "return self.evidence.verdict()",
            "later looks are judged as mildly as the first",
        ),
    ),
    "tests/training/test_policies.py": (
        Mutation(
            "core/training/comparison/policies.py",
            "for before in range(present, period - lag)]",
            "for before in range(present, period + 1 - lag)]",
            "an alarm knows the labels of the period that begins",
        ),
        Mutation(
            "core/training/comparison/policies.py",
            "- np.log(starts * (starts + 1))",
            "+ np.log(starts * (starts + 1))",
            "gamblers begin with more than one together",
        ),
    ),
    "tests/training/test_gates.py": (
        Mutation(
            GATES,
            'Gate("batch and single", gap <= limit',
            'Gate("batch and single", True',
            "what a row is told hangs on its neighbours",
        ),
        Mutation(GATES, "slowest <= rules.p99", "middle <= rules.p99", "one of a hundred people waits"),
        Mutation(
            APART,
            "if apart.outputs is None or apart.why:",
            "if apart.outputs is None:",
            "an environment of all packages passes as a clean one",
        ),
        Mutation(
            APART, "apart.memory <= rules.memory", "apart.model <= rules.memory", "libraries take no memory"
        ),
    ),
    "tests/training/test_error_rates.py": (
        Mutation(
            DECISION,
            "difference.low > -margin",
            "difference.low > -2 * margin",
            "a challenger worse by the margin is not worse",
        ),
        Mutation(
            DECISION,
            "difference.low > -margin",
            "difference.low > -1.2 * margin",
            "a challenger worse by the margin is not worse",
        ),
        Mutation(
            DECISION,
            "difference.low > 0",
            "difference.difference > 0",
            "half of equal challengers are better",
        ),
        Mutation(
            DECISION,
            "difference.high < 0",
            "difference.difference < 0",
            "half of equal challengers are worse",
        ),
        Mutation(
            DECISION,
            "self.difference.low > self.least",
            "self.difference.difference > self.least",
            "half of gains of what is just worth it are better",
        ),
        Mutation(
            DECISION,
            "self.difference.low > self.least",
            "self.difference.low >= self.least",
            "the least gain itself is enough",
        ),
        Mutation(
            DECISION, "power: float = 0.8", "power: float = 0.9", "more labels are asked for than are needed"
        ),
        Mutation(
            DECISION,
            "max(1, total - difference.n)",
            "max(1, total)",
            "labels that are there are asked for again",
        ),
        Mutation(
            DECISION,
            "difference.difference + margin, -difference.difference",
            "difference.difference - margin, -difference.difference",
            "the nearest verdict is the wrong one",
        ),
        Mutation(
            DECISION,
            "most_labels: int = 1_000_000",
            "most_labels: int = 1_200_000",
            "labels that nobody will give are asked for",
        ),
        Mutation(BUDGET, "level: float = 0.05", "level: float = 0.06", "searching pays"),
        Mutation(
            BUDGET,
            "level * 6 / (pi * look) ** 2",
            "level * 6 / (pi**2 * look)",
            "many looks find a winner among equals",
        ),
        Mutation(
            BUDGET, "spent: float = 0.0005", "spent: float = 0.0006", "new rows are asked for a look early"
        ),
    ),
    "tests/training/test_segments.py": (
        Mutation(SEGMENTS, "level: float = 0.10", "level: float = 0.12", "equal segments are called worse"),
        Mutation(
            SEGMENTS, "if adjusted <= rules.level", "if p <= rules.level", "no correction for many segments"
        ),
        Mutation(SEGMENTS, "rules.level / 2", "rules.level", "intervals are too narrow"),
    ),
    "tests/training/test_limits.py": (
        Mutation(
            SEGMENTS, "len(truth) < rules.rows", "len(truth) <= rules.rows", "a segment of 30 is not judged"
        ),
        Mutation(SEGMENTS, "rows: int = 30", "rows: int = 25", "segments too small are judged"),
        Mutation(SEGMENTS, "of_class: int = 5", "of_class: int = 4", "classes too small are judged"),
        Mutation(SEGMENTS, "values: int = 12", "values: int = 13", "rare values cost the others power"),
        Mutation(GATES, "ties: float = 0.01", "ties: float = 0.012", "more rows may be decided otherwise"),
        Mutation(GATES, "same: float = 1e-6", "same: float = 1e-5", "another model passes as the same"),
        Mutation(GATES, "worse: float = 3.0", "worse: float = 3.6", "a slower or larger model passes"),
        Mutation(GATES, "slowest: float = 0.5", "slowest: float = 0.6", "people wait"),
        Mutation(
            GATES, "largest: int = 200_000_000", "largest: int = 240_000_000", "a model that no server takes"
        ),
        Mutation(SPLIT, "share: float = 0.2", "share: float = 0.24", "too little is left to learn from"),
        Mutation(SPLIT, "enough: int = 200", "enough: int = 160", "holdouts show less than is said"),
        Mutation(SPLIT, "fewest: int = 40", "fewest: int = 32", "holdouts that show nothing"),
        Mutation(
            "core/training/regression.py",
            "neutral: float = 0.1",
            "neutral: float = 0.12",
            "better and worse rows count as alike",
        ),
    ),
    "tests/training/test_split.py": (
        Mutation(
            SPLIT, "(sizes < enough).sum()) + 1", "(sizes < enough).sum())", "a chunk too few is kept apart"
        ),
        Mutation(
            SPLIT,
            "rows[clock] < holdout[clock].min()",
            "rows[clock] <= holdout[clock].min()",
            "rows of the holdout's time are learnt from",
        ),
        Mutation(
            SPLIT,
            "len(window) > len(rows) // 2",
            "len(window) > len(rows)",
            "one chunk leaves nothing to learn from",
        ),
        Mutation(
            SPLIT,
            '_when(rows[rows["_part"] == "log"]) > last',
            '_when(rows[rows["_part"] == "log"]) >= last',
            "a row of the holdout counts as newer",
        ),
        Mutation(
            SPLIT,
            "newer = log[after(log, place)]",
            "newer = log[~before(log, place)]",
            "a fresh holdout begins with a row that was looked at",
        ),
        Mutation(SPLIT, "newer = newer[~same]", "pass", "copies of rows that were learnt from judge"),
    ),
    "tests/training/test_fit.py": (
        Mutation(FIT, "reach = Z95 * spread", "reach = spread", "intervals cover two thirds"),
        Mutation(
            FIT,
            "* sqrt(len(draws[0]) / len(truth))",
            "* len(draws[0]) / len(draws[0])",
            "intervals of many rows are those of 5,000",
        ),
        Mutation(FIT, "judge_rare=True", "judge_rare=False", "rows of rare classes are never predicted"),
    ),
}
