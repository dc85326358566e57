"""Faults in what is said of predictions and labels: whether they fit, and whether labels are wrong."""

from tests.mutations.mutation import Mutation

PROMISE = "core/health/performance/promise.py"
CHANGE_RULES = "core/health/rules/change.py"
ASSESS = "core/health/assess.py"
LABEL_FIT = "core/health/change/fit/labels.py"
OUTPUT_FIT = "core/health/change/fit/predictions.py"
FAULTS_RULES = "core/health/rules/faults.py"
REVIEWED = "core/health/attribution/reviewed_labels.py"
REVIEW_RULES = "core/health/rules/review.py"

MUTATIONS = {
    "tests/health/test_promise.py": (
        Mutation(
            PROMISE, "- (actual0 - promised0)", "- 0.0 * (actual0 - promised0)", "how scores always were"
        ),
        Mutation(CHANGE_RULES, "promise: float = 0.01", "promise: float = 0.1", "chance breaks promises"),
        Mutation(CHANGE_RULES, "promise: float = 0.01", "promise: float = 0.005", "promises break too late"),
        Mutation(PROMISE, "- (actual - promised) ** 2", "+ 1.0", "what came is as unsure as can be"),
    ),
    "tests/health/test_label_fit.py": (
        Mutation(FAULTS_RULES, "apart: float = 0.1", "apart: float = 0.2", "early labels are believed"),
        Mutation(FAULTS_RULES, "apart: float = 0.1", "apart: float = 0.05", "rows may hardly differ"),
        Mutation(
            FAULTS_RULES, "apart_errors: float = 3.89", "apart_errors: float = 1.0", "chance is a selection"
        ),
        Mutation(
            FAULTS_RULES,
            "uncovered: float = 0.1",
            "uncovered: float = 0.0",
            "a few labels that are missing make a fault",
        ),
        Mutation(
            LABEL_FIT,
            "chunk.n - chunk.young, before",
            "chunk.n - chunk.pending, before",
            "a label that may still come is never late",
        ),
        Mutation(
            ASSESS,
            "*faults.runs(labels, due)]",
            "*faults.runs(labels, [profile.n for profile in log])]",
            "rows without a label that is due make labels right again",
        ),
        Mutation(
            LABEL_FIT,
            "_apart(known, unknown, usually, rules)",
            "_apart(known, unknown, 0.5, rules)",
            "what the reference period does as well is a fault",
        ),
        Mutation(
            LABEL_FIT,
            "before.scores[at, state], 0.5, rules)",
            "before.scores[at, state], 9.0, rules)",
            "an honest shift of the classes is a fault",
        ),
        Mutation(LABEL_FIT, "few and at < complete", "few", "labels that may still come are missed"),
    ),
    "tests/health/test_prediction_fit.py": (
        Mutation(
            FAULTS_RULES,
            "against: float = 3.29",
            "against: float = 2.0",
            "scores that say nothing are turned",
        ),
        Mutation(OUTPUT_FIT, "> 1 / 2 > ranks", "> 0.0 < 1 - ranks", "scores that still rank are turned"),
        Mutation(
            FAULTS_RULES,
            "decisions: float = 0.02",
            "decisions: float = 0.1",
            "one decision in twenty may leave the threshold",
        ),
        Mutation(
            OUTPUT_FIT,
            "int(now[past == least].min())",
            "int(now.min())",
            "another threshold is no other decision",
        ),
        Mutation(
            OUTPUT_FIT,
            "if absent and (continues or are.sum() < rules.enough):",
            "if absent:",
            "a class that left the world is a fault of the model",
        ),
    ),
    "tests/health/test_reviewed_labels.py": (
        Mutation(
            REVIEWED,
            "return self.now.excused_errors(), self.before.excused_errors(-1.0)",
            "return (self.now.excused_errors(),)",
            "labels that were wrong before as well are blamed",
        ),
        Mutation(
            REVIEWED, "part.looked, part.excused", "part.looked, part.wrong", "errors of both are excused"
        ),
        Mutation(REVIEW_RULES, "most: float = 0.5", "most: float = 0.6", "labels are no cause too soon"),
        Mutation(REVIEW_RULES, "differ: int = 24", "differ: int = 8", "flipped labels are not found"),
    ),
}
