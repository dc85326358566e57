"""Faults in what Health says of rows, time and scores, made by hand."""

from tests.mutations.mutation import Mutation

ROWS = "core/health/change/rows_and_time.py"
RULES = "core/health/rules/rows.py"
SCORES = "core/health/change/fit/scores.py"
NOTES = "core/health/report/verdict_notes.py"
VERDICT_RULES = "core/health/rules/verdict.py"
COPIED = "core/health/change/fit/copied.py"
FAULT_RULES = "core/health/rules/faults.py"

MUTATIONS = {
    "tests/health/test_copied_labels.py": (
        Mutation(COPIED, "max(right, _promised_right(chunk))", "right", "easy cases are copies"),
        Mutation(COPIED, "max(right, _promised", "min(right, _promised", "copies are believed"),
        Mutation(COPIED, "if right and excludes_chance", "if not excludes_chance", "who is sure is a copy"),
        Mutation(VERDICT_RULES, "doubted: float = 3.0", "doubted: float = 2.5", "a small gain is doubted"),
        Mutation(VERDICT_RULES, "doubted: float = 3.0", "doubted: float = 3.5", "a gain is not doubted"),
        Mutation(NOTES, "or signal.high >= 0", "", "a gain by chance is doubted"),
        Mutation(COPIED, "1 - size**2", "1 + size**2", "amounts that are copies are believed"),
    ),
    "tests/health/test_score_fit.py": (
        Mutation(FAULT_RULES, "cut: float = 0.02", "cut: float = 0.018", "a thin tail is called a cut"),
        Mutation(FAULT_RULES, "cut: float = 0.02", "cut: float = 0.024", "a cut of a fiftieth is not seen"),
        Mutation(FAULT_RULES, "edge: float = 0.1", "edge: float = 1.0", "easier cases are called a cut"),
        Mutation(SCORES, "share < 1 and ", "share >= 1 or ", "scores below all that were seen are no cut"),
        Mutation(SCORES, "max(2, 1 -", "max(2, 0 -", "a score of rare events is said with one digit"),
        Mutation(FAULT_RULES, "beyond: float = 0.01", "beyond: float = 0.005", "a hair is called a cut"),
        Mutation(FAULT_RULES, "beyond: float = 0.01", "beyond: float = 0.015", "a hundredth is not seen"),
        Mutation(SCORES, "if upper else first", "if upper else last", "a floor is not seen"),
    ),
    "tests/health/test_rows_and_time.py": (
        Mutation(ROWS, "(len(rows) + empty)", "len(rows)", "days without a row seem to be a gap"),
        Mutation(
            ROWS, "_chance_of_none(rows, sum(others), chunks)", "_chance_of_none(rows, 0, chunks)", "so"
        ),
        Mutation(RULES, "usual: float = 0.9", "usual: float = 0.7", "weekends are gaps"),
        Mutation(RULES, "longer: float = 2.0", "longer: float = 1.0", "a long weekend is a gap"),
        Mutation(RULES, "longer: float = 2.0", "longer: float = 3.0", "a gap of five days is usual"),
        Mutation(RULES, "late: int = 2", "late: int = 1", "a delivery that is late ends the log"),
        Mutation(RULES, "late: int = 2", "late: int = 3", "a log that has ended goes on"),
        Mutation(RULES, "level: float = 1e-4", "level: float = 1e-3", "what varied before is missing"),
        Mutation(RULES, "level: float = 1e-4", "level: float = 1e-5", "missing rows vary"),
        Mutation(RULES, "past: int = 12", "past: int = 6", "weeks that vary are called too few"),
        Mutation(RULES, "enough: int = 5", "enough: int = 4", "four chunks are enough"),
        Mutation(RULES, "enough: int = 5", "enough: int = 6", "five chunks are not enough"),
        Mutation(RULES, "few: float = 0.5", "few: float = 0.45", "half of the rows may go"),
        Mutation(RULES, "few: float = 0.5", "few: float = 0.55", "a little less is too few"),
        Mutation(RULES, "covered: float = 0.8", "covered: float = 0.7", "a week that lasts has too few rows"),
        Mutation(RULES, "covered: float = 0.8", "covered: float = 0.9", "the newest chunk is never asked"),
        Mutation(RULES, "copies: float = 0.1", "copies: float = 0.08", "people who come again are copies"),
        Mutation(RULES, "copies: float = 0.1", "copies: float = 0.15", "a tenth may come twice"),
        Mutation(
            ROWS, "_share_of_copies(high * larger)", "_share_of_copies(high)", "more rows are called copies"
        ),
        Mutation(
            ROWS,
            "            elif at and complete:\n",
            "            if at and complete:\n",
            "a fault is usual",
        ),
    ),
}
