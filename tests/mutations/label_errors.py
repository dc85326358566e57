"""Faults in the search for label errors: refusal, mixture, number of errors, order, change."""

from tests.mutations.mutation import Mutation

RULES = "core/label_errors/rules.py"
NOISE = "core/label_errors/label_noise.py"
LEARNT = "core/label_errors/recalibration.py"
AUDIT = "core/label_errors/audit.py"
SCALES = "core/label_errors/regression/standard_residuals.py"
MIXTURE = "core/label_errors/classification/mixture.py"

MUTATIONS = {
    "tests/label_errors/test_rules.py": (
        Mutation(RULES, "z: float = 2.33", "z: float = 0.0", "labels drawn by lot are searched"),
        Mutation(RULES, "z: float = 2.33", "z: float = 2.8", "models that know enough are refused"),
        Mutation(
            RULES,
            "least_knowledge: float = 0.02",
            "least_knowledge: float = 0.024",
            "models that know enough are refused",
        ),
        Mutation(
            MIXTURE,
            "np.asarray((strength * P + 1 / P.shape[1]) / (strength + 1))",
            "np.asarray(P)",
            "no smoothing: one model can be infinitely sure",
        ),
        Mutation(
            RULES, "strength: float = 30.0", "strength: float = 36.0", "few rows are smoothed too little"
        ),
        Mutation(
            RULES, "strength_many: float = 1000.0", "strength_many: float = 1200.0", "many rows: the same"
        ),
        Mutation(
            RULES, "few_rows: int = 20_000", "few_rows: int = 24_000", "many rows are smoothed like few"
        ),
        Mutation(RULES, "z: float = 5.0", "z: float = 4.0", "chance is called a changed world"),
        Mutation(RULES, "z: float = 5.0", "z: float = 6.0", "a changed world is not seen"),
        Mutation(
            RULES, "least_rise: float = 0.02", "least_rise: float = 0.016", "a rise too small to matter"
        ),
    ),
    "tests/label_errors/test_noise_rules.py": (
        Mutation(RULES, "anchor_share: float = 0.02", "anchor_share: float = 0.2", "doubt counts as error"),
        Mutation(
            RULES, "anchors: int = 30", "anchors: int = 36", "ordinary rows of small classes are anchors"
        ),
        Mutation(
            NOISE,
            "np.where(q[block] >= thresholds",
            "np.where(q[block] > thresholds",
            "a class's plain rows do not count",
        ),
    ),
    "tests/label_errors/test_recalibration.py": (
        Mutation(RULES, "offset: float = 1.0", "offset: float = 0.5", "answers weigh too little"),
        Mutation(RULES, "picked: float = 1.0", "picked: float = 0.1", "picked rows speak for all others"),
        Mutation(
            LEARNT, "errors_found + rng.binomial", "rng.binomial", "what was found is not in the interval"
        ),
        Mutation(LEARNT, "weights=~reviewed", "weights=reviewed", "answered rows are expected once more"),
        Mutation(LEARNT, "picked,\n", "~picked,\n", "drawn rows count as picked"),
    ),
    "tests/label_errors/test_audit.py": (
        Mutation(AUDIT, "(annotations.first > batch.known)", "True", "answered rows could still be drawn"),
        Mutation(AUDIT, "last[-1] + 1 if", "last[-1] if", "the last answer is lost"),
        Mutation(AUDIT, "hit[among & ~inside].sum() + ", "", "what was found before is forgotten"),
    ),
    "tests/label_errors/test_residual_rules.py": (
        Mutation(
            RULES,
            "least_evidence: float = 10.0",
            "least_evidence: float = 1.0",
            "ordinary noise has gross errors",
        ),
        Mutation(
            RULES, "trusted: float = 0.95", "trusted: float = 1.0", "a gross error decides who is trusted"
        ),
        Mutation(RULES, "wide: float = 6.0", "wide: float = 7.2", "errors of moderate size are missed"),
        Mutation(RULES, "far: float = 4.0", "far: float = 4.8", "a changed world is called an error"),
        Mutation(RULES, "near: float = 2.0", "near: float = 2.4", "an error is called a changed world"),
    ),
    "tests/label_errors/test_scales.py": (
        Mutation(RULES, "stretch: int = 300", "stretch: int = 3000", "models that expect too much are right"),
        Mutation(SCALES, "log_softmax(fits", "0 * (fits", "every other scale is another chance"),
    ),
    "tests/label_errors/test_search_rules.py": (
        Mutation(
            RULES, "interval: float = 0.9", "interval: float = 0.8", "intervals cover less than is said"
        ),
        Mutation(
            "core/label_errors/rank.py",
            "unsettled & suspicious",
            "unsettled & True",
            "a label as good as any is flagged",
        ),
        Mutation(RULES, "session: float = 100.0", "session: float = 80.0", "a session is flagged too short"),
    ),
    "tests/label_errors/test_rank.py": (
        Mutation("core/label_errors/rank.py", "(-then, -first", "(-then, first", "the worst comes first"),
    ),
    "tests/label_errors/test_drift.py": (
        Mutation(
            "core/label_errors/drift.py",
            "labels) & ~likelier",
            "labels)",
            "suspects count as a changed world",
        ),
    ),
    "tests/label_errors/test_folds.py": (
        Mutation(
            "core/label_errors/cv_splits.py",
            "np.abs(block - b) <= 1",
            "np.abs(block - b) <= 2",
            "models of another time judge a row",
        ),
    ),
    "tests/label_errors/test_impact.py": (
        Mutation(
            RULES, "floor: float = 0.5", "floor: float = 0.6", "the order forgets what a correction is worth"
        ),
        Mutation(
            "core/label_errors/impact.py",
            "moved[number, labels] - moved[number, suggested]",
            "moved[number, suggested] - moved[number, labels]",
            "the least useful correction is asked first",
        ),
    ),
}
