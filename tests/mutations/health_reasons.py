"""Faults in what is made of a change: verdicts, causes, the account, estimates."""

from tests.mutations.mutation import Mutation

ATTRIBUTION_RULES = "core/health/rules/attribution.py"
CHANGE_RULES = "core/health/rules/change.py"
COUNTING_RULES = "core/health/rules/counting.py"
VERDICT_RULES = "core/health/rules/verdict.py"
CAUSE = "core/health/attribution/cause.py"
MIX = "core/health/attribution/mix.py"
SEGMENTS = "core/health/attribution/segments.py"
OUTLOOK = "core/health/outlook.py"
GUARDS = "core/health/change/guards.py"
CONFIDENCE = "core/health/tasks/confidence.py"
ACCOUNT = "core/health/attribution/account.py"
JOINT_MIX = "core/health/attribution/joint_mix.py"
MIX_LINES = "core/health/attribution/mix_lines.py"
MOVED = "core/health/attribution/moved_columns.py"
DIRECT = "core/health/tasks/direct_loss.py"
VERDICT = "core/health/report/verdict.py"
OUTPUT_LINK = "core/health/attribution/output_link.py"

MUTATIONS = {
    "tests/health/test_outlook.py": (
        Mutation(VERDICT_RULES, "promise: float = 0.8", "promise: float = 0.6", "work is asked for in vain"),
        Mutation(VERDICT_RULES, "longer: float = 4.0", "longer: float = 1.0", "longer periods never help"),
        Mutation(VERDICT_RULES, "labels: int = 2000", "labels: int = 2400", "too many labels are asked for"),
        Mutation(
            OUTLOOK, "profile.n - profile.labelled", "profile.n", "labels of rows that have one are asked for"
        ),
        Mutation(VERDICT, "LABEL_NEWEST if n > labelled", "LABEL_NEWEST if n", "no row is left to label"),
    ),
    "tests/health/test_output_link.py": (
        Mutation(
            ATTRIBUTION_RULES, "lost: float = 0.25", "lost: float = 0.3", "mixed-up predictions are not seen"
        ),
        Mutation(
            ATTRIBUTION_RULES, "errors: float = 3.89", "errors: float = 3.2", "chance is a link that was lost"
        ),
        Mutation(
            ATTRIBUTION_RULES, "factor: float = 1.25", "factor: float = 1.2", "growth is another factor"
        ),
        Mutation(
            ACCOUNT, "if harmful or not fall.one_version", "if harmful", "a new version is a fault of outputs"
        ),
        Mutation(
            ATTRIBUTION_RULES, "paired: int = 4", "paired: int = 1", "inputs that part are mixed-up rows"
        ),
        Mutation(
            OUTPUT_LINK,
            "cell for cell in ends if",
            "cell for cell in () if",
            "what crowds into a cell is mixed up",
        ),
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
    "tests/health/test_cause.py": (
        Mutation(CAUSE, "or run.first < first", "or run.first <= first", "answers are blamed for a column"),
    ),
    "tests/health/test_cause_limits.py": (
        Mutation(
            ATTRIBUTION_RULES,
            "worth_naming: float = 0.2",
            "worth_naming: float = 0.24",
            "a cause of a fifth of the fall is not named",
        ),
        Mutation(
            ATTRIBUTION_RULES,
            "every_row: float = 0.99",
            "every_row: float = 0.95",
            "the few sound rows are not compared with",
        ),
        Mutation(
            ATTRIBUTION_RULES,
            "predictions_moved: float = 0.001",
            "predictions_moved: float = 0.05",
            "a column that harms nothing is blamed",
        ),
        Mutation(ATTRIBUTION_RULES, "reach: int = 1", "reach: int = 2", "a fault of another time is blamed"),
        Mutation(
            ATTRIBUTION_RULES,
            "companions: int = 3",
            "companions: int = 4",
            "too many columns are named together",
        ),
        Mutation(
            ATTRIBUTION_RULES,
            "few: int = 5\n    level",
            "few: int = 6\n    level",
            "rows are priced like others",
        ),
        Mutation(
            ATTRIBUTION_RULES,
            "few: int = 5\n    level: float = 0.05",
            "few: int = 5\n    level: float = 0.2",
            "a mix that did not move has a cost",
        ),
        Mutation(
            ATTRIBUTION_RULES,
            "fault_level: float = 0.05",
            "fault_level: float = 0.2",
            "intervals of costs are too narrow",
        ),
        Mutation(
            CAUSE,
            "if low <= 0 or share < rules.cause.worth_naming",
            "if share < rules.cause.worth_naming",
            "a fault is blamed by chance",
        ),
        Mutation(
            MIX,
            "_between(w0, r0) / n0 + _between(w1, r0) / n1",
            "_between(w0, r0) / n0",
            "chance of the newest rows is forgotten",
        ),
        Mutation(
            SEGMENTS,
            "1 - rules.segments.level / 2 / max(len(now), 1)",
            "1 - rules.segments.level / 2",
            "no correction for many segments",
        ),
        Mutation(
            SEGMENTS,
            "past.variance + rest[1]) ** 0.5",
            "past.variance) ** 0.5",
            "the rest counts as known for certain",
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
    "tests/health/test_account.py": (
        Mutation(
            ACCOUNT, "return now - before,", "return now,", "rows that were broken before are forgotten"
        ),
        Mutation(ACCOUNT, "and rest.low > 0", "and rest.low > 1", "a version that took over is forgotten"),
        Mutation(ACCOUNT, "share * (r - peer)", "share * r", "rows are not held against the others"),
        Mutation(
            ACCOUNT,
            "return [line], mix.inside_variance + of_faults",
            "return [line], left",
            "what is left inside the cells is as unsure as the whole",
        ),
        Mutation(
            ACCOUNT,
            "value > max((line.value for line in lines), default=0.0)",
            "value > 0",
            "what is left is called the main cause beside a larger one",
        ),
        Mutation(
            ACCOUNT, "key=lambda line: -line.value", "key=lambda line: line.value", "the smallest cause leads"
        ),
    ),
    "tests/health/test_joint_mix.py": (
        Mutation(
            ATTRIBUTION_RULES,
            "level: float = 0.05\n    groups",
            "level: float = 0.2\n    groups",
            "columns that did not move are called moved",
        ),
        Mutation(
            MOVED,
            "* len(features) < rules.level",
            "< rules.level",
            "the level is not shared by all columns",
        ),
        Mutation(
            ATTRIBUTION_RULES, "few: int = 20", "few: int = 24", "values of enough rows are not told apart"
        ),
        Mutation(ATTRIBUTION_RULES, "few: int = 20", "few: int = 16", "rare values are told apart"),
        Mutation(
            ATTRIBUTION_RULES, "least: int = 200", "least: int = 240", "enough rows are priced from cells"
        ),
        Mutation(
            JOINT_MIX,
            "factorial(len(subset)) * ",
            "",
            "the parts of columns do not sum to the whole",
        ),
        Mutation(
            MIX_LINES,
            "certain(single) and apart <= rules.joint_mix.apart * abs(part.value)",
            "certain(single)",
            "columns that stand for each other are priced as if each had moved by itself",
        ),
        Mutation(
            MIX_LINES,
            "+ 2 * both[0, 1] / n",
            "",
            "what is left beside the mix is as unsure as both",
        ),
        Mutation(MIX_LINES, " or abs(change.value) <= half", "", "a mix is confirmed that costs nothing now"),
        Mutation(
            JOINT_MIX,
            "weights.sum() ** 2 / (weights**2).sum()",
            "len(weights) * 1.0",
            "weighted rows are worth as many unweighted ones",
        ),
    ),
    "tests/health/test_amounts.py": (
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
            DIRECT,
            "variance * known_tail + self.misfit.get(name, 0.0)",
            "variance * known_tail",
            "what the expectation misses is left out",
        ),
    ),
}
