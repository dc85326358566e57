"""Faults in what values say: units, turned signs, swapped columns, codes for missing."""

from tests.mutations.mutation import Mutation

RULES = "core/health/rules/faults.py"
DISTORTIONS = "core/health/change/values/distortions.py"
CODES = "core/health/change/values/codes.py"
SWAPS = "core/health/change/values/swaps.py"
SETTLE = "core/health/change/values/settle.py"

MUTATIONS = {
    "tests/health/test_values.py": (
        Mutation(
            DISTORTIONS,
            "distortion.small and low < 0 < high",
            "distortion.small and low > high",
            "another spread about zero is another unit",
        ),
        Mutation(
            DISTORTIONS, "1 - before.share_below(np", "before.share_below(np", "some turned rows are not seen"
        ),
        Mutation(RULES, "    chance: float = 1.36", "    chance: float = 0.3", "chance hides a unit"),
        Mutation(RULES, "    fits_small: float = 0.008", "    fits_small: float = 0.2", "any growth fits"),
        Mutation(RULES, "everything: float = 0.9", "everything: float = 1.1", "kelvin are a shift"),
        Mutation(RULES, "seen: float = 0.3", "seen: float = 0.03", "a factor of some rows is never seen"),
        Mutation(RULES, "heap: float = 0.3", "heap: float = 0.25", "a narrow season is stuck"),
        Mutation(RULES, "heap: float = 0.3", "heap: float = 0.4", "a default in a third is not seen"),
        Mutation(SETTLE, "if code and all(", "if code and any(", "zeros of a rounded column are a code"),
        Mutation(
            SWAPS, "own - crossed >= rules.swapped", "own - crossed >= -rules.swapped", "alike is swapped"
        ),
        Mutation(SETTLE, "if fault.feature < partner else", "if partner else", "a swap is said twice"),
        Mutation(SETTLE, "run.first <= other.last + 1", "run.first <= other.last", "a fault begins twice"),
    ),
    "tests/health/test_value_codes.py": (
        Mutation(RULES, "coded: float = 0.02", "coded: float = 0.01", "a few odd values are a code"),
        Mutation(RULES, "coded: float = 0.02", "coded: float = 0.06", "a code in 5 % is not seen"),
        Mutation(CODES, "many and few and", "many and", "a column stuck at nought is called another type"),
        Mutation(CODES, "(strange or fewer_missing)", "(strange or share)", "zeros that were always there"),
    ),
}
