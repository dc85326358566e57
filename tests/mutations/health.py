"""Faults in health: alarms, faults of columns, drift, dates, what is estimated and what is named."""

from tests.mutations.mutation import Mutation

ALARM = "core/health/change/alarm.py"
FAULTS = "core/health/change/faults.py"
DRIFT = "core/health/change/drift.py"
RULES = "core/health/rules.py"

MUTATIONS = {
    "tests/health/test_boundaries.py": (
        Mutation(
            RULES, "floor: float = 0.5", "floor: float = 0.0", "no floor under the variance between chunks"
        ),
        Mutation(
            RULES, "floor: float = 0.5", "floor: float = 0.6", "small falls pass as variation of chunks"
        ),
        Mutation(RULES, "limit: float = 2.9", "limit: float = 2.32", "false alarms five times as often"),
        Mutation(RULES, "limit: float = 2.9", "limit: float = 3.48", "falls are found too late"),
        Mutation(RULES, "weight: float = 0.3", "weight: float = 0.36", "the newest chunk weighs too much"),
        Mutation(
            ALARM, "level >= tolerance", "level >= 1.2 * tolerance", "more is tolerated than a person chose"
        ),
        Mutation(
            ALARM,
            "own_variance / weight_sum**2 + base.shared",
            "own_variance / weight_sum**2",
            "the reference period counts as known for certain",
        ),
        Mutation(
            RULES, "usual: float = 0.9", "usual: float = 0.95", "a value that was usual is called stuck"
        ),
        Mutation(RULES, "impossible: float = 1e-6", "impossible: float = 1e-3", "few alike rows are stuck"),
        Mutation(RULES, "floor: float = 0.1", "floor: float = 0.12", "drift is said too late"),
        Mutation(RULES, "floor: float = 0.1", "floor: float = 0.08", "smaller moves are called drift"),
        Mutation(RULES, "plausible: float = 3.841", "plausible: float = 2.5", "the date is surer than it is"),
        Mutation(RULES, "certain: float = 6.635", "certain: float = 5.308", "quiet series are given a date"),
        Mutation(RULES, "certain: float = 6.635", "certain: float = 7.962", "falls are given no date"),
        Mutation(RULES, "slack: float = 0.5", "slack: float = 0.6", "small falls are forgotten"),
        Mutation(
            RULES, "decision: float = 5.0", "decision: float = 4.0", "noise counts as a fall that ended"
        ),
        Mutation(RULES, "ceiling: float = 2.0", "ceiling: float = 20.0", "a long fall hides its recovery"),
        Mutation(
            RULES, "factor: float = 8.0", "factor: float = 9.6", "a changed unit is called out of range"
        ),
    ),
    "tests/health/test_alarm.py": (
        Mutation(
            ALARM,
            "heterogeneity - (len(measured) - 1)",
            "heterogeneity - len(measured)",
            "chunks seem to differ by less than they do",
        ),
        Mutation(
            ALARM,
            "sign * (base.value - chunk.value)",
            "base.value - chunk.value",
            "a growing error looks good",
        ),
    ),
    "tests/health/test_limits.py": (
        Mutation(
            RULES, "missing: float = 0.05", "missing: float = 0.15", "a tenth of a column may go missing"
        ),
        Mutation(RULES, "missing: float = 0.05", "missing: float = 0.06", "less is said of missing values"),
        Mutation(
            RULES,
            "unseen: float = 0.02\n    moved",
            "unseen: float = 0.024\n    moved",
            "new values are said too late",
        ),
        Mutation(
            RULES, "moved: float = 0.2", "moved: float = 0.24", "numbers out of range are said too late"
        ),
        Mutation(
            RULES, "no_score: float = 0.02", "no_score: float = 0.024", "lost answers are said too late"
        ),
        Mutation(RULES, "level: float = 1e-4", "level: float = 1e-2", "chance makes faults"),
        Mutation(
            FAULTS, "bdtrc(bad - 1, n, upper)", "bdtrc(bad, n, upper)", "the rows themselves do not count"
        ),
        Mutation(RULES, "upper: float = 0.999", "upper: float = 0.5", "few reference rows count as certain"),
        Mutation(RULES, "spread: int = 6", "spread: int = 7", "numbers that huddle together are not seen"),
        Mutation(
            FAULTS, "if n < rules.enough or not past.sum()", "if not past.sum()", "few rows are one class"
        ),
        Mutation(RULES, "level: float = 0.01", "level: float = 0.05", "chance is called drift"),
        Mutation(
            RULES,
            "unseen: float = 0.02\n    of_",
            "unseen: float = 0.024\n    of_",
            "new values are no drift",
        ),
        Mutation(RULES, "needed: int = 2", "needed: int = 1", "one odd chunk is called drift"),
        Mutation(RULES, "alike: float = 0.25", "alike: float = 0.3", "another shape is called another unit"),
    ),
    "tests/health/test_drift.py": (
        Mutation(DRIFT, "np.sqrt(max(0.0, squared - bias))", "np.sqrt(squared)", "small chunks seem to move"),
    ),
}
