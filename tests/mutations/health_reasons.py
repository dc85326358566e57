"""Faults in why it fell: causes, the account, the moved mix, outputs that no longer fit."""

from tests.mutations.mutation import Mutation

ATTRIBUTION_RULES = "core/health/rules/attribution.py"
RECENT = "core/health/recent.py"
CAUSE = "core/health/attribution/cause.py"
MIX = "core/health/attribution/mix.py"
SEGMENTS = "core/health/attribution/segments.py"
ACCOUNT = "core/health/attribution/account.py"
JOINT_MIX = "core/health/attribution/joint_mix.py"
MIX_LINES = "core/health/attribution/mix_lines.py"
MOVED = "core/health/attribution/moved_columns.py"
OUTPUT_LINK = "core/health/attribution/output_link.py"

MUTATIONS = {
    "tests/health/test_assess.py": (
        Mutation(
            RECENT, "its[: findings.rules.now.chunks])", "its)", "a version is blamed for what came later"
        ),
        Mutation(
            RECENT, "if start else not alarm.is_worse", "if start else alarm.is_worse", "blamed if sound"
        ),
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
            "cell for cell in inside if",
            "cell for cell in () if",
            "what crowds into a cell is mixed up",
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
        Mutation(ATTRIBUTION_RULES, "more: float = 0.25", "more: float = 0.22", "a little more is a place"),
        Mutation(ATTRIBUTION_RULES, "more: float = 0.25", "more: float = 0.28", "a quarter more is none"),
        Mutation(
            SEGMENTS,
            "past.variance + rest[1]) ** 0.5",
            "past.variance) ** 0.5",
            "the rest counts as known for certain",
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
}
