"""Faults in what tells a change: alarms, faults of columns, drift, dates, seasons."""

from tests.mutations.mutation import Mutation

ALARM = "core/health/change/alarm.py"
BETWEEN = "core/health/change/between.py"
DRIFT = "core/health/change/drift.py"
FAULTS = "core/health/change/faults.py"
CHANCE = "core/health/change/chance.py"
CHANGE_RULES = "core/health/rules/change.py"
COUNTING_RULES = "core/health/rules/counting.py"
FAULTS_RULES = "core/health/rules/faults.py"
CONFIDENCE = "core/health/tasks/confidence.py"

STRATA = "core/health/profiles/strata.py"
POST_STRATIFIED = "core/health/tasks/post_stratified.py"
RECORD = "core/health/tasks/record.py"
FEW_LABELS = "core/health/tasks/few_labels.py"
REACH = "core/health/tasks/reach.py"

MUTATIONS = {
    "tests/health/test_few_labels.py": (
        Mutation(COUNTING_RULES, "few: int = 50", "few: int = 51", "labels are thought too few to help"),
        Mutation(COUNTING_RULES, "part: float = 0.5", "part: float = 0.6", "they help where they need none"),
        Mutation(
            FEW_LABELS, "(1 - n / rows)", "1.0", "labels are thought to be drawn from endlessly many rows"
        ),
        Mutation(FEW_LABELS, "weight * moved", "moved", "an expectation that does not hold is believed"),
    ),
    "tests/health/test_reach.py": (
        Mutation(COUNTING_RULES, "beyond: float = 0.1", "beyond: float = 0.11", "more rows may lie beyond"),
        Mutation(REACH, "most.low > rules.beyond", "most.share > rules.beyond", "chance decides"),
        Mutation(
            REACH,
            "if not before[cell]",
            "if cell >= 0",
            "rare categories are thought unseen",
        ),
    ),
    "tests/health/test_post_stratified.py": (
        Mutation(COUNTING_RULES, "in_leaf=1000", "in_leaf=1001", "strata of 1,000 rows are not told apart"),
        Mutation(COUNTING_RULES, "for_leaf=1000", "for_leaf=1001", "there are fewer strata than rows allow"),
        Mutation(COUNTING_RULES, "record: int = 5", "record: int = 4", "four chunks choose an estimate"),
        Mutation(COUNTING_RULES, "margin: float = 1.0", "margin: float = 0.9", "chance chooses an estimate"),
        Mutation(RECORD, "other.value", "value.value", "estimates that contradict each other are relied on"),
        Mutation(POST_STRATIFIED, "place[::-1]", "place", "rows predicted negative take another's residual"),
        Mutation(POST_STRATIFIED, "beyond + _levels(beyond, counts)", "beyond", "strata rank too badly"),
    ),
    "tests/health/test_strata.py": (
        Mutation(COUNTING_RULES, "in_leaf: int = 20", "in_leaf: int = 21", "small groups are not told apart"),
        Mutation(
            COUNTING_RULES,
            "for_leaf: int = 50",
            "for_leaf: int = 51",
            "there are fewer groups than rows allow",
        ),
        Mutation(
            STRATA,
            "np.column_stack([np.abs(errors), errors])",
            "np.column_stack([np.abs(errors)])",
            "rows that err in opposite directions are thought alike",
        ),
        Mutation(
            STRATA,
            "np.where(np.isnan(rows.predictions), strata.size, places)",
            "places",
            "rows without a prediction are counted in a group",
        ),
    ),
    "tests/health/test_alarm_limits.py": (
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
        Mutation(CHANGE_RULES, "limit: float = 3.2", "limit: float = 3.1", "a slow fall is called by chance"),
        Mutation(CHANGE_RULES, "limit: float = 3.2", "limit: float = 3.3", "falls are found too late"),
        Mutation(
            CHANGE_RULES, "weight: float = 0.3", "weight: float = 0.36", "the newest chunk weighs too much"
        ),
        Mutation(CHANGE_RULES, "sudden: float = 3.25", "sudden: float = 3.15", "one odd chunk is an alarm"),
        Mutation(CHANGE_RULES, "sudden: float = 3.25", "sudden: float = 3.35", "a collapse is called later"),
        Mutation(CHANGE_RULES, "pair: float = 3.0", "pair: float = 2.9", "two odd chunks are an alarm"),
        Mutation(CHANGE_RULES, "pair: float = 3.0", "pair: float = 3.1", "500 rows need a third chunk"),
        Mutation(
            ALARM,
            "(self.variance + other.variance) / 4",
            "(self.variance + other.variance) / 2",
            "two chunks are as unsure as one",
        ),
        Mutation(
            ALARM,
            "(variance / between) ** 2",
            "(variance / between)",
            "what rows alone explain counts as hardly known",
        ),
        Mutation(
            ALARM,
            "keep**2 * self._chunks + weight**2",
            "keep * self._chunks + weight",
            "the mean of many is as unsure as one",
        ),
        Mutation(ALARM, "quiet=not alarm", "quiet=True", "a fall is learnt as what chunks differ by"),
        Mutation(CHANGE_RULES, "prior: float = 6.0", "prior: float = 4.0", "three odd chunks hide a fall"),
        Mutation(
            CHANGE_RULES,
            "prior: float = 6.0",
            "prior: float = 8.0",
            "reference chunks hardly count",
        ),
        Mutation(
            BETWEEN,
            "- chunk.variance - before.variance) / 2",
            "- chunk.variance) / 2",
            "chance counts as variation of chunks",
        ),
        Mutation(BETWEEN, "NEIGHBOURS = 2 / 3", "NEIGHBOURS = 1", "neighbours share nothing"),
        Mutation(
            ALARM, "loss >= tolerance", "loss >= 1.2 * tolerance", "more is tolerated than a person chose"
        ),
        Mutation(
            ALARM,
            "self.variance + base.variance + part",
            "self.variance + part",
            "the reference period counts as known for certain",
        ),
    ),
    "tests/health/test_boundaries.py": (
        Mutation(CHANGE_RULES, "gradual: float = 10.83", "gradual: float = 8.66", "steps are called gradual"),
        Mutation(CHANGE_RULES, "gradual: float = 10.83", "gradual: float = 13.0", "slopes are called steps"),
        Mutation(CHANGE_RULES, "at_once: float = 6.635", "at_once: float = 5.5", "slopes begin too late"),
        Mutation(CHANGE_RULES, "at_once: float = 6.635", "at_once: float = 8.0", "steps begin too early"),
        Mutation(
            "core/health/change/onset.py",
            "(at_once > 0) & (later > 0)",
            "at_once > 0",
            "a step that recovers is taken for one that goes on",
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
            CHANCE, "bdtrc(bad - 1, n, upper)", "bdtrc(bad, n, upper)", "the rows themselves do not count"
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
        Mutation(DRIFT, "np.maximum(0.0, squared - bias)", "squared", "small chunks seem to move"),
        Mutation(DRIFT, "bool(far and chi", "bool(far or chi", "small moves are said"),
        Mutation(DRIFT, "sum(moves) >= rules", "sum(moves) > rules", "answers must move three times"),
    ),
}
