"""Faults in how tables are read: what is refused, left out, guessed."""

from tests.mutations.mutation import Mutation

CANONICAL = "core/tables/canonical.py"
CHUNKS = "core/tables/chunks.py"
LEFT_OUT = "core/tables/left_out.py"
COLUMNS = "core/tables/values/columns.py"
PROBABILITIES = "core/tables/values/probabilities.py"
OUTPUTS = "core/tables/values/model_outputs.py"
TIMES = "core/tables/values/timestamps.py"
CLASSES = "core/tables/values/classes.py"
GUESS = "core/tables/roles/guess.py"
FEATURES = "core/tables/roles/feature_guess.py"
HASH = "core/tables/values/content_hash.py"

MUTATIONS = {
    "tests/tables/test_boundaries.py": (
        Mutation(
            LEFT_OUT,
            "WRONG_SHARE = 0.05",
            "WRONG_SHARE = 0.06",
            "a file that is written otherwise is taken in",
        ),
        Mutation(
            LEFT_OUT,
            "wrong > max(1, WRONG_SHARE",
            "wrong >= max(1, WRONG_SHARE",
            "one wrong row refuses a file",
        ),
        Mutation(
            LEFT_OUT,
            "rows * HALF >= self._total",
            "rows * HALF > self._total",
            "a file with half of its rows empty is taken in",
        ),
        Mutation(
            CANONICAL,
            "NEW_CLASSES, NEW_SHARE = 5, 0.2",
            "NEW_CLASSES, NEW_SHARE = 6, 0.2",
            "another column passes as new classes",
        ),
        Mutation(
            CANONICAL,
            "NEW_CLASSES, NEW_SHARE = 5, 0.2",
            "NEW_CLASSES, NEW_SHARE = 5, 0.24",
            "another column passes as new classes",
        ),
        Mutation(CANONICAL, "MOST = 1e70", "MOST = 1e80", "an amount whose fourth power is no number"),
        Mutation(
            PROBABILITIES, "SUM_SLACK = 0.02", "SUM_SLACK = 0.024", "scores that do not add up are taken in"
        ),
        Mutation(PROBABILITIES, "EDGE = 1e-6", "EDGE = 1e-5", "scores beyond 1 are clipped as rounding"),
        Mutation(
            PROBABILITIES,
            "FAR, MANY = 0.01, 0.05",
            "FAR, MANY = 0.012, 0.05",
            "scores of another scale are taken in",
        ),
        Mutation(
            PROBABILITIES,
            "FAR, MANY = 0.01, 0.05",
            "FAR, MANY = 0.01, 0.06",
            "scores of another scale are taken in",
        ),
        Mutation(
            PROBABILITIES,
            "far.nunique() <= FEW_ODD",
            "far.nunique() <= FEW_ODD + 1",
            "scores of another scale are taken in",
        ),
        Mutation(
            PROBABILITIES,
            "by_class[other] = 1 - next",
            "by_class[other] = next",
            "the other class is as likely",
        ),
        Mutation(OUTPUTS, "SLACK = 0.02", "SLACK = 0.024", "outputs that are no probabilities pass"),
        Mutation(COLUMNS, "MOSTLY = 0.95", "MOSTLY = 0.9", "texts with some numbers are numbers"),
        Mutation(
            COLUMNS,
            "numbers.nunique() > MANY_VALUES",
            "numbers.nunique() >= MANY_VALUES",
            "codes of classes are numbers",
        ),
        Mutation(
            CHUNKS, "ENOUGH_ROWS = 200", "ENOUGH_ROWS = 160", "chunks too small to be measured are chosen"
        ),
        Mutation(CHUNKS, "MANY_CHUNKS = 60", "MANY_CHUNKS = 72", "more chunks than anybody looks at"),
        Mutation(
            CHUNKS,
            "return first, first + int(chunk)",
            "return first, first + int(chunk) - 1",
            "a chunk ends a row early",
        ),
        Mutation(
            TIMES,
            "EPOCH_FIRST, EPOCH_AFTER = 1e8, 1e10",
            "EPOCH_FIRST, EPOCH_AFTER = 1.2e8, 1e10",
            "epochs of 1973 are no dates",
        ),
        Mutation(
            TIMES,
            "(times < FIRST) | (times >= AFTER)",
            "(times < FIRST) | (times > AFTER)",
            "the first moment of 2300 is a date",
        ),
        Mutation(CLASSES, "TOO_MANY = 500", "TOO_MANY = 600", "amounts are called classes"),
        Mutation(
            GUESS,
            "FEW_AMOUNTS, MANY_AMOUNTS = 20, 100",
            "FEW_AMOUNTS, MANY_AMOUNTS = 24, 100",
            "amounts are called classes",
        ),
        Mutation(
            GUESS,
            "FEW_AMOUNTS, MANY_AMOUNTS = 20, 100",
            "FEW_AMOUNTS, MANY_AMOUNTS = 20, 120",
            "nobody is asked, or too often",
        ),
        Mutation(
            FEATURES, "IN_ORDER = 0.99", "IN_ORDER = 0.95", "an input that grows is dropped as a counter"
        ),
        Mutation(
            FEATURES,
            "FEWEST_COUNTED, MANY_ROWS = 50",
            "FEWEST_COUNTED, MANY_ROWS = 60",
            "a counter is learnt from",
        ),
        Mutation(FEATURES, "FEW_VALUES = 8", "FEW_VALUES = 9", "health is told by a column of many values"),
        Mutation(FEATURES, "UNIQUE_SHARE = 0.5", "UNIQUE_SHARE = 0.6", "names are learnt from"),
        Mutation(FEATURES, "LONG_TEXT = 40", "LONG_TEXT = 48", "a text is called a name"),
        Mutation(
            "core/tables/roles/multi_label.py",
            "RECURRING = 0.8",
            "RECURRING = 0.96",
            "several labels are called one class",
        ),
        Mutation(
            "core/tables/roles/label_guess.py",
            "MOST_CLASSES = 50",
            "MOST_CLASSES = 60",
            "amounts are offered as the label",
        ),
    ),
    "tests/tables/test_outputs.py": (
        Mutation(OUTPUTS, "values > 1 / PAIR", "values >= 1 / PAIR", "half is yes"),
    ),
    "tests/tables/test_chunks.py": (
        Mutation(CHUNKS, "timedelta(days=7)", "timedelta(days=6)", "a week has six days"),
    ),
    "tests/tables/test_content.py": (
        Mutation(HASH, "EXACT_WHOLE = 2**53", "EXACT_WHOLE = 2**54", "two large ids count as one"),
    ),
}
