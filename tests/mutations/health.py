"""Faults in health: alarms, faults of columns, drift, dates, what is estimated and what is named."""

from tests.mutations.mutation import Mutation

ALARM = "core/health/change/alarm.py"
BETWEEN = "core/health/change/between.py"
DRIFT = "core/health/change/drift.py"
SEASONS = "core/health/change/seasons.py"
CLOCKS = "core/health/change/clocks.py"
FAULTS = "core/health/change/faults.py"
ATTRIBUTION_RULES = "core/health/rules/attribution.py"
CHANGE_RULES = "core/health/rules/change.py"
COUNTING_RULES = "core/health/rules/counting.py"
FAULTS_RULES = "core/health/rules/faults.py"
SEASON_RULES = "core/health/rules/season.py"
VERDICT_RULES = "core/health/rules/verdict.py"
CAUSE = "core/health/attribution/cause.py"
MIX = "core/health/attribution/mix.py"
SEGMENTS = "core/health/attribution/segments.py"
GUARDS = "core/health/change/guards.py"
CONFIDENCE = "core/health/tasks/confidence.py"
ACCOUNT = "core/health/attribution/account.py"
DIRECT = "core/health/tasks/direct_loss.py"
VERDICT = "core/health/report/verdict.py"

MUTATIONS = {
    "tests/health/test_boundaries.py": (
        Mutation(
            CHANGE_RULES,
            "floor: float = 0.5",
            "floor: float = 0.0",
            "no floor under the variance between chunks",
        ),
        Mutation(
            CHANGE_RULES,
            "floor: float = 0.5",
            "floor: float = 0.6",
            "small falls pass as variation of chunks",
        ),
        Mutation(
            CHANGE_RULES, "limit: float = 2.9", "limit: float = 2.32", "false alarms five times as often"
        ),
        Mutation(CHANGE_RULES, "limit: float = 2.9", "limit: float = 3.48", "falls are found too late"),
        Mutation(
            CHANGE_RULES, "weight: float = 0.3", "weight: float = 0.36", "the newest chunk weighs too much"
        ),
        Mutation(CHANGE_RULES, "sudden: float = 3.1", "sudden: float = 2.5", "one odd chunk is an alarm"),
        Mutation(CHANGE_RULES, "sudden: float = 3.1", "sudden: float = 3.7", "a collapse is called later"),
        Mutation(
            ALARM,
            "(last[1] + newest[1]) / 4",
            "(last[1] + newest[1]) / 2",
            "two chunks are as unsure as one",
        ),
        Mutation(ALARM, "quiet=not alarm", "quiet=True", "a fall is learnt as what chunks differ by"),
        Mutation(CHANGE_RULES, "prior: float = 2.0", "prior: float = 0.0", "three odd chunks hide a fall"),
        Mutation(
            CHANGE_RULES,
            "prior: float = 2.0",
            "prior: float = 4.0",
            "reference chunks hardly count",
        ),
        Mutation(
            BETWEEN,
            "- chunk.variance - before.variance) / 2",
            "- chunk.variance) / 2",
            "chance counts as variation of chunks",
        ),
        Mutation(BETWEEN, "NEIGHBOURS = 2 / 3", "NEIGHBOURS = 1", "neighbours share nothing"),
        Mutation(CHANGE_RULES, "gradual: float = 10.83", "gradual: float = 8.66", "steps are called gradual"),
        Mutation(CHANGE_RULES, "gradual: float = 10.83", "gradual: float = 13.0", "slopes are called steps"),
        Mutation(
            ALARM, "loss >= tolerance", "loss >= 1.2 * tolerance", "more is tolerated than a person chose"
        ),
        Mutation(
            ALARM,
            "limit * (variance + shared) ** 0.5",
            "limit * variance**0.5",
            "the reference period counts as known for certain",
        ),
        Mutation(
            FAULTS_RULES,
            "usual: float = 0.9",
            "usual: float = 0.95",
            "a value that was usual is called stuck",
        ),
        Mutation(
            FAULTS_RULES, "impossible: float = 1e-6", "impossible: float = 1e-3", "few alike rows are stuck"
        ),
        Mutation(
            FAULTS_RULES,
            "factor: float = 8.0",
            "factor: float = 9.6",
            "a changed unit is called out of range",
        ),
        Mutation(
            CONFIDENCE,
            "drawn = rng.poisson(counts, (rules.replicates, *counts.shape))",
            "drawn = np.broadcast_to(counts, (rules.replicates, *counts.shape))",
            "the calibration's own variance is left out",
        ),
        Mutation(
            COUNTING_RULES, "ends: float = 0.5", "ends: float = 0.001", "no error so far is no error ever"
        ),
        Mutation(
            COUNTING_RULES, "ends: float = 0.5", "ends: float = 2.0", "bands of good models are far too wide"
        ),
    ),
    "tests/health/test_limits.py": (
        Mutation(CHANGE_RULES, "floor: float = 0.1", "floor: float = 0.12", "drift is said too late"),
        Mutation(CHANGE_RULES, "floor: float = 0.1", "floor: float = 0.08", "smaller moves are called drift"),
        Mutation(
            CHANGE_RULES, "plausible: float = 3.841", "plausible: float = 2.5", "the date is surer than it is"
        ),
        Mutation(
            CHANGE_RULES, "certain: float = 6.635", "certain: float = 5.308", "quiet series are given a date"
        ),
        Mutation(CHANGE_RULES, "certain: float = 6.635", "certain: float = 7.962", "falls are given no date"),
        Mutation(CHANGE_RULES, "slack: float = 0.5", "slack: float = 0.6", "small falls are forgotten"),
        Mutation(
            CHANGE_RULES,
            "decision: float = 5.0",
            "decision: float = 4.0",
            "noise counts as a fall that ended",
        ),
        Mutation(
            CHANGE_RULES, "ceiling: float = 2.0", "ceiling: float = 20.0", "a long fall hides its recovery"
        ),
        Mutation(
            FAULTS_RULES,
            "missing: float = 0.05",
            "missing: float = 0.15",
            "a tenth of a column may go missing",
        ),
        Mutation(
            FAULTS_RULES, "missing: float = 0.05", "missing: float = 0.06", "less is said of missing values"
        ),
        Mutation(
            FAULTS_RULES,
            "unseen: float = 0.02\n    moved",
            "unseen: float = 0.024\n    moved",
            "new values are said too late",
        ),
        Mutation(
            FAULTS_RULES,
            "moved: float = 0.2",
            "moved: float = 0.24",
            "numbers out of range are said too late",
        ),
        Mutation(
            FAULTS_RULES,
            "no_score: float = 0.02",
            "no_score: float = 0.024",
            "lost answers are said too late",
        ),
        Mutation(FAULTS_RULES, "level: float = 1e-4", "level: float = 1e-2", "chance makes faults"),
        Mutation(
            FAULTS, "bdtrc(bad - 1, n, upper)", "bdtrc(bad, n, upper)", "the rows themselves do not count"
        ),
        Mutation(
            FAULTS_RULES, "upper: float = 0.999", "upper: float = 0.5", "few reference rows count as certain"
        ),
        Mutation(
            FAULTS_RULES, "spread: int = 6", "spread: int = 7", "numbers that huddle together are not seen"
        ),
        Mutation(
            FAULTS, "if n < rules.enough or not past.sum()", "if not past.sum()", "few rows are one class"
        ),
        Mutation(CHANGE_RULES, "level: float = 0.01", "level: float = 0.05", "chance is called drift"),
        Mutation(
            CHANGE_RULES,
            "unseen: float = 0.02\n    of_",
            "unseen: float = 0.024\n    of_",
            "new values are no drift",
        ),
        Mutation(CHANGE_RULES, "needed: int = 2", "needed: int = 1", "one odd chunk is called drift"),
        Mutation(
            FAULTS_RULES, "alike: float = 0.25", "alike: float = 0.3", "another shape is called another unit"
        ),
    ),
    "tests/health/test_alarm.py": (
        Mutation(
            BETWEEN,
            "heterogeneity - (len(chunks) - 1)",
            "heterogeneity - len(chunks)",
            "chunks seem to differ by less than they do",
        ),
        Mutation(
            ALARM,
            "sign * (base.value - chunk.value)",
            "base.value - chunk.value",
            "a growing error looks good",
        ),
    ),
    "tests/health/test_drift.py": (
        Mutation(DRIFT, "np.sqrt(max(0.0, squared - bias))", "np.sqrt(squared)", "small chunks seem to move"),
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
            "labels: int = 2000",
            "labels: int = 2400",
            "labels that nobody gives are asked for",
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
        Mutation(ACCOUNT, "share * (r - peer)", "share * r", "rows are not held against the others"),
        Mutation(
            ACCOUNT,
            "rest = mix.inside_variance + spread - variance",
            "rest = spread",
            "what is left inside the cells is as unsure as the whole",
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
    "tests/health/test_seasons.py": (
        Mutation(SEASON_RULES, "enough: int = 3", "enough: int = 2", "two Sundays make a Sunday"),
        Mutation(SEASON_RULES, "enough: int = 3", "enough: int = 4", "a month has too few Sundays"),
        Mutation(SEASON_RULES, "level: float = 0.01", "level: float = 0.05", "accident makes a pattern"),
        Mutation(SEASON_RULES, "level: float = 0.01", "level: float = 0.008", "patterns are overlooked"),
        Mutation(SEASON_RULES, "least: float = 0.05", "least: float = 0.04", "a pattern of nothing is said"),
        Mutation(
            SEASON_RULES, "least: float = 0.05", "least: float = 0.06", "patterns below the floor count"
        ),
        Mutation(SEASON_RULES, "week: int = 5", "week: int = 4", "four days leave three without drift"),
        Mutation(SEASON_RULES, "week: int = 5", "week: int = 6", "unknown weekends are called drift"),
        Mutation(SEASON_RULES, "order: float = 0.8", "order: float = 0.78", "a trend is called a clock"),
        Mutation(SEASON_RULES, "order: float = 0.8", "order: float = 0.82", "dates are called drift"),
        Mutation(SEASON_RULES, "differ: float = 0.25", "differ: float = 0.2", "a few rows make a clock"),
        Mutation(SEASON_RULES, "differ: float = 0.25", "differ: float = 0.3", "years are called drift"),
        Mutation(SEASON_RULES, "often: float = 0.5", "often: float = 0.25", "one odd chunk hides drift"),
        Mutation(SEASON_RULES, "often: float = 0.5", "often: float = 0.55", "day numbers are called drift"),
        Mutation(
            SEASONS,
            "max(inside / max(inside_df, 1), 1.0)",
            "1.0",
            "days that differ by accident make a pattern",
        ),
        Mutation(
            SEASONS,
            "far.get(kind, max(far.values()))",
            "max(far.values())",
            "a Monday is allowed what a Sunday is",
        ),
        Mutation(
            DRIFT,
            "rules.floor + (surplus or {}).get(name, 0.0)",
            "rules.floor",
            "a week that is hardly known is called drift",
        ),
        Mutation(DRIFT, "if move.comparable:", "if move:", "weekends that nobody knows count as quiet"),
        Mutation(CLOCKS, "else rows[:, :-1]", "else rows", "dates that are not listed count as one value"),
    ),
}
